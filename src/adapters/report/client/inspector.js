// The panel beside the chart: what was decided, voted and traded at one bar.

const MOST_FILLS = 8;

/** Fills `host` with what happened at a bar of a symbol. All text goes in as text, never as markup. */
function inspect(host, symbol, bar, pinned) {
  const { time, open, high, low, close } = symbol.bars;
  const head = element("div", "when");
  head.append(element("b", "", moment(time[bar])), element("span", "", pinned ? "pinned" : `${symbol.timeframe} bar`));
  const prices = element("dl", "ohlc");
  for (const [label, column] of [["O", open], ["H", high], ["L", low], ["C", close]]) {
    prices.append(element("dt", "", label), element("dd", "", number(column[bar], symbol.digits)));
  }
  const parts = [head, prices, decisionPart(symbol, bar), votesPart(symbol, bar), fillsPart(symbol, bar)];
  if (parts.slice(2).every((part) => part === null)) parts.push(element("p", "quiet", "No fill in this bar."));
  host.replaceChildren(...parts.filter((part) => part !== null));
}

function decisionPart(symbol, bar) {
  if (symbol.decisions.length === 0) return null;
  const part = element("section");
  part.append(element("h3", "", "Decision"));
  const entry = inForce(symbol.decisions, bar);
  if (entry === null) {
    part.append(element("p", "quiet", "None yet: the agents are warming up."));
    return part;
  }
  const [, at, stance, conviction, exposure, reason, vetoes] = entry;
  const line = element("p", "decision");
  line.append(
    element("span", `stance ${STANCES[stance]}`, STANCES[stance]),
    element("span", "", `conviction ${signedNumber(conviction, 2)}`),
    element("span", "", `exposure up to ${number(exposure * 100, 0)} %`),
  );
  part.append(line, element("p", "reason", report.texts[reason]));
  if (vetoes >= 0) part.append(element("p", "veto", `Veto. ${report.texts[vetoes]}`));
  part.append(element("p", "quiet", `decided ${moment(at)} UTC`));
  return part;
}

function votesPart(symbol, bar) {
  if (symbol.agents.length === 0) return null;
  const part = element("section");
  part.append(element("h3", "", "Votes"));
  for (const { agent, votes } of symbol.agents) {
    const row = element("div", "vote");
    const entry = inForce(votes, bar);
    const silent = entry === null || entry.length === 1;
    const signal = silent ? 0 : entry[2] * entry[3];
    const name = element("p");
    name.append(element("b", "", agent), gauge(signal), element("span", "n", silent ? "–" : signedNumber(signal, 2)));
    row.append(name);
    if (!silent) {
      const reason = element("p", "reason", report.texts[entry[4]]);
      reason.title = `score ${signedNumber(entry[2], 2)}, confidence ${number(entry[3], 2)}, voted ${moment(entry[1])} UTC`;
      if (entry[1] < symbol.bars.time[bar]) reason.append(element("span", "quiet", ` ${moment(entry[1])}`));
      row.append(reason);
    } else {
      row.append(element("p", "quiet", "no vote in force"));
    }
    part.append(row);
  }
  return part;
}

/** A small bar that grows left (down) or right (up) from its middle; -1 to 1. */
function gauge(signal) {
  const track = element("span", "gauge");
  const fill = element("i", signal < 0 ? "down" : "up");
  fill.style.width = `${Math.min(1, Math.abs(signal)) * 50}%`;
  fill.style.left = signal < 0 ? `${50 - Math.min(1, -signal) * 50}%` : "50%";
  track.append(fill);
  return track;
}

function fillsPart(symbol, bar) {
  const here = symbol.fills.filter(([at]) => at === bar);
  if (here.length === 0) return null;
  const part = element("section");
  const fills = here.reduce((sum, mark) => sum + mark[4], 0);
  part.append(element("h3", "", fills === 1 ? "1 fill in this bar" : `${number(fills, 0)} fills in this bar`));
  const list = element("ul", "fills");
  for (const [, side, price, quantity, count, strategy, reason] of here.slice(0, MOST_FILLS)) {
    const item = element("li");
    item.append(
      element("span", side > 0 ? "up" : "down", side > 0 ? "▲ bought" : "▼ sold"),
      element("span", "n", `${Number(quantity.toPrecision(4))} at ${number(price, symbol.digits)}`),
      element("span", "quiet", [count > 1 ? `${count} fills, average price` : "", report.texts[strategy], report.texts[reason]].filter(Boolean).join(" · ")),
    );
    list.append(item);
  }
  part.append(list);
  if (here.length > MOST_FILLS) part.append(element("p", "quiet", `and ${here.length - MOST_FILLS} more`));
  return part;
}

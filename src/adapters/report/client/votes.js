// Strips under the price chart: the stance over time, then one row for each agent, aligned with the bars.

const STRIP = 16;
const STANCE_STRIP = 12;

/** Builds the strips in `host`. `on.bar(bar or null, clicked)` says which bar is pointed at. */
function makeCouncil(host, symbol, price, on) {
  const rows = [];
  host.replaceChildren();
  if (symbol.decisions.length > 0) rows.push(row("stance", symbol.decisions, STANCE_STRIP, stanceColour));
  for (const { agent, votes } of symbol.agents) rows.push(row(agent, votes, STRIP, voteColour));
  if (symbol.agents.length > 0) host.append(key());

  function row(name, entries, height, fill) {
    const box = element("div", "strip");
    const label = element("p");
    const value = element("span");
    label.append(element("b", "", name), value);
    const canvas = element("canvas");
    canvas.style.height = `${height}px`;
    canvas.addEventListener("pointermove", (event) => on.bar(barAt(event), false));
    canvas.addEventListener("pointerleave", () => on.bar(null, false));
    canvas.addEventListener("click", (event) => on.bar(barAt(event), true));
    box.append(label, canvas);
    host.append(box);
    return { canvas, entries, height, fill, value, stance: name === "stance" && entries === symbol.decisions };
  }

  function barAt(event) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return price.clamp(price.chart.timeScale().coordinateToLogical(x) ?? 0);
  }

  function draw() {
    const scale = price.chart.timeScale();
    const origin = scale.logicalToCoordinate(0);
    const range = scale.getVisibleLogicalRange();
    const width = scale.width();
    if (origin === null || range === null || width <= 0) return;
    const spacing = scale.options().barSpacing;
    const ratio = window.devicePixelRatio || 1;
    const colours = palette();
    const end = symbol.bars.time.length;
    for (const { canvas, entries, height, fill } of rows) {
      canvas.style.width = `${width}px`;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const context = canvas.getContext("2d");
      context.scale(ratio, ratio);
      context.fillStyle = faded(colours.line, 0.45);
      context.fillRect(0, 0, width, height);
      const first = Math.max(0, Math.floor(range.from));
      eachInForce(entries, first, Math.min(end - 1, Math.ceil(range.to)), end, (entry, from, to) => {
        const style = fill(entry, colours);
        if (style === null) return;
        const left = origin + (from - 0.5) * spacing;
        context.fillStyle = style;
        // A hair wider than the bars, so that no seams show between neighbours.
        context.fillRect(left, 0, (to - from) * spacing + 0.35, height);
      });
    }
  }

  /** Writes each row's value at a bar beside its name. */
  function show(bar) {
    for (const { entries, value, stance } of rows) {
      const entry = inForce(entries, bar);
      if (entry === null || entry.length === 1) value.textContent = "–";
      else value.textContent = stance ? STANCES[entry[2]] : signedNumber(entry[2] * entry[3], 2);
    }
  }

  return { draw, show };
}

function stanceColour([, , stance], colours) {
  return faded(colours[`stance-${STANCES[stance]}`], STANCES[stance] === "hold" ? 0.35 : 0.85);
}

/** Down to up, by score times confidence: the stronger, the fuller. Small votes stay visible. */
function voteColour(entry, colours) {
  if (entry.length === 1) return null;
  const signal = Math.max(-1, Math.min(1, entry[2] * entry[3]));
  if (Math.abs(signal) < 0.005) return null;
  return faded(signal > 0 ? colours.up : colours.down, 0.12 + 0.88 * Math.sqrt(Math.abs(signal)));
}

function key() {
  const line = element("p", "key");
  line.append(element("span", "", "down"), element("i"), element("span", "", "up · score times confidence of each vote"));
  return line;
}

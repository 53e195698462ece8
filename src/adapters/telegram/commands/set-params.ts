import type { ParamsPreview, PlannedOrder } from "../../../ports/operator.ts";
import type { Asked, Proposal, Reply, TelegramCommand } from "../command.ts";
import { numberFrom } from "../language/number-words.ts";
import { bold, code, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { counted, price, quantity } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolButtons } from "../text/symbols.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { byUser } from "../text/words.ts";

/** Orders that are shown of each kind. */
const MOST = 10;
const PAIR = /^([a-z]\w*)=(\S+)$/i;

/** Other parameters for the grid of a symbol, once they are confirmed. */
export const setgrid: TelegramCommand = {
  name: "setgrid",
  description: "Change the grid: /setgrid btc levels=30; asks first",
  role: "owner",
  run: (asked) => Promise.resolve(setParams("grid", asked)),
};

/** Other parameters for the DCA of a symbol, once they are confirmed. */
export const setdca: TelegramCommand = {
  name: "setdca",
  description: "Change the DCA: /setdca btc takeProfit=2%; asks first",
  role: "owner",
  run: (asked) => Promise.resolve(setParams("dca", asked)),
};

const EXAMPLES = { grid: "levels=30 width=8%", dca: "takeProfit=2% safetyOrders=4" } as const;

function setParams(strategy: "grid" | "dca", { operator, argument, user }: Asked): Reply | Proposal {
  const command = `set${strategy}`;
  const words = argument.split(/\s+/).filter((word) => word !== "");
  const [first = ""] = words;
  const symbol = chosenSymbol(operator, first.includes("=") ? "" : first);
  if (symbol === null) return { html: escaped(noSymbol(operator, first)) };
  const runs = strategy === "grid" ? operator.grids() : operator.dcas();
  if (!runs.some((one) => one.symbol === symbol)) return { html: `There is no ${strategy} on ${bold(symbol)}: the definition has no strategy ${bold(strategy)}.` };
  const now = operator.previewParams(strategy, symbol, {});
  const name = symbol.split("/")[0]?.toLowerCase() ?? symbol;
  const usage = `For example: ${code(`/${command} ${name} ${EXAMPLES[strategy]}`)}. ${code("default")} as a value puts one back.`;
  const given = first.includes("=") ? words : words.slice(1);
  if (given.length === 0) {
    const rows = now.changes.map(({ name: key, from }) => [key, valueText(from)] as const);
    return { html: message([`${bold(`${symbol} ${strategy}`)}: say what to change, as name=value. /${strategy} shows how it stands.`, ...refused(now), { pre: pairLines(rows) }, usage]), buttons: symbolButtons(operator, command, symbol) };
  }
  const parsed = paramsFrom(given, now.changes.map(({ name: key }) => key));
  if ("wrong" in parsed) return { html: message([escaped(parsed.wrong, 600), usage]) };
  const preview = operator.previewParams(strategy, symbol, parsed.params);
  const changed = preview.changes.filter(({ from, to }) => valueText(from) !== valueText(to));
  if (preview.refusals.length > 0) return { html: message([`⛔ ${bold(`${symbol} ${strategy}`)} would not take that:`, ...refused(preview), usage]) };
  if (changed.length === 0) return { html: message([`That changes nothing: ${escaped(symbol)} ${strategy} has these parameters already.`, usage]) };
  return {
    html: message(what(preview, changed, new Set(given.filter((word) => word.endsWith("%")).map((word) => word.split("=")[0]?.toLowerCase() ?? "")))),
    carryOut: () => {
      const now = operator.previewParams(strategy, symbol, parsed.params);
      // What was asked for merges over what is in force: over something else it would come to something else.
      if (now.refusals.length === 0 && JSON.stringify(now.changes) !== JSON.stringify(preview.changes)) {
        return Promise.resolve({ html: `⛔ ${bold("Nothing was changed.")} The ${escaped(strategy)} of ${escaped(symbol)} has got other parameters since you were asked. Ask again, and it is worked out anew.`, buttons: [[{ text: "ask again", action: { command, argument } }]] });
      }
      operator.setParams(strategy, symbol, parsed.params, byUser(user));
      return Promise.resolve({
        html: `✅ ${bold(`${symbol} ${strategy}`)} runs with its new parameters. They stay until they are changed again, restarts included.`,
        buttons: [[{ text: strategy, action: { command: strategy, argument: symbol } }, { text: "orders", action: { command: "orders", argument: "" } }]],
      });
    },
  };
}

const refused = ({ refusals }: ParamsPreview): string[] => refusals.map((sentence) => `• ${escaped(sentence, 400)}`);

/** What will change, in full: parameters, levels, orders. */
function what(preview: ParamsPreview, changed: ParamsPreview["changes"], inPercent: ReadonlySet<string>): Part[] {
  const { strategy, symbol, quote, base, levelsBefore, levelsAfter, cancels, submits, warnings } = preview;
  const parts: Part[] = [`⚙️ ${bold(`Change the ${strategy} of ${symbol}?`)}`];
  parts.push({ pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], [["", "now", "then"], ...changed.map(({ name, from, to }) => [name, ...[from, to].map((value) => (inPercent.has(name.toLowerCase()) ? percentText(value) : valueText(value)))])]) });
  const wanted = changed.find(({ name }) => name === "levels")?.to;
  if (typeof wanted === "number" && levelsAfter.length > 0 && levelsAfter.length < wanted) parts.push(`⚠️ Only ${levelsAfter.length} of the ${counted(wanted, "level")} will stand: the profile, or the money, allows no more.`);
  for (const warning of warnings) parts.push(`⚠️ ${escaped(warning, 400)}`);
  parts.push({ pre: pairLines([["levels now", rangeText(levelsBefore)], ["levels then", rangeText(levelsAfter)]]) });
  parts.push(...orderParts(cancels.length === 0 ? "No open order is taken back." : `${counted(cancels.length, "open order")} taken back:`, cancels, base), ...orderParts(submits.length === 0 ? "No new order is placed at once." : `${counted(submits.length, "new order")}:`, submits, base));
  parts.push(italic(`Prices in ${quote}. What is held keeps its exits; new prices are worked out from the market of the moment it is confirmed.`));
  return parts;
}

function rangeText(levels: readonly number[]): string {
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  return levels.length === 0 ? "none" : `${levels.length}: ${price(low)} - ${price(high)}`;
}

function orderParts(title: string, orders: readonly PlannedOrder[], base: string): Part[] {
  const parts: Part[] = [escaped(title)];
  if (orders.length === 0) return parts;
  const rows = orders.slice(0, MOST).map(({ side, quantity: amount, price: at }) => [side, quantity(amount), base, at === null ? "market" : price(at)]);
  parts.push({ pre: tableLines([{ align: "left" }, { align: "right" }, { align: "left", shrinks: true }, { align: "right" }], rows) });
  if (orders.length > MOST) parts.push(escaped(`and ${orders.length - MOST} more`));
  return parts;
}

/** A fraction as it was typed, in percent; anything else as it is. */
const percentText = (value: unknown): string => (typeof value === "number" ? `${quantity(value * 100)} %` : valueText(value));

/** A parameter's value in a few characters. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

type Params = Readonly<Record<string, unknown>>;

/** "levels=30 width=8%" as parameters; names in any case. A percentage is its fraction, `default` puts one back. */
function paramsFrom(words: readonly string[], names: readonly string[]): { readonly params: Params } | { readonly wrong: string } {
  const params = new Map<string, unknown>();
  for (const word of words) {
    const [, key = "", text = ""] = PAIR.exec(word) ?? [];
    if (key === "") return { wrong: `"${word.slice(0, 40)}" is not of the form name=value.` };
    // Phones begin with a capital; what is no parameter at all, the preview says.
    const name = names.find((one) => one.toLowerCase() === key.toLowerCase()) ?? `${key.slice(0, 1).toLowerCase()}${key.slice(1, 40)}`;
    if (params.has(name)) return { wrong: `${name} is given twice.` };
    params.set(name, valueFrom(text));
  }
  return { params: Object.fromEntries(params) };
}

function valueFrom(text: string): unknown {
  const lower = text.toLowerCase();
  if (lower === "default" || lower === "none" || lower === "null") return null;
  if (lower === "true" || lower === "yes" || lower === "on") return true;
  if (lower === "false" || lower === "no" || lower === "off") return false;
  const isPercent = lower.endsWith("%");
  const value = /^\d/.test(lower) ? numberFrom(isPercent ? lower.slice(0, -1) : lower) : null;
  if (value === null) return text;
  return isPercent ? Number((value / 100).toPrecision(12)) : value;
}

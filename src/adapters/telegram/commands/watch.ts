import type { AlertDesk } from "../alerts/alert-store.ts";
import { priceNow } from "../alerts/alert-look.ts";
import { alertText } from "../alerts/alert-text.ts";
import { shortName } from "../alerts/alert.ts";
import type { Asked, Reply, TelegramCommand } from "../command.ts";
import type { LevelRow, SignalRow } from "../../../ports/operator.ts";
import { bold, code, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, price, share } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { chosenSymbol, noSymbol, symbolAt } from "../text/symbols.ts";
import { tableLines } from "../text/table.ts";

const PER_PAGE = 5;
/** Alerts of a symbol that are named. */
const MOST_NAMED = 3;

/** The symbols that somebody watches, and which those are. */
export const watch: TelegramCommand = {
  name: "watch",
  description: "Your symbols at a glance; /watch btc eth chooses them",
  role: "viewer",
  run: (asked) => Promise.resolve(asked.alerts ? answer(asked, asked.alerts) : shown(asked, null, 1)),
};

function answer(asked: Asked, desk: AlertDesk): Reply {
  const words = asked.argument.split(/[\s,]+/).filter((word) => word !== "");
  const [first = "", second = ""] = words.map((word) => word.toLowerCase());
  if (words.length === 0) return shown(asked, desk, 1);
  if (first === "list") return shown(asked, desk, pageFrom(second));
  if (first === "all" || (first === "off" && second === "all")) {
    desk.watch(null);
    return shown(asked, desk, 1, "You watch all symbols of the bot.");
  }
  if (first === "off" && words.length === 1) return { html: `Say which: ${code(`/watch off ${exampleOf(asked)}`)}. ${code("/watch all")} brings back all of the bot's.` };
  return change(asked, desk, first === "off" ? words.slice(1) : words, first === "off");
}

function change(asked: Asked, desk: AlertDesk, words: readonly string[], isOff: boolean): Reply {
  const { operator } = asked;
  const chosen = new Set<string>();
  for (const word of words) {
    const symbol = chosenSymbol(operator, word);
    if (symbol === null) return { html: escaped(`${noSymbol(operator, word)} Only the bot's own symbols can be watched, for example: /watch ${exampleOf(asked)}. Nothing was changed.`, 800) };
    chosen.add(symbol);
  }
  const kept = desk.watched();
  const before = isOff && kept === null ? operator.symbols : (kept ?? []);
  const after = isOff ? before.filter((symbol) => !chosen.has(symbol)) : [...before, ...[...chosen].filter((symbol) => !before.includes(symbol))];
  desk.watch(after.length > 0 ? after : null);
  const names = [...chosen].join(", ");
  const said = isOff ? (after.length > 0 ? `You no longer watch ${names}.` : "Nothing was left to watch, so it is all of the bot's symbols again.") : `You watch ${names}.`;
  return shown(asked, desk, 1, said);
}

function shown(asked: Asked, desk: AlertDesk | null, wanted: number, head = ""): Reply {
  const { operator } = asked;
  const { quote } = operator.status();
  const chosen = desk?.watched()?.filter((symbol) => operator.symbols.includes(symbol)) ?? [];
  const all = chosen.length > 0 ? chosen : operator.symbols;
  const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
  const page = Math.min(pages, wanted);
  const signals = new Map(operator.signals().map((row) => [row.symbol, row]));
  const parts: Part[] = [...(head === "" ? [] : [escaped(head)]), `👀 ${bold("Watched")} ${chosen.length > 0 ? `${chosen.length} of the bot's ${operator.symbols.length}` : "all of the bot's symbols"} ${pageText(page, pages)}`.trimEnd()];
  for (const symbol of all.slice((page - 1) * PER_PAGE, page * PER_PAGE)) parts.push("", ...block(asked, desk, symbol, signals.get(symbol), quote));
  if (all.length === 0) parts.push("This bot has no symbols.");
  parts.push("", italic(`Supports (S) and resistances (R) with the way to them and their strength.`));
  const again = page === 1 ? "" : `list ${page}`;
  return { html: message(parts), buttons: [[{ text: "🔄", action: { command: "watch", argument: again } }, { text: "my alerts", action: { command: "alert", argument: "" } }], ...pageButtons("watch", page, pages, (to) => `list ${to}`)] };
}

function block({ operator }: Asked, desk: AlertDesk | null, symbol: string, signal: SignalRow | undefined, quote: string): Part[] {
  const now = priceNow(operator, symbol);
  const day = now === null ? null : dayChange(operator, symbol, signal, now);
  const facts = [day === null ? "" : `${percent(day)} in a day`, signal === undefined ? "" : signal.stance].filter((fact) => fact !== "");
  const levels = now === null ? [] : nearest(operator.levels(symbol), now);
  const alerts = desk?.list().filter(({ alert }) => alert.type !== "drawdown" && alert.symbol === symbol) ?? [];
  const rows = levels.map(({ kind, price: at, strength }) => [kind === "support" ? "S" : "R", price(at), percent(at / (now ?? at) - 1, 1), share(strength, 0)]);
  const named = alerts.slice(0, MOST_NAMED).map(({ id, alert }) => `🔔 ${id}. ${escaped(alertText(alert, quote).replace(`${symbol} `, ""))}`);
  return [
    [symbolAt(symbol, now, quote), ...facts.map((fact) => escaped(fact))].join(", "),
    { pre: tableLines([{ align: "left" }, { align: "right" }, { align: "right" }, { align: "right" }], rows) },
    ...named,
    ...(alerts.length > MOST_NAMED ? [`🔔 and ${alerts.length - MOST_NAMED} more`] : []),
  ];
}

/** The nearest level above the price and the nearest under it. */
function nearest(levels: readonly LevelRow[], now: number): readonly LevelRow[] {
  const above = levels.filter((row) => row.price > now).toSorted((a, b) => a.price - b.price)[0];
  const under = levels.filter((row) => row.price <= now).toSorted((a, b) => b.price - a.price)[0];
  return [above, under].flatMap((row) => (row === undefined ? [] : [row]));
}

/** How far the price is from that of a day ago by the council's own bars, fraction; else by the bars of the bot, null while there are too few. */
function dayChange(operator: Asked["operator"], symbol: string, signal: SignalRow | undefined, now: number): number | null {
  if (signal !== undefined) return signal.dayChange === null || signal.price === null ? null : (now / signal.price) * (1 + signal.dayChange) - 1;
  const timeframe = operator.bars(symbol, 1).timeframe;
  const back = Math.round(DAY / timeframe);
  const { bars } = operator.bars(symbol, back + 1);
  const then = bars.length > back ? bars[0]?.close : undefined;
  return then !== undefined && then > 0 ? now / then - 1 : null;
}

const DAY = 86_400_000;
const exampleOf = ({ operator: { symbols } }: Asked): string => (symbols[0] === undefined ? "btc" : shortName(symbols[0], symbols));

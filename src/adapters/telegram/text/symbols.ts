import type { Operator } from "../../../ports/operator.ts";
import type { Button } from "../command.ts";
import { bold, escaped } from "./html.ts";
import { price } from "./numbers.ts";

/** Symbols that get a button at the most. */
const MOST_BUTTONS = 12;
const PER_ROW = 3;

/** The symbol that an argument means: its whole name or its base, in any case; the first one without an argument; null when there is none such. */
export function chosenSymbol({ symbols }: Pick<Operator, "symbols">, argument: string): string | null {
  const word = argument.trim().split(/\s+/)[0]?.toUpperCase() ?? "";
  if (word === "") return symbols[0] ?? null;
  const plain = (text: string): string => text.toUpperCase().replaceAll(/[/\-_]/g, "");
  return symbols.find((symbol) => plain(symbol) === plain(word)) ?? symbols.find((symbol) => symbol.split("/")[0]?.toUpperCase() === word) ?? null;
}

/** What is said when there is no such symbol. Plain text. */
export function noSymbol({ symbols }: Pick<Operator, "symbols">, argument: string): string {
  return `"${argument.slice(0, 40)}" is not traded here. Symbols: ${symbols.slice(0, 30).join(", ")}${symbols.length > 30 ? ", ..." : ""}.`;
}

/** A symbol with its price, for a heading. Telegram's HTML. */
export function symbolAt(symbol: string, at: number | null, quote: string): string {
  return `${bold(symbol)} ${at === null ? "no price yet" : escaped(`${price(at)} ${quote}`)}`;
}

/** Buttons that show the same for other symbols; none for a bot with but one. */
export function symbolButtons({ symbols }: Pick<Operator, "symbols">, command: string, shown: string): (readonly Button[])[] {
  const others = symbols.filter((symbol) => symbol !== shown).slice(0, MOST_BUTTONS);
  const rows: Button[][] = [];
  for (const [i, symbol] of others.entries()) {
    if (i % PER_ROW === 0) rows.push([]);
    rows.at(-1)?.push({ text: symbol, action: { command, argument: symbol } });
  }
  return rows;
}

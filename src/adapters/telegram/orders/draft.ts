import type { Operator, OrderDraft } from "../../../ports/operator.ts";
import { moneyWords } from "../language/coin-names.ts";
import { numberFrom, typed } from "../language/number-words.ts";
import { chosenSymbol, noSymbol } from "../text/symbols.ts";

/** An order as it was asked for, or a sentence on what is wrong with it. Plain text. */
export type ParsedDraft = { readonly draft: OrderDraft } | { readonly wrong: string };

const NUMBER = String.raw`[$€£¥]?\d[\d.,'_]*(?:k|m)?`;
const AMOUNT = new RegExp(String.raw`^(?:(?<number>${NUMBER}) ?(?<unit>%|(?!(?:at|limit|when|if)\b)[a-z][a-z0-9.]*)?|(?<word>all|half))(?= |$)`);
const LIMIT = new RegExp(String.raw`^ ?(?:at|@|limit) (?<number>${NUMBER})(?: (?<unit>(?!(?:at|limit|when|if)\b)[a-z]+))?(?= |$)`);
const WHEN = new RegExp(String.raw`^ ?(?:when|if) (?<way>below|under|<|above|over|>) ?(?<number>${NUMBER})(?: (?<unit>(?!(?:at|limit|when|if)\b)[a-z]+))?(?= |$)`);
const MOST = 1e12;

/** Understands "eth 50", "eth 0.1 eth at 2400", "btc 50% when above 70000". Percentages are of what was bought by hand. */
export function draftFrom(side: OrderDraft["side"], argument: string, operator: Operator): ParsedDraft {
  const { quote } = operator.status();
  const [first = "", ...others] = argument.trim().toLowerCase().split(/\s+/);
  const symbol = first === "" ? null : chosenSymbol(operator, first);
  if (symbol === null) return { wrong: `${noSymbol(operator, first)} ${example(side, operator, quote)}` };
  const base = symbol.split("/")[0] ?? symbol;
  const text = others.join(" ").replaceAll(/(\d) (?=%)/g, "$1");
  const amount = AMOUNT.exec(text);
  if (!amount?.groups) return { wrong: `Say how much of ${base}. ${example(side, operator, quote)}` };
  const sized = sizeOf(amount.groups, { side, symbol, base, quote, operator });
  if ("wrong" in sized) return sized;
  let draft: OrderDraft = { symbol, side, ...sized };
  let rest = text.slice(amount[0].length).trim();
  while (rest !== "") {
    const [limit, when] = [LIMIT.exec(rest), WHEN.exec(rest)];
    const match = limit ?? when;
    if (!match?.groups) return { wrong: `"${rest.slice(0, 40)}" is not understood. ${example(side, operator, quote)}` };
    if (match.groups["unit"] !== undefined && !isQuote(match.groups["unit"], quote)) return { wrong: `Prices are in ${quote} here, not in ${match.groups["unit"].toUpperCase().slice(0, 20)}.` };
    const price = valueOf(match.groups["number"], MOST, quote);
    if (price === null) return { wrong: `"${(match.groups["number"] ?? "").slice(0, 40)}" is no price in ${quote}: write it like 2400.50.` };
    if (limit ? draft.limit !== undefined : draft.when !== undefined) return { wrong: `An order has one ${limit ? "limit" : "price to wait for"}. ${example(side, operator, quote)}` };
    const isBelow = /^(?:below|under|<)$/.test(match.groups["way"] ?? "");
    draft = limit ? { ...draft, limit: price } : { ...draft, when: isBelow ? { below: price } : { above: price } };
    rest = rest.slice(match[0].length).trim();
  }
  return { draft };
}

interface Subject {
  readonly side: OrderDraft["side"];
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly operator: Operator;
}

function sizeOf(groups: Readonly<Record<string, string | undefined>>, { side, symbol, base, quote, operator }: Subject): { readonly quantity: number } | { readonly worth: number } | { readonly wrong: string } {
  const { number, unit, word } = groups;
  const value = number === undefined ? (word === "all" ? 100 : 50) : valueOf(number, 1e9, quote);
  if (value === null) return { wrong: `"${(number ?? "").slice(0, 40)}" is no amount in ${quote} or ${base}: write it like 50 or 0.5.` };
  if (word !== undefined || unit === "%") {
    if (side === "buy") return { wrong: `A share is for selling what is held. ${example(side, operator, quote)}` };
    if (value > 100) return { wrong: "More than 100 % of what is held cannot be sold." };
    // What is held comes with every preview; the draft that is asked about here is never given.
    const { heldByHand, refusals } = operator.previewOrder({ symbol, side, worth: 1 });
    // It is refused at some amount; how much that was says nothing to whoever asked for a share.
    if (!(heldByHand > 0)) return { wrong: `There is no ${base} to sell by hand: ${(refusals[0] ?? "none was bought by hand").replace(/, not [\d.e-]+(?=;)/, "")}.` };
    return { quantity: value === 100 ? heldByHand : (heldByHand * value) / 100 };
  }
  if (unit === undefined || isQuote(unit, quote)) return { worth: value };
  if (unit === base.toLowerCase()) return { quantity: value };
  return { wrong: `"${unit.slice(0, 20)}" is neither ${quote} nor ${base}. ${example(side, operator, quote)}` };
}

const isQuote = (unit: string, quote: string): boolean => moneyWords(quote).some(([word, isOwn]) => isOwn && word === unit);

/** A number above zero, with the sign of the bot's currency or none; null for anything else. */
function valueOf(text: string | undefined, most: number, quote: string): number | null {
  const [, sign = "", digits = ""] = /^([$€£¥]?)(.*)$/.exec(text ?? "") ?? [];
  const value = numberFrom(digits);
  return value !== null && value > 0 && value <= most && (sign === "" || isQuote(sign, quote)) ? value : null;
}

/** How an order is written: a sentence with examples near the price of now. Plain text. */
export function example(side: OrderDraft["side"], operator: Pick<Operator, "symbols" | "status">, quote: string): string {
  const name = operator.symbols[0]?.split("/")[0]?.toLowerCase() ?? "btc";
  const now = operator.status().symbols[0]?.price ?? 100;
  const near = typed(Number((now * (side === "buy" ? 0.97 : 1.03)).toPrecision(3)));
  const first = side === "buy" ? `/buy ${name} 50 (${quote})` : `/sell ${name} 50%`;
  const limit = side === "buy" ? `/buy ${name} 0.1 ${name} at ${near}` : `/sell ${name} all at ${near}`;
  return `For example: ${first}, ${limit}, /${side} ${name} 50 when ${side === "buy" ? "below" : "above"} ${near}.`;
}

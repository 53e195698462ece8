import type { InstructionRow, OrderPreview } from "../../../ports/operator.ts";
import { bold, escaped } from "../text/html.ts";
import type { Part } from "../text/message.ts";
import { money, price, quantity, share } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";
import { moment } from "../text/times.ts";

/** What an order by hand will come to, in full; what would refuse it first. `last` is the price of now, quote. */
export function previewParts(preview: OrderPreview, last: number | null, timeZone: string): Part[] {
  const { side, symbol, base, quote, type, isAbout, waitsFor, refusals, heldByHand } = preview;
  const verb = side === "buy" ? "Buy" : "Sell";
  const parts: Part[] = [refusals.length > 0 ? `⛔ ${bold(`${verb} ${symbol}`)} by hand would be refused:` : `${side === "buy" ? "🟢" : "🔴"} ${bold(`${verb} ${symbol} by hand?`)}`];
  for (const sentence of refusals) parts.push(`• ${escaped(sentence, 400)}`);
  parts.push({
    pre: pairLines([
      [`${side} ${quantity(preview.quantity)} ${base}`, type],
      ...(waitsFor === null ? [] : [["waits until", waitText(waitsFor)] as const]),
      [isAbout ? "at about" : "at", preview.price === null ? "no price yet" : `${price(preview.price)} ${quote}`],
      ["worth", money(preview.worth, quote)],
      ["fee", money(preview.fee, quote)],
      ...(side === "sell" ? [["bought by hand", `${quantity(heldByHand)} ${base}`] as const] : []),
      ["cash after", money(preview.cashAfter, quote)],
      ["in the market now", share(preview.exposureBefore)],
      ["after", share(preview.exposureAfter)],
      ...(waitsFor === null && type === "market" ? [] : [["lapses", moment(preview.lapses, timeZone)] as const]),
    ]),
  });
  if (refusals.length > 0) parts.push("Nothing was sent.");
  else if (last !== null && waitsFor !== null && isThere(waitsFor, last)) parts.push(`⚠️ The price, ${escaped(`${price(last)} ${quote}`)}, is there already: it does not wait for long.`);
  else if (last !== null && waitsFor === null && !isAbout && preview.price !== null && (side === "buy" ? preview.price >= last : preview.price <= last)) {
    parts.push(`⚠️ The market, ${escaped(`${price(last)} ${quote}`)}, is past this limit already: it is filled at once, at the limit or better.`);
  } else if (isAbout) parts.push("At the market: the price can move before it is filled.");
  return parts;
}

const isThere = ({ below, above }: { readonly below?: number; readonly above?: number }, last: number): boolean => (below !== undefined && last <= below) || (above !== undefined && last >= above);

/** "price <= 2,430.10": what an order waits for. */
export function waitText({ below, above }: { readonly below?: number; readonly above?: number }): string {
  return [...(below === undefined ? [] : [`price <= ${price(below)}`]), ...(above === undefined ? [] : [`price >= ${price(above)}`])].join(" or ");
}

/** One instruction that is not done yet, in lines of fixed width. */
export function instructionLines(row: InstructionRow, timeZone: string): string[] {
  const { id, side, symbol, base, quote, limit, when, state, filled, lapses } = row;
  const size = row.quantity === null ? money(row.worth ?? 0, quote) : `${quantity(row.quantity)} ${base}`;
  return pairLines([
    [`${id} ${side} ${symbol}`, size],
    ...(when === null ? [] : [["  when", waitText(when)] as const]),
    ["  at", limit === null ? "market" : `${price(limit)} ${quote}`],
    [`  ${state}`, filled > 0 ? `${quantity(filled)} ${base} filled` : "nothing filled"],
    ["  lapses", moment(lapses, timeZone)],
  ]);
}

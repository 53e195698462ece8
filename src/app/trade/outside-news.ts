import type { OutsideItem } from "../../core/outside.ts";
import type { Desk } from "./desk.ts";

/** Something learned outside: what the bot is to hear, and how it was learned, for the journal. */
export interface OutsideNews {
  readonly items: readonly OutsideItem[];
  readonly notes: readonly { readonly type: string; readonly payload: Record<string, unknown> }[];
}

/** Notes how it was learned and tells the bot, in the transaction of the turn. `time` is the venue's, epoch milliseconds. */
export function hearOutside(desk: Desk, { items, notes }: OutsideNews, time: number): void {
  for (const { type, payload } of notes) desk.note(type, payload, time);
  if (items.length > 0) desk.handle({ type: "outside", time, items: items.map(whole) });
}

/** The journal keeps whole milliseconds, and finite numbers or none. */
function whole(item: OutsideItem): OutsideItem {
  const number = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
  const [published, fetched, known, expires] = [item.published, item.fetched, item.known, item.expires].map((at) => Math.round(at)) as [number, number, number, number];
  return { ...item, published, fetched, known, expires, value: number(item.value), score: number(item.score) };
}

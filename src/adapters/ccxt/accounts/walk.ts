import type { Exchange } from "ccxt";
import { RunError } from "../../../core/user-error.ts";
import { type Patience, readPatiently } from "../retry.ts";
import type { Page, Walk } from "../venue/pages.ts";
import { onWire, type Wire } from "../venue/wire.ts";

/** More pages than any account has. A venue that always has one more would keep us for ever. */
const MOST_PAGES = 2_000;

/** One request for a page of rows, made patiently. */
export interface Walking {
  readonly client: Exchange;
  /** For messages: "trades of BTC/USDT". */
  readonly what: string;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly call: (page: Page) => Promise<unknown>;
}

/** All rows of a list whose next page is known by the raw answer to the last. */
export async function walkPages(walk: Walk, walking: Walking): Promise<unknown[]> {
  const { client, what, patience, signal, call } = walking;
  const rows: unknown[] = [];
  let page: Page | null = walk.first;
  for (let count = 0; page !== null; count++) {
    if (count >= MOST_PAGES) throw new RunError(`${what}: ${client.id} does not come to an end after ${MOST_PAGES} pages.`);
    let answer: unknown;
    const asked: Page = page;
    const got: unknown = await readPatiently(client, what, async () => {
      const wire: Wire = { abort: signal, onSend: () => undefined, sentAt: 0, answeredAt: 0, answer: null };
      const value: unknown = await onWire(wire, () => call(asked));
      answer = wire.answer?.json;
      return value;
    }, patience, signal);
    if (!Array.isArray(got)) throw new RunError(`${what}: ${client.id} answered with something that is no list.`);
    for (const row of got) rows.push(row);
    page = walk.next(answer, asked);
  }
  return rows;
}

/** All rows of a list that is asked for by time, oldest first: each page begins where the last one ended, until nothing new comes. */
export async function walkByTime(since: number, walking: Walking, keyOf: (row: unknown) => { readonly id: string; readonly time: number }): Promise<unknown[]> {
  const { client, what, patience, signal, call } = walking;
  const rows = new Map<string, unknown>();
  let from = since;
  for (let count = 0; ; count++) {
    if (count >= MOST_PAGES) throw new RunError(`${what}: ${client.id} does not come to an end after ${MOST_PAGES} pages.`);
    const asked = from;
    const got: unknown = await readPatiently(client, what, () => call({ since: asked, limit: undefined, params: {} }), patience, signal);
    if (!Array.isArray(got)) throw new RunError(`${what}: ${client.id} answered with something that is no list.`);
    const before = rows.size;
    for (const row of got) {
      const { id, time } = keyOf(row);
      rows.set(id, row);
      from = Math.max(from, time);
    }
    if (rows.size === before || from === asked) return [...rows.values()];
  }
}

import { z } from "zod";
import type { Bot } from "../../core/bot.ts";
import { priceOf, quantityOf } from "../../core/instrument.ts";
import type { Journal } from "../../ports/journal.ts";
import type { WhyView } from "../../ports/operator.ts";
import { wouldChange } from "./council.ts";
import { eventOf, newestFirst } from "./newest.ts";
import { symbolOf } from "./watched.ts";

/** Entries that are searched for what was done lately. */
const SEARCHED = 2_000;
const SHOWN = 5;

const requests = z.object({ requests: z.array(z.object({ type: z.string(), symbol: z.string(), key: z.string(), reason: z.string() })) });

/** The last decision on a symbol in words, what would change it, and what was done lately with the reasons of then. */
export function whyView(bot: Bot, journal: Pick<Journal, "entries" | "lastSequence">, symbol: string): WhyView | null {
  const state = symbolOf(bot, symbol);
  const { decision } = state;
  if (decision === null) return null;
  const { time, stance, conviction, exposure, reason, shares } = decision;
  return {
    symbol, time, stance, conviction, exposure, reason,
    wouldChange: wouldChange(bot, state, decision),
    shares: Object.entries(shares).map(([strategy, share]) => ({ strategy, share })),
    lately: doneLately(bot, journal, symbol),
  };
}

/** The newest fills of a symbol with the reasons of their orders. */
export function doneLately(bot: Bot, journal: Pick<Journal, "entries" | "lastSequence">, symbol: string): WhyView["lately"] {
  const { instrument } = symbolOf(bot, symbol);
  const done: { time: number; key: string; text: string }[] = [];
  const reasons = new Map<string, string>();
  let searched = 0;
  for (const entry of newestFirst(journal, journal.lastSequence)) {
    searched += 1;
    if (searched > SEARCHED) break;
    if (entry.type === "order-state") continue;
    const payload: unknown = JSON.parse(entry.payload);
    // An order is older than its fill: the reason is found further back.
    for (const request of requests.safeParse(payload).data?.requests ?? []) {
      if (request.type === "submit" && request.symbol === symbol && !reasons.has(request.key)) reasons.set(request.key, request.reason);
    }
    const event = entry.type === "fill" ? eventOf(payload) : null;
    if (event?.type !== "fill" || event.symbol !== symbol || done.length >= SHOWN) continue;
    const what = `${event.side === "buy" ? "bought" : "sold"} ${quantityOf(instrument, event.steps)} ${instrument.base} at ${priceOf(instrument, event.ticks)} ${instrument.quote}`;
    done.push({ time: event.time, key: event.key, text: `${event.strategy} ${what}` });
  }
  return done.map(({ time, key, text }) => ({ time, text: reasons.has(key) ? `${text}: ${reasons.get(key) ?? ""}` : text }));
}

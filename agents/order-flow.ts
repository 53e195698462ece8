import { z } from "zod";
import { defineAgent } from "../src/core/agent.ts";

const params = z.strictObject({
  bookWeight: z.number().min(0).max(1).default(0.5).describe("share of the order book in the score, trade flow has the rest"),
  quiet: z.number().min(0).max(0.9).default(0.1).describe("lean of book or flow at or under which it says nothing, share"),
  most: z.number().min(0.01).max(0.5).default(0.2).describe("confidence at the most: what a book tells is over within minutes"),
  halfLife: z.number().positive().max(60).default(2).describe("minutes after which the confidence is half"),
});
type Params = z.infer<typeof params>;

const MINUTE = 60_000;
/** Share of the confidence that is left when book and flow contradict each other, or only one of them speaks. */
const ALONE = 0.5;

/**
 * Imbalance of the order book and of the trades, as the source `order-flow` tells them. That the fuller side of the
 * book tells the next move: Gould and Bonart, "Queue imbalance as a one-tick-ahead price predictor", 2016; that net
 * order and trade flow move the price: Cont, Kukanov and Stoikov, "The price impact of order book events", 2014. Both
 * speak of seconds to minutes, so it is never sure.
 */
export const orderFlow = defineAgent<Params>({
  name: "order-flow",
  title: "short pressure of the live market: imbalance of the order book and of the trades",
  params,
  needs: "order-flow",
  warmup: () => 1,

  vote({ outside, time, isUnread }, p) {
    const item = outside.latest("order-flow");
    if (!item) return null;
    const book = shareOf(item.value);
    if (book === null) return null;
    const flow = shareOf(item.score);
    const age = Math.max(0, time - item.published) / MINUTE;
    const [bookLean, flowLean] = [beyond(book, p.quiet), flow === null ? 0 : beyond(flow, p.quiet)];
    // A vote of nothing would water down the others' conviction.
    if (bookLean === 0 && flowLean === 0) return null;
    const score = flow === null ? bookLean : p.bookWeight * bookLean + (1 - p.bookWeight) * flowLean;
    const agree = bookLean * flowLean > 0;
    return {
      score,
      confidence: p.most * (agree ? 1 : ALONE) * 0.5 ** (age / p.halfLife),
      reason: isUnread ? "" : `bids outweigh asks by ${signed(book)}, ${flow === null ? "no trades tell a side" : `buyers outweigh sellers by ${signed(flow)}`}, told ${age.toFixed(1)} minutes ago`,
      evidence: isUnread ? {} : { book, ...(flow === null ? {} : { flow }), minutes: age },
    };
  },
});

/** A share of -1..1; null when it is none. */
function shareOf(value: number | null): number | null {
  return value !== null && Number.isFinite(value) && Math.abs(value) <= 1 ? value : null;
}

/** What of a lean goes beyond the quiet band, still up to 1, so that nothing jumps at its edge. */
function beyond(lean: number, quiet: number): number {
  return (Math.sign(lean) * Math.max(0, Math.abs(lean) - quiet)) / (1 - quiet);
}

function signed(share: number): string {
  return `${share < 0 ? "-" : "+"}${Math.abs(share).toFixed(2)}`;
}

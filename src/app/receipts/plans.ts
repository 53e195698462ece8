import { z } from "zod";
import type { ReceiptDecision } from "../../core/receipts/receipt.ts";

/** An order as it was planned, in ticks and steps of its instrument then, with what it rests on. */
export interface Plan {
  readonly clientOrderId: string;
  readonly orderId: number;
  readonly symbol: string;
  readonly strategy: string;
  readonly key: string;
  readonly orderType: "limit" | "market";
  readonly ticks: number;
  readonly steps: number;
  readonly reason: string;
  readonly planned: number;
  readonly cause: { readonly sequence: number; readonly type: string; readonly by: string | null };
  readonly decision: ReceiptDecision | null;
}

const requestSchema = z.object({
  type: z.enum(["submit", "cancel"]), clientOrderId: z.string(), orderId: z.int(), symbol: z.string(), strategy: z.string(), key: z.string(),
  orderType: z.enum(["limit", "market"]), ticks: z.int(), steps: z.int(), reason: z.string(),
});
const consequencesSchema = z.object({
  event: z.object({ time: z.int(), by: z.string().optional() }),
  requests: z.array(requestSchema),
  decision: z.looseObject({ symbol: z.string() }).nullable(),
});
const decisionSchema = z.object({
  time: z.int(), stance: z.string(), conviction: z.number(), exposure: z.number(), reason: z.string(),
  votes: z.array(z.object({ agent: z.string(), score: z.number(), confidence: z.number(), reason: z.string() })),
  vetoes: z.array(z.object({ agent: z.string(), maxExposure: z.number(), limit: z.string() })),
});

/** Ended orders of a sleeve of which a late fill may still come; the bot itself remembers as many. */
const MOST_ENDED = 500;

/** The orders of which a fill may come, with what each rests on, from a journal's entries in their order. */
export class Plans {
  readonly #open = new Map<number, Plan>();
  readonly #ended = new Map<string, Map<number, Plan>>();
  readonly #decisions = new Map<string, { readonly sequence: number; readonly raw: unknown; compact: ReceiptDecision | null }>();

  /** The order of that number; null when none was planned, or it is forgotten. */
  get(orderId: number, sleeve: { readonly symbol: string; readonly strategy: string }): Plan | null {
    return this.#open.get(orderId) ?? this.#ended.get(sleeveOf(sleeve))?.get(orderId) ?? null;
  }

  /** Takes down what came of an event: its decision, and the orders that were planned. */
  learn(sequence: number, type: string, payload: unknown): void {
    const { event, requests, decision } = consequencesSchema.parse(payload);
    if (decision) this.#decisions.set(decision.symbol, { sequence, raw: decision, compact: null });
    for (const { type: action, ...request } of requests) {
      if (action === "cancel") continue;
      this.#open.set(request.orderId, { ...request, planned: event.time, cause: { sequence, type, by: event.by ?? null }, decision: this.#decisionOn(request.symbol) });
    }
  }

  /** An order that was filled completely: nothing comes of it any more. */
  filled(orderId: number, sleeve: { readonly symbol: string; readonly strategy: string }): void {
    this.#open.delete(orderId);
    this.#ended.get(sleeveOf(sleeve))?.delete(orderId);
  }

  /** An order that ended with something unfilled. */
  end(orderId: number): void {
    const plan = this.#open.get(orderId);
    if (!plan) return;
    this.#open.delete(orderId);
    const sleeve = sleeveOf(plan);
    const ended = this.#ended.get(sleeve) ?? new Map<number, Plan>();
    this.#ended.set(sleeve, ended);
    ended.set(orderId, plan);
    if (ended.size <= MOST_ENDED) return;
    for (const oldest of ended.keys()) {
      ended.delete(oldest);
      return;
    }
  }

  #decisionOn(symbol: string): ReceiptDecision | null {
    const kept = this.#decisions.get(symbol);
    if (!kept) return null;
    // Most decisions plan nothing: what a receipt says of one is gathered when an order rests on it.
    kept.compact ??= { sequence: kept.sequence, ...decisionSchema.parse(kept.raw) };
    return kept.compact;
  }
}

const sleeveOf = ({ symbol, strategy }: { readonly symbol: string; readonly strategy: string }): string => `${strategy} ${symbol}`;

import { z } from "zod";
import type { Spending, SpendingCaps } from "../../ports/language-model.ts";
import { inTransaction, type ModelStore } from "./store.ts";

/** Tokens of one call and what they cost in dollars; null without prices. */
export interface Amount {
  readonly tokens: number;
  readonly dollars: number | null;
}

/** Room that one call has taken from a day's caps. */
export interface Reservation {
  readonly day: string;
  readonly amount: Amount;
}

/** Counts what is spent by UTC day, on the disk, before it is spent. */
export interface Budget {
  /** Takes room for one more call at its most; a sentence when there is none. */
  readonly reserve: (atMost: Amount, now: number) => Reservation | string;
  /** Puts what a call really took in the place of what was reserved for it, on the day of the reservation. */
  readonly settle: (reservation: Reservation, actual: Amount) => void;
  readonly spent: (now: number) => Spending;
}

const rowSchema = z.object({ calls: z.int(), tokens: z.int(), dollars: z.number() });
const NOTHING = { calls: 0, tokens: 0, dollars: 0 } as const;

/** The budget in a store. Several processes may share it: the room is taken inside one transaction. */
export function openBudget(store: ModelStore, caps: SpendingCaps): Budget {
  const read = store.prepare("SELECT calls, tokens, dollars FROM spending WHERE day = ?");
  const add = store.prepare(
    `INSERT INTO spending (day, calls, tokens, dollars) VALUES (?, ?, ?, ?)
     ON CONFLICT (day) DO UPDATE SET calls = calls + excluded.calls, tokens = tokens + excluded.tokens, dollars = dollars + excluded.dollars`,
  );
  const of = (day: string): z.infer<typeof rowSchema> => {
    const row = read.get(day);
    return row === undefined ? NOTHING : rowSchema.parse(row);
  };
  return {
    reserve: (atMost, now) => {
      const day = utcDay(now);
      return inTransaction(store, () => {
        const full = fullSentence(of(day), atMost, caps);
        if (full !== null) return full;
        add.run(day, 1, atMost.tokens, atMost.dollars ?? 0);
        return { day, amount: atMost };
      });
    },
    settle: ({ day, amount }, actual) => {
      add.run(day, 0, actual.tokens - amount.tokens, (actual.dollars ?? 0) - (amount.dollars ?? 0));
    },
    spent: (now) => {
      const day = utcDay(now);
      const { calls, tokens, dollars } = of(day);
      return { calls, tokens, cost: caps.dollarsPerDay === null ? null : Math.max(0, dollars), day, caps };
    },
  };
}

/** Which cap one more call would break, in a sentence; null when there is room. */
function fullSentence(spent: z.infer<typeof rowSchema>, more: Amount, caps: SpendingCaps): string | null {
  const until = "the model is silent until midnight UTC";
  if (spent.calls + 1 > caps.callsPerDay) return `All ${caps.callsPerDay} calls of the day are used (languageModel.caps.callsPerDay): ${until}.`;
  if (spent.tokens + more.tokens > caps.tokensPerDay) {
    return `${spent.tokens} of the day's ${caps.tokensPerDay} tokens are used and this call may take ${more.tokens} (languageModel.caps.tokensPerDay): ${until}, or until a smaller question.`;
  }
  if (caps.dollarsPerDay !== null && more.dollars !== null && spent.dollars + more.dollars > caps.dollarsPerDay) {
    return `$${spent.dollars.toFixed(4)} of the day's $${caps.dollarsPerDay} are spent and this call may cost $${more.dollars.toFixed(4)} (languageModel.caps.dollarsPerDay): ${until}, or until a smaller question.`;
  }
  return null;
}

/** The UTC day of an instant, such as "2025-01-31". */
function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

import type { Venue, VenueOrder } from "../../src/ports/venue.ts";

/** The questions about an account that are asked one after the other. */
export type Question = "order" | "openOrders" | "trades" | "balances";

const QUESTIONS: ReadonlySet<PropertyKey> = new Set<Question>(["order", "openOrders", "trades", "balances"]);

/** What happens between the answers of a venue. */
export interface Between {
  /** Whether the venue does not show this order yet, neither by its id nor in the list of open ones. */
  hides?: (clientOrderId: string) => boolean;
  /** Happens when a question has been answered, before the next one can be asked. */
  after?: (question: Question, symbol: string | undefined) => void | Promise<void>;
}

/** A venue on whose account something happens between two answers; what is set later counts from then on. */
export function between(real: Venue, happens: Between): Venue {
  return new Proxy(real, {
    get: (target, name) => {
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== "function") return own;
      return (...args: unknown[]): unknown => {
        const said: unknown = Reflect.apply(own, target, args);
        return QUESTIONS.has(name) ? told(name as Question, args as string[], said as Promise<Said>, happens) : said;
      };
    },
  });
}

type Said = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

async function told(question: Question, [symbol, id]: string[], said: Promise<Said>, { hides, after }: Between): Promise<unknown> {
  let answer: unknown = await said;
  if (question === "order" && hides?.(id ?? "") === true) answer = { ok: false, failure: { kind: "not-found", message: "Order does not exist." } };
  if (question === "openOrders" && (answer as Said).ok) {
    const { value } = answer as { readonly value: readonly VenueOrder[] };
    answer = { ok: true, value: value.filter(({ clientOrderId }) => hides?.(clientOrderId ?? "") !== true) };
  }
  await after?.(question, symbol);
  return answer;
}

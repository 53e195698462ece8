import { type Accounts, balancesOf } from "./accounts.ts";
import type { LiveOrder } from "./market.ts";
import type { EngineEvent, ExchangeTrade, OrderStatus } from "./model.ts";

/** Where events wait until the change that they tell of is complete. */
export interface Announcer {
  /** Whether anybody listens. */
  readonly heard: () => boolean;
  /** An order as it is now, with what happened to it. */
  readonly order: (order: LiveOrder, execution: OrderStatus | "TRADE", more?: { readonly trade?: ExchangeTrade; readonly reason?: string }) => void;
  /** Balances of an account as they are now. */
  readonly balances: (account: number, assets: readonly string[], time: number) => void;
  readonly say: (event: EngineEvent) => void;
  /** Tells the listeners everything that waits, in order. */
  readonly flush: () => void;
  readonly subscribe: (listener: (event: EngineEvent) => void) => () => void;
}

/** An announcer without listeners. */
export function createAnnouncer(accounts: Accounts): Announcer {
  const listeners = new Set<(event: EngineEvent) => void>();
  const waiting: EngineEvent[] = [];
  let telling = false;
  const heard = (): boolean => listeners.size > 0;
  const say = (event: EngineEvent): void => {
    if (heard()) waiting.push(event);
  };
  return {
    heard,
    say,
    order: (order, execution, more = {}) => {
      // A copy: the order may have changed again by the time that the event is told.
      if (heard()) say({ type: "order", order: { ...order }, execution, ...more });
    },
    balances: (account, assets, time) => {
      if (heard()) say({ type: "balance", account, balances: balancesOf(accounts, account, assets), time });
    },
    flush: () => {
      // A listener may place an order: what that says joins the queue, so that all listeners see one order of events.
      if (telling) return;
      telling = true;
      try {
        for (let event = waiting.shift(); event; event = waiting.shift()) {
          for (const listener of [...listeners]) listener(event);
        }
      } finally {
        telling = false;
      }
    },
    subscribe: (listener) => {
      // Wrapped, so that the same function subscribed twice hears twice.
      const own = (event: EngineEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

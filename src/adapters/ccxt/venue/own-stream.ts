import type { Exchange } from "ccxt";
import { z } from "zod";
import type { VenueOrder, VenueTrade } from "../../../ports/venue.ts";
import { orderShape } from "./order.ts";
import type { VenueName } from "./quirks.ts";
import type { Sockets } from "./sockets.ts";
import { Stream } from "./stream.ts";
import { tradeShape } from "./trade.ts";

const trades = z.array(tradeShape);
const orders = z.array(z.unknown());

/** What the stream of an account is opened for, and whom it tells. */
export interface OwnStreamPlan {
  readonly venue: VenueName;
  readonly symbols: readonly string[];
  readonly staleAfterMs: number;
  /** Throws when ccxt cannot subscribe yet. */
  readonly ready: () => Promise<void>;
  readonly onTrade: (trade: VenueTrade) => void;
  readonly onOrder: (order: VenueOrder) => void;
  readonly onDown: (reason: string) => void;
  readonly onUp: () => void;
}

/** Orders and trades of an account as one key hears of them. */
export class OwnStream {
  readonly #stream: Stream;
  #down: string | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(client: Exchange, sockets: Sockets, plan: OwnStreamPlan) {
    const rounds = [() => watchTrades(client, plan), () => watchOrders(client, plan)];
    this.#stream = new Stream(
      {
        rounds: rounds.map((round) => async () => {
          await plan.ready();
          return round();
        }),
        own: /order|trade/i,
        liveness: "socket",
        // Binance's answer to the subscription comes before ccxt waits for events.
        acknowledged: plan.venue !== "binance",
        staleAfterMs: plan.staleAfterMs,
        onDown: (reason) => {
          this.#down = reason;
          plan.onDown(reason);
        },
        onUp: () => {
          this.#down = null;
          plan.onUp();
        },
      },
      sockets,
    );
  }

  /** Why it is down; `null` while it is not. */
  get downBecause(): string | null {
    return this.#down;
  }

  /** Begins; settles when it is subscribed, or has failed to be. */
  start(): Promise<undefined> {
    this.#running = this.#stream.run();
    return this.#stream.settled;
  }

  /** Gives its socket up, and settles when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stream.stop();
    await this.#running;
  }
}

async function watchTrades(client: Exchange, { symbols, onTrade }: OwnStreamPlan): Promise<boolean> {
  // A trade that cannot be read must not be lost: the stream counts as broken, and what happened is read over REST.
  const made = trades.parse(await client.watchMyTrades());
  for (const trade of made) if (symbols.includes(trade.symbol)) onTrade(trade);
  return true;
}

async function watchOrders(client: Exchange, { symbols, onOrder }: OwnStreamPlan): Promise<boolean> {
  const changed = orders.parse(await client.watchOrders());
  for (const order of changed) {
    // Some venues send changes only; an order that is not whole is asked for over REST by whoever needs it.
    const parsed = orderShape.safeParse(order);
    if (parsed.success && symbols.includes(parsed.data.symbol)) onOrder(parsed.data);
  }
  return true;
}

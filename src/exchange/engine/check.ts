import type { Accounts } from "./accounts.ts";
import { type Market, isOpen, openOrdersOf } from "./market.ts";
import { lockOfOrder } from "./matching.ts";
import type { Venue } from "./venue.ts";

/** Throws when an invariant of the exchange is broken; computes everything again from orders and trades. */
export function checkVenue(venue: Venue): void {
  checkConservation(venue.accounts);
  const needed = venue.accounts.holdings.map(() => new Map<string, bigint>());
  for (const market of venue.markets) {
    checkOrders(market);
    for (const order of openOrdersOf(market)) {
      const { asset, units } = lockOfOrder(market.instrument, order);
      const sums = needed[order.account];
      sums?.set(asset, (sums.get(asset) ?? 0n) + units);
    }
  }
  venue.accounts.holdings.forEach((mine, account) => {
    for (const [asset, { free, locked }] of mine) {
      if (free < 0n) throw new Error(`account ${account} has ${free} free units of ${asset}`);
      const need = needed[account]?.get(asset) ?? 0n;
      if (locked !== need) throw new Error(`account ${account} has ${locked} units of ${asset} locked, its open orders need ${need}`);
    }
  });
}

function checkConservation({ holdings, fees, maker, supply }: Accounts): void {
  const sums = new Map<string, bigint>();
  const add = (asset: string, units: bigint): void => void sums.set(asset, (sums.get(asset) ?? 0n) + units);
  for (const mine of holdings) for (const [asset, { free, locked }] of mine) add(asset, free + locked);
  for (const [asset, units] of fees) {
    if (units < 0n) throw new Error(`fees of ${asset} are ${units}`);
    add(asset, units);
  }
  for (const [asset, units] of maker) add(asset, units);
  for (const [asset, sum] of sums) {
    const expected = supply.get(asset) ?? 0n;
    if (sum !== expected) throw new Error(`there are ${sum} units of ${asset}, ${expected} were paid in`);
  }
}

function checkOrders(market: Market): void {
  const executed = new Map<number, { steps: number; quote: number }>();
  for (const trade of market.trades.flat()) {
    const sum = executed.get(trade.orderId) ?? { steps: 0, quote: 0 };
    executed.set(trade.orderId, { steps: sum.steps + trade.steps, quote: sum.quote + trade.quoteUnits });
  }
  const open = new Set(openOrdersOf(market));
  for (const order of market.orders.flat()) {
    const sum = executed.get(order.id) ?? { steps: 0, quote: 0 };
    const name = `order ${order.id} of ${market.symbol}`;
    if (sum.steps !== order.filledSteps || sum.quote !== order.filledQuote) throw new Error(`${name} is filled by ${order.filledSteps}, its trades by ${sum.steps}`);
    if (order.filledSteps > order.steps) throw new Error(`${name} is filled by ${order.filledSteps} of ${order.steps}`);
    if ((order.status === "FILLED") !== (order.filledSteps === order.steps)) throw new Error(`${name} is ${order.status} with ${order.filledSteps} of ${order.steps}`);
    if (isOpen(order) !== open.has(order)) throw new Error(`${name} is ${order.status} and ${open.has(order) ? "rests" : "does not rest"}`);
    if (order.status === "NEW" && order.filledSteps > 0) throw new Error(`${name} is NEW with ${order.filledSteps} steps filled`);
  }
}

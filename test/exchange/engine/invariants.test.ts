import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantityOf } from "../../../src/core/instrument.ts";
import { createEngine } from "../../../src/exchange/engine/engine.ts";
import { type Engine, type EngineEvent, type ExchangeOrder, type ExchangePlan, ORDER_TYPES, type PlaceRequest } from "../../../src/exchange/engine/model.ts";
import { type Row, market } from "./exchange.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "ETHBTC"] as const;

const row = fc.record({ open: fc.integer({ min: 80, max: 125 }), up: fc.integer({ min: 0, max: 20 }), down: fc.integer({ min: 0, max: 20 }), close: fc.integer({ min: 0, max: 100 }), volume: fc.constantFrom(0, 0.003, 0.7, 12, 900) });
const rows = fc.array(row, { minLength: 2, maxLength: 6 }).map((all) =>
  all.map(({ open, up, down, close, volume }): Row => [open, open + up, open - down, open - down + Math.round(((up + down) * close) / 100), volume]),
);
const plan = fc.record({ btc: rows, eth: rows, cross: rows, share: fc.constantFrom(1, 0.1), maker: fc.constantFrom(0, 0.001, 0.0000123), seed: fc.integer({ min: 0, max: 1_000 }) }).map(
  ({ btc, eth, cross, share, maker, seed }): ExchangePlan => ({
    markets: [
      market("BTC/USDT", btc, {}, 6),
      market("ETH/USDT", eth, { priceStep: 0.1, quantityStep: 0.0001, minQuantity: 0.0001 }, 6),
      market("ETH/BTC", cross, { priceStep: 0.00001, quantityStep: 0.0005, minQuantity: 0.0005, minNotional: 0.0001 }, 6),
    ],
    accounts: [
      { apiKey: "one", secret: "s", balances: { USDT: "5000.123456789", BTC: "20", ETH: "30" } },
      { apiKey: "two", secret: "t", balances: { USDT: "700", BTC: "500", ETH: "0.1" } },
    ],
    fees: { maker, taker: 0.00123 },
    volumeShare: share,
    seed,
  }),
);

const odd = fc.constantFrom("0", "0.0001", "100", "1", "99999999999999999999", "-1", "x");
const amount = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 50, max: 3_000 }).map((n) => (n / 1_000).toFixed(3)) },
  { weight: 3, arbitrary: fc.integer({ min: 10, max: 900 }).map(String) },
  { weight: 1, arbitrary: odd },
);
const quote = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 75, max: 130 }).map(String) },
  { weight: 6, arbitrary: fc.integer({ min: 6_000, max: 15_000 }).map((n) => (n / 100).toFixed(2)) },
  { weight: 1, arbitrary: odd },
);
const account = fc.integer({ min: 0, max: 1 });
const symbol = fc.constantFrom(...SYMBOLS);
const clientOrderId = fc.constantFrom("a", "b", "c");

type Act = (engine: Engine, paid: Transfer[]) => unknown;

/** Mostly a request that could be right for its type, sometimes any mixture. */
const request = fc
  .record({ symbol, side: fc.constantFrom("buy" as const, "sell" as const), type: fc.constantFrom(...ORDER_TYPES), timeInForce: fc.constantFrom("GTC" as const, "GTC" as const, "IOC" as const, "FOK" as const), quantity: amount, price: quote, stopPrice: quote, clientOrderId: fc.option(clientOrderId), money: fc.boolean(), stray: fc.integer({ min: 0, max: 9 }) })
  .map(({ symbol: name, side, type, timeInForce, quantity, price, stopPrice, clientOrderId: id, money, stray }): PlaceRequest => {
    const stop = type === "STOP_LOSS_LIMIT" || type === "TAKE_PROFIT_LIMIT";
    return {
      symbol: name,
      side,
      type,
      ...(stop || type === "LIMIT" ? { timeInForce } : {}),
      ...(type === "MARKET" && money ? { quoteOrderQty: quantity } : { quantity }),
      ...(type === "MARKET" ? {} : { price }),
      ...(stop || stray === 0 ? { stopPrice } : {}),
      ...(id === null ? {} : { clientOrderId: id }),
    };
  });

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(account, request).map(([who, what]): Act => (engine) => engine.place(who, what)) },
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.boolean()).map(([by, stop]): Act => (engine) => engine.advance(engine.now + by, stop)) },
  { weight: 2, arbitrary: fc.tuple(account, symbol, fc.integer({ min: 1, max: 30 })).map(([who, name, id]): Act => (engine) => engine.cancel(who, name, { id })) },
  { weight: 1, arbitrary: fc.tuple(account, symbol, clientOrderId).map(([who, name, id]): Act => (engine) => engine.cancel(who, name, { clientOrderId: id })) },
  { weight: 1, arbitrary: fc.tuple(account, symbol).map(([who, name]): Act => (engine) => engine.cancelAll(who, name)) },
  { weight: 1, arbitrary: fc.tuple(account, fc.constantFrom("USDT", "BTC", "BNB"), fc.constantFrom("1.5", "-0.7", "-400", "1000000000000", "0.000000000001")).map(([who, asset, sum]): Act => (engine, paid) => {
    const refused = engine.transfer(who, asset, sum);
    if (!refused) paid.push({ account: who, asset, sum });
    return refused;
  }) },
  { weight: 1, arbitrary: symbol.map((name): Act => (engine) => engine.expireOrders(name)) },
  { weight: 1, arbitrary: fc.tuple(symbol, fc.constantFrom(0.01, 0.01, 0.1, 0.0025, 0.3), fc.constantFrom(0.001, 0.01, 0.0005, 0.00003), fc.constantFrom(0, 2)).map(([name, priceStep, quantityStep, minNotional]): Act => (engine) => engine.setFilters(name, { priceStep, quantityStep, minQuantity: quantityStep, minNotional })) },
  { weight: 1, arbitrary: fc.tuple(symbol, fc.constantFrom(true, false, false)).map(([name, halted]): Act => (engine) => { engine.setHalted(name, halted); }) },
);

const PICO = 10n ** 12n;

/** A decimal text in units of 10^-12. */
function picos(text: string): bigint {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(12, "0"));
  return text.startsWith("-") ? -units : units;
}

interface Transfer {
  readonly account: number;
  readonly asset: string;
  readonly sum: string;
}

/** Plays the acts on a new exchange, the invariants checked after each; returns all that it answered and said. */
function play(made: ExchangePlan, list: readonly Act[], book: "thin" | "deep", seen?: (event: EngineEvent, engine: Engine) => void): { answers: unknown[]; events: EngineEvent[]; paid: Transfer[]; engine: Engine } {
  const engine = createEngine(made, { book });
  const events: EngineEvent[] = [];
  engine.subscribe((event) => {
    events.push(event);
    seen?.(event, engine);
  });
  const answers: unknown[] = [];
  const paid: Transfer[] = [];
  for (const act of [...list, (last: Engine) => last.advance(last.end)]) {
    const before = engine.now;
    answers.push(act(engine, paid));
    engine.check();
    expect(engine.now).toBeGreaterThanOrEqual(before);
  }
  return { answers, events, paid, engine };
}

const books = fc.constantFrom("thin" as const, "deep" as const);

describe("an exchange with any accounts, requests, transfers and changes", () => {
  it("conserves every asset, locks what its orders need, and says the same for the same seed and calls", () => {
    const counts = { trades: 0, makers: 0, triggered: 0, partial: 0, expired: 0 };
    fc.assert(
      fc.property(plan, fc.array(acts, { minLength: 15, maxLength: 60 }), books, (made, list, book) => {
        const first = play(made, list, book, (event) => {
          if (event.type !== "order") return;
          if (event.trade) counts.trades += 1;
          if (event.trade?.maker) counts.makers += 1;
          if (event.order.triggered) counts.triggered += 1;
          if (event.order.status === "PARTIALLY_FILLED") counts.partial += 1;
          if (event.order.status === "EXPIRED") counts.expired += 1;
        });
        const second = play(made, list, book);
        expect(second.answers).toEqual(first.answers);
        expect(second.events).toEqual(first.events);
        expect(second.engine.balances(0)).toEqual(first.engine.balances(0));
      }),
      { numRuns: 300 },
    );
    // What never happened was not tested.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(10);
  });

  it("tells the end of the balances and of every order in its last events", () => {
    fc.assert(
      fc.property(plan, fc.array(acts, { minLength: 10, maxLength: 40 }), books, (made, list, book) => {
        const orders = new Map<number, string>();
        const balances = new Map<string, string>();
        const filled = (engine: Engine, order: ExchangeOrder): string => `${order.status} ${quantityOf(engine.instrument(order.symbol)!, order.filledSteps)}`;
        const { engine } = play(made, list, book, (event, now) => {
          if (event.type === "order") orders.set(event.order.id, filled(now, event.order));
          if (event.type === "balance") for (const { asset, free, locked } of event.balances) balances.set(`${event.account} ${asset}`, `${free}/${locked}`);
        });
        for (const who of [0, 1]) {
          for (const name of SYMBOLS) {
            const all = engine.orders(who, name);
            if ("code" in all) throw new Error(all.msg);
            for (const order of all) expect(orders.get(order.id)).toBe(filled(engine, order));
          }
          for (const { asset, free, locked } of engine.balances(who)) {
            const told = balances.get(`${who} ${asset}`);
            if (told !== undefined) expect(told).toBe(`${free}/${locked}`);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("gives each account exactly what its first balances, transfers and trades add up to", () => {
    let trades = 0;
    fc.assert(
      fc.property(plan, fc.array(acts, { minLength: 10, maxLength: 40 }), books, (made, list, book) => {
        const { engine, paid } = play(made, list, book);
        made.accounts.forEach(({ balances }, who) => {
          const sums = new Map(Object.entries(balances).map(([asset, text]) => [asset, picos(text)]));
          const add = (asset: string, units: bigint): void => void sums.set(asset, (sums.get(asset) ?? 0n) + units);
          for (const { account: owner, asset, sum } of paid) if (owner === who) add(asset, picos(sum));
          for (const name of SYMBOLS) {
            const { base, quote: money, baseScale, quoteScale, stepUnits, notionalScale } = engine.instrument(name)!;
            const list = engine.trades(who, name);
            if ("code" in list) throw new Error(list.msg);
            trades += list.length;
            for (const { side, ticks, steps, quoteUnits, feeUnits, feeAsset } of list) {
              const sign = side === "buy" ? 1n : -1n;
              const baseUnit = PICO / BigInt(baseScale);
              const quoteUnit = PICO / BigInt(quoteScale);
              expect(BigInt(quoteUnits)).toBe(BigInt(ticks) * BigInt(steps) * BigInt(notionalScale));
              add(base, sign * BigInt(steps) * BigInt(stepUnits) * baseUnit);
              add(money, -sign * BigInt(quoteUnits) * quoteUnit);
              expect(feeAsset).toBe(side === "buy" ? base : money);
              add(feeAsset, -BigInt(feeUnits) * (side === "buy" ? baseUnit : quoteUnit));
            }
          }
          for (const { asset, free, locked } of engine.balances(who)) expect(picos(free) + picos(locked)).toBe(sums.get(asset) ?? 0n);
        });
      }),
      { numRuns: 200 },
    );
    expect(trades).toBeGreaterThan(200);
  });
});

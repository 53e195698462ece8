import { expect } from "vitest";
import { agents } from "../../agents/index.ts";
import { idPrefix } from "../../src/app/trade/client-order-id.ts";
import { discrepancies } from "../../src/app/trade/holdings.ts";
import { recover } from "../../src/app/trade/recover.ts";
import type { Session } from "../../src/app/trade/session.ts";
import type { Bot } from "../../src/core/bot.ts";
import { openOrders } from "../plan.ts";
import { notionalUnits } from "../../src/core/instrument.ts";
import { addDecimals } from "../../src/core/decimal.ts";
import { equityOf } from "../../src/core/valuation.ts";
import type { ExchangeOrder, ExchangeTrade } from "../../src/exchange/engine/model.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { VenueBalance } from "../../src/ports/venue.ts";
import { strategies } from "../../strategies/index.ts";

/** What the invariants are about. */
export interface Accountable {
  readonly session: Session;
  readonly journal: Journal;
}

export interface InvariantOptions {
  /** Moved by somebody else, decimal by asset: what the venue has more than the books because of it. */
  readonly foreign?: Readonly<Record<string, string>>;
  /** Requests that may have been made for one client order id; more than one only when a key that was refused was changed. */
  readonly posts?: number;
}

/** Everything that must hold of a bot at rest and of its account, whatever went wrong before. */
export function assertInvariants({ session, journal }: Accountable, exchange: Exchange, { foreign = {}, posts = 1 }: InvariantOptions = {}): void {
  const { bot, desk } = session;
  expect(journal.verify(), "I1").toBe(null);
  assertLedger(bot);
  assertTotals(bot, exchange, desk.parts.baseline(), foreign);
  for (const row of journal.orders()) {
    const filled = journal.fillsOf(row.clientOrderId).reduce((sum, { steps }) => sum + steps, 0);
    expect(filled, `I6: ${row.key}`).toBe(row.filledSteps);
    expect(filled, `I6: ${row.key}`).toBeLessThanOrEqual(row.steps);
  }
  assertOrders(journal, exchange, posts);
  assertTrades(bot, journal, exchange);
  exchange.engine.check();
  assertReplay(bot, journal);
}

function assertLedger(bot: Bot): void {
  const { ledger } = bot;
  const needs = { quote: 0, base: new Map<string, number>() };
  for (const { instrument, sleeves } of bot.symbols.values()) {
    for (const { account, orders } of sleeves) {
      let base = 0;
      for (const order of orders.live.values()) {
        const left = order.steps - order.filled;
        if (order.desired.side === "buy") {
          needs.quote += order.reserved;
          expect(order.reserved, `I3: ${order.desired.key}`).toBeGreaterThanOrEqual(notionalUnits(instrument, order.ticks, left));
        } else {
          base += order.reserved;
          expect(order.reserved, `I3: ${order.desired.key}`).toBe(left * instrument.stepUnits);
        }
      }
      expect(account.baseReserved, "I3").toBe(base);
      expect(account.baseFree, "I2").toBeGreaterThanOrEqual(0);
      const held = [...account.lots.values()].reduce((sum, { units }) => sum + units, account.dustUnits);
      expect(account.baseFree + account.baseReserved, "lots and dust are what is held").toBe(held);
    }
  }
  expect(ledger.quoteReserved, "I3").toBe(needs.quote);
  expect(ledger.quoteFree, "I2").toBeGreaterThanOrEqual(0);
  // I5 without rounding: what inventory is worth stands on both sides, so cash less the start is profit less cost.
  const result = ledger.sleeves.reduce((sum, { closedProfit, cost, dustCost }) => sum + closedProfit - cost - dustCost, 0);
  expect(ledger.quoteFree + ledger.quoteReserved - ledger.startUnits, "I5").toBe(result);
}

/** I4, against the exchange itself and not what it says. */
function assertTotals(bot: Bot, exchange: Exchange, baseline: Readonly<Record<string, string>>, foreign: Readonly<Record<string, string>>): void {
  const balances = new Map<string, VenueBalance>();
  for (const { asset, free, locked } of exchange.engine.balances(0)) {
    balances.set(asset, { free, total: addDecimals(addDecimals(free, locked), foreign[asset] ?? "0", -1) });
  }
  expect(discrepancies(bot, balances, baseline), "I4").toEqual([]);
}

/** Per client order id at most one order and one request; per key at most one order that still stands. */
function assertOrders(journal: Journal, exchange: Exchange, most: number): void {
  const rows = new Map(journal.orders().map((row) => [row.clientOrderId, row]));
  const counts = exchange.state()["clientOrderIds"] as Readonly<Record<string, { readonly posts: number; readonly orders: number }>>;
  for (const [id, { posts, orders }] of Object.entries(counts)) {
    expect(orders, `orders of ${id}`).toBeLessThanOrEqual(1);
    if (rows.has(id)) expect(posts, `requests of ${id}`).toBeLessThanOrEqual(most);
  }
  const open = exchange.engine.openOrders(0) as readonly ExchangeOrder[];
  const keys = open.flatMap(({ clientOrderId }) => {
    const row = rows.get(clientOrderId);
    return row ? [`${row.symbol} ${row.strategy} ${row.key}`] : [];
  });
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
}

/** Every trade of the bot's orders is booked, and nothing else is. */
function assertTrades(bot: Bot, journal: Journal, exchange: Exchange): void {
  const ids = new Set(journal.orders().map(({ clientOrderId }) => clientOrderId));
  const prefix = idPrefix("test");
  let traded = 0;
  for (const [symbol] of bot.symbols) {
    const market = symbol.replace("/", "");
    const orders = new Map((exchange.engine.orders(0, market) as readonly ExchangeOrder[]).map((order) => [order.id, order]));
    for (const trade of exchange.engine.trades(0, market) as readonly ExchangeTrade[]) {
      const id = orders.get(trade.orderId)?.clientOrderId ?? "";
      if (!ids.has(id)) {
        expect(id.startsWith(prefix), `trade ${trade.id} of an order that the books do not know`).toBe(false);
        continue;
      }
      traded += 1;
      expect(journal.hasFill("binance", symbol, String(trade.id)), `trade ${trade.id} of ${symbol}`).toBe(true);
    }
  }
  const booked = journal.orders().flatMap(({ clientOrderId }) => journal.fillsOf(clientOrderId));
  expect(booked).toHaveLength(traded);
}

/** The journal alone makes the same bot again. */
function assertReplay(bot: Bot, journal: Journal): void {
  const again = recover(journal, agents, strategies);
  if (!again) throw new Error("nothing was journaled");
  expect(again.bot.ledger).toEqual(bot.ledger);
  expect(again.bot.hold).toBe(bot.hold);
  expect(openOrders(again.bot)).toBe(openOrders(bot));
  expect(equityOf(again.bot)).toBe(equityOf(bot));
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../trade/harness.ts";
import { GRID, type Operated, operated } from "./fixture.ts";

const PATH = [...Array<number>(60).fill(100), 98, 96.4, 97.5, 99.6, 101.3, 103.2, 101, 100];

describe("an operator of a bot that has traded its grid", () => {
  let one: Operated;
  beforeAll(async () => {
    one = await operated(GRID, PATH, 60, (bot) => bot.session.desk.open().length >= 9);
  }, 20_000);
  afterAll(() => one.close());

  it("sees equity as cash and what is held at the last price", () => {
    const { equity, cash, symbols, fills, quote } = one.operator.status();
    expect(quote).toBe("USDT");
    expect(fills).toBe(13);
    expect(symbols[0]).toMatchObject({ symbol: "BTC/USDT", base: "BTC", price: 100, held: 4.995 });
    expect(equity).toBeCloseTo(cash + 4.995 * 100, 8);
  });

  it("sees balances that add up to that equity, in assets and reserved for orders", () => {
    const rows = one.operator.balances();
    expect(rows.map(({ asset }) => asset)).toEqual(["USDT", "BTC"]);
    expect(rows.reduce((sum, { worth }) => sum + (worth ?? Number.NaN), 0)).toBeCloseTo(one.operator.status().equity, 8);
    expect(rows[1]).toMatchObject({ free: 0, reserved: 4.995 });
  });

  it("tells closed from open profit, and both make up the change of equity", () => {
    const { equity, startEquity, closedProfit, openProfit, trips, won } = one.operator.performance();
    expect(equity - startEquity).toBeCloseTo(closedProfit + openProfit, 8);
    expect(trips).toBe(6);
    expect(won).toBe(6);
    const [position] = one.operator.portfolio();
    expect(position?.openProfit).toBeCloseTo(openProfit, 8);
  });

  it("sums the round trips that closed between two times, the end left out", () => {
    const all = one.operator.profit(0, Number.MAX_SAFE_INTEGER);
    expect(all.total).toMatchObject({ trips: 6, won: 6 });
    expect(all.symbols[0]?.profit).toBe(all.total.profit);
    const closes = one.bot.session.bot.ledger.roundTrips.map(({ closeTime }) => closeTime).sort((a, b) => a - b);
    const third = closes[2]!;
    expect(one.operator.profit(0, third).total.trips).toBe(2);
    expect(one.operator.profit(third, Number.MAX_SAFE_INTEGER).total.trips).toBe(4);
    expect(one.operator.profit(0, 1).total).toEqual({ profit: 0, fees: 0, trips: 0, won: 0 });
  });

  it("pages through every fill once, newest first, and answers a page too far with the last", () => {
    const pages = [1, 2, 3].map((page) => one.operator.trades(page, 5));
    const rows = pages.flatMap((page) => page.rows);
    expect(pages.map(({ pages: count, total }) => [count, total])).toEqual([[3, 13], [3, 13], [3, 13]]);
    expect(rows).toHaveLength(13);
    expect(rows.map(({ time }) => time)).toEqual(rows.map(({ time }) => time).toSorted((a, b) => b - a));
    expect(rows[0]).toMatchObject({ side: "buy", price: 100, quantity: 1, worth: 100, fee: 0.001, feeCurrency: "BTC" });
    expect(one.operator.trades(99, 5)).toMatchObject({ page: 3, pages: 3 });
    expect(one.operator.trades(-1, 5).page).toBe(1);
    expect(one.operator.trades(Number.NaN, 5).page).toBe(1);
  });

  it("sees the orders that rest at the exchange, those nearest to the price first", () => {
    const { rows, total } = one.operator.orders(1, 100);
    expect(total).toBe(10);
    expect(one.exchange.engine.openOrders(0)).toHaveLength(10);
    expect(rows.map(({ distance }) => Math.abs(distance ?? 1))).toEqual(rows.map(({ distance }) => Math.abs(distance ?? 1)).toSorted((a, b) => a - b));
    expect(rows.every(({ state }) => state === "open")).toBe(true);
  });

  it("sees the grid: its levels, what rests, what is filled, and whether the price is inside", () => {
    const [grid] = one.operator.grids();
    expect(grid).toMatchObject({ inRange: true, filledCells: 5, trips: 6, held: 4.995, mode: "active" });
    expect(grid?.levels).toHaveLength(11);
    expect(grid?.orders.every(({ resting }) => resting)).toBe(true);
    expect(grid?.orders.map(({ price }) => price)).toEqual([105, 104, 103, 102, 101, 99, 98, 97, 96, 95]);
    expect(one.operator.dcas()).toEqual([]);
  });

  it("draws equity from the capital that it began with to where the books are at the last close", () => {
    const curve = one.operator.equity(50);
    expect(curve[0]?.equity).toBe(10_000);
    // At the close of the only bar since, 101.3: five sells had filled before it, and four cells were still to be sold.
    expect(curve.at(-1)?.equity).toBeCloseTo(10_007.999198, 6);
  });

  it("gives bars with the fills inside them, oldest first", () => {
    const view = one.operator.bars("BTC/USDT", 2);
    expect(view.bars).toHaveLength(2);
    expect(view.fills).toHaveLength(13);
    expect(view.fills[0]?.price).toBe(100);
    expect(view.ladders).toEqual([{ strategy: "grid", prices: [95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105] }]);
    expect(() => one.operator.bars("ETH/USDT", 2)).toThrow("does not trade ETH/USDT");
  });

  it("has nothing to say about a council that does not sit", () => {
    expect(one.operator.votes("BTC/USDT")).toBe(null);
    expect(one.operator.why("BTC/USDT")).toBe(null);
    expect(one.operator.signals()).toEqual([]);
    expect(one.operator.risk().profile).toBe(null);
  });

  it("pages the journal newest first without gaps", () => {
    const { total, pages } = one.operator.log(1, 7);
    const rows = Array.from({ length: pages }, (_, i) => one.operator.log(i + 1, 7).rows).flat();
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: total }, (_, i) => total - i));
    expect(rows.at(-1)?.type).toBe("genesis");
    expect(rows.some(({ type, text }) => type === "fill" && text.includes("side buy"))).toBe(true);
  });

  it("shows the definition, its health and its version", () => {
    expect(one.operator.config()).toContain("levels: 11");
    expect(one.operator.health()).toMatchObject({ failure: null, settled: true, hold: "run", unknown: 0 });
    expect(one.operator.version().version).toBe("0.2.0");
  });

  it("asks the process to stop and says who wanted it", () => {
    one.operator.stop("telegram 7");
    expect(one.stops).toEqual(["telegram 7"]);
  });
});

describe("an operator of a bot that has failed", () => {
  it("cannot turn a switch that would do nothing, and is told why", async () => {
    const one = await operated(GRID, PATH, 60, (bot) => bot.session.desk.open().length >= 9);
    try {
      one.bot.journal.close();
      await until("the bot has noticed that it cannot write", () => one.bot.session.failure !== null);
      expect(() => {
        one.operator.command("flatten", "test");
      }).toThrow(/sends nothing more \(.+\)/);
      expect(one.operator.status().hold).toBe("run");
    } finally {
      await one.bot.session.stop("keep");
      await one.exchange.close();
    }
  }, 20_000);
});

describe("what an operator is told before it happens", () => {
  it("is what flattening then comes to: orders gone, all sold, the worth and the fee as said", async () => {
    const one = await operated(GRID, [...PATH, 100, 100], 60, (bot) => bot.session.desk.open().length >= 9);
    try {
      const cash = one.operator.status().cash;
      const said = one.operator.previewFlatten();
      expect(said).toMatchObject({ cancels: 10, rest: [], exposureAfter: 0 });
      expect(said.sells).toEqual([expect.objectContaining({ symbol: "BTC/USDT", quantity: 4.995, price: 100 })]);
      one.operator.command("flatten", "test");
      await until("everything is sold", () => one.bot.session.settled() && one.operator.status().symbols[0]!.held === 0);
      expect(one.operator.orders(1, 10).total).toBe(0);
      const got = one.operator.status().cash - cash;
      expect(Math.abs(got / (said.worth - said.fee) - 1)).toBeLessThan(0.005);
      const resume = one.operator.previewResume();
      expect(resume).toMatchObject({ hold: "flatten", exposure: 0 });
    } finally {
      await one.close();
    }
  }, 20_000);

  it("is what canceling then comes to: the money of the buys is free again and what is held stays", async () => {
    const one = await operated(GRID, PATH, 60, (bot) => bot.session.desk.open().length >= 9);
    try {
      const said = one.operator.previewCancel();
      expect(said.orders).toHaveLength(10);
      expect(said.held).toBeCloseTo(499.5, 8);
      const free = one.operator.balances()[0]!.free;
      one.operator.command("cancel", "test");
      await until("nothing is open", () => one.bot.session.settled() && one.operator.orders(1, 10).total === 0);
      expect(one.operator.balances()[0]!.free).toBeCloseTo(free + said.freed, 8);
      expect(one.operator.status().symbols[0]!.held).toBe(4.995);
    } finally {
      await one.close();
    }
  }, 20_000);
});

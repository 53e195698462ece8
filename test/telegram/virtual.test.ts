import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { openStore } from "../../src/adapters/telegram/store.ts";
import { applyFill, buyFor, openAccount, priceUnits, sellOf, unitsOf, worthOf } from "../../src/adapters/telegram/virtual/account.ts";
import { openVirtualBook } from "../../src/adapters/telegram/virtual/book.ts";
import { orderOf } from "../../src/adapters/telegram/virtual/order.ts";
import { sampleAll } from "../../src/adapters/telegram/virtual/sampling.ts";
import type { Operator } from "../../src/ports/operator.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, VIC, closeAll, openDoor, runningBot, texts, type Doorway, type RunningBot } from "./door.ts";
import type { Person } from "./bot-api/server.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
afterAll(() => bot.end());
afterEach(closeAll);

const RATES = { taker: 0.001, slippage: 0.0005 };

/** The bot, with a price and a time of the test's own. */
function priced(changes: { price: number; age: number; troubles?: string[]; time?: number }): Operator {
  return {
    ...bot.operator,
    status: () => {
      const status = bot.operator.status();
      return { ...status, time: changes.time ?? status.time, troubles: changes.troubles ?? [] };
    },
    extremes: () => ({ low: null, high: null, last: { price: changes.price, time: (changes.time ?? bot.operator.status().time) - changes.age } }),
  };
}

async function open(operator: Operator, before: Partial<Pick<Doorway, "folder" | "api">> = {}) {
  const doorway = await openDoor(operator, commands, { rates: () => RATES, ...before });
  const ask = async (text: string, person: Person = VIC): Promise<string> => {
    const before = doorway.api.chat(person).length;
    doorway.api.write(person, text);
    await until(`${text} is answered`, () => doorway.api.chat(person).length > before);
    return doorway.api.chat(person).at(-1)!.text;
  };
  return { ...doorway, ask };
}

async function confirm({ api }: Doorway, person: Person): Promise<string> {
  const asked = api.chat(person).findLast(({ buttons }) => buttons[0]?.[0]?.text === "Confirm")!;
  const before = api.chat(person).length;
  api.press(person, asked, asked.buttons[0]![0]!.data);
  await until("it is carried out", () => api.chat(person).length > before);
  return api.chat(person).at(-1)!.text;
}

describe("/virtual", () => {
  it("keeps a paper portfolio: begins, buys for a worth, sells a part and all, and counts every fee", async () => {
    const at = { price: 100, age: 0 };
    const { ask, api } = await open(priced(at));
    expect(await ask("/virtual")).toMatch(/no paper portfolio yet/);
    expect(await ask("/virtual start 10,000 usdt")).toMatch(/begins with 10,000\.00 USDT.*holding BTC\/USDT \(100\.00 USDT\)/);
    // 500 with its fee in it, at 100.05: 500 / (100.05 x 1.001) = 4.99251...
    const bought = await ask("/virtual buy btc 500");
    expect(bought).toMatch(/bought 4\.99251 BTC\s+at 100\.05/);
    expect(bought).toMatch(/Worth\s+499\.50 USDT\nFee\s+0\.500 USDT\nCash after\s+9,500\.00 USDT/);
    at.price = 110;
    // Half of it at 109.945: 274.45 less 0.27 of fee, that cost 250.
    expect(await ask("/virtual sell btc 50%")).toMatch(/sold 2\.49625 BTC\s+at 109\.945\nWorth\s+274\.45 USDT\nFee\s+0\.274 USDT\nProfit of it\s+\+24\.18 USDT/);
    const whole = await ask("/virtual");
    expect(whole).toMatch(/Profit\s+\+48\.76 USDT\n\s+\+0\.49 %\nHolding BTC\s+\+10\.00 %\nThe bot\s+[+-]?\d+\.\d\d %/);
    expect(api.chat(VIC).at(-1)!.file!.name).toBe("virtual.png");
    expect(await ask("/virtual sell btc all")).toMatch(/BTC after\s+0/);
    expect(await ask("/virtual sell btc all")).toMatch(/You hold no BTC on paper/);
    expect(await ask("/virtual trades")).toMatch(/Trades on paper 3[\s\S]*sell\s+BTC\/USDT[\s\S]*buy\s+BTC\/USDT/);
  });

  it("belongs to its user alone, survives a restart, and is ended only when that is confirmed", async () => {
    const first = await open(priced({ price: 100, age: 0 }));
    await first.ask("/virtual start 1000");
    await first.ask("/virtual buy btc 10%");
    expect(await first.ask("/virtual", ANN)).toMatch(/no paper portfolio yet/);
    await first.door.close(0);
    const second = await open(priced({ price: 100, age: 0 }), first);
    expect(await second.ask("/virtual")).toMatch(/Cash\s+900\.00 USDT/);
    expect(await second.ask("/virtual start 5")).toMatch(/You have one already/);
    expect(await second.ask("/virtual reset")).toMatch(/its 1 trade and its curve are deleted/);
    expect(await second.ask("/virtual trades")).toMatch(/Trades on paper 1/);
    expect(await confirm(second, VIC)).toMatch(/It is gone/);
    expect(await second.ask("/virtual trades")).toMatch(/no paper portfolio yet/);
  });

  it("trades at no price that is older than five minutes of the venue's time, nor while the bot stands still itself", async () => {
    // A time that stands still: the age is to be exact to the millisecond.
    const at: Parameters<typeof priced>[0] = { price: 100, age: 300_000, troubles: [], time: bot.operator.status().time };
    const { ask } = await open(priced(at));
    await ask("/virtual start 1000");
    expect(await ask("/virtual buy btc 10")).toMatch(/bought/);
    at.age = 300_001;
    expect(await ask("/virtual buy btc 10")).toMatch(/Nothing is traded on paper now: the last price of BTC\/USDT is 5 min old/);
    expect(await ask("/virtual")).toMatch(/Its prices are 5 min old/);
    at.age = 0;
    at.troubles!.push("the candles of BTC/USDT are silent");
    expect(await ask("/virtual sell btc all")).toMatch(/the bot itself sends nothing \(the candles of BTC\/USDT are silent\)/);
  });

  it.each([
    ["/virtual buy", /Say what: \/virtual buy btc 500/],
    ["/virtual buy btc", /Say how much USDT/],
    ["/virtual buy btc -5", /Say how much USDT/],
    ["/virtual buy btc 0", /Say how much USDT/],
    ["/virtual buy btc 1e3", /Say how much USDT/],
    ["/virtual buy btc 0,5", /Say how much USDT/],
    ["/virtual buy btc 0.000000001", /Say how much USDT/],
    ["/virtual buy btc 101%", /Say how much USDT/],
    ["/virtual buy btc 1000.01", /You have 1,000\.00 USDT on paper/],
    ["/virtual buy btc 0.001", /too little/],
    ["/virtual buy doge 10", /"doge" is not traded here/],
    ["/virtual sell btc 1", /You hold no BTC/],
    ["/virtual dance", /"dance" is nothing that a paper portfolio can do/],
    ["/virtual start <b>", /You have one already/],
  ])("answers %s with a sentence", async (text, said) => {
    const { ask, api } = await open(priced({ price: 100, age: 0 }));
    await ask("/virtual start 1000");
    expect(await ask(text)).toMatch(said);
    expect(await ask("/virtual trades")).toMatch(/Trades on paper 0/);
    expect(texts(api, VIC).every((one) => one.length <= 4_096)).toBe(true);
  });

  it("keeps a sample of what it is worth only at prices that are fresh, and in order of time", () => {
    const store = openStore(":memory:");
    const book = openVirtualBook(store, () => RATES);
    const at = { price: 100, age: 0, time: 1_000_000_000 };
    book.begin({ user: 1, time: at.time, quote: "USDT", cash: unitsOf("1000")!, symbol: "BTC/USDT", price: priceUnits(100)!, botEquity: bot.operator.status().equity });
    book.trade(1, { ...buyFor("BTC/USDT", unitsOf("500")!, priceUnits(100)!, { taker: 0, slippage: 0 })!, time: at.time });
    for (const [time, price, age] of [[1_000_000_000, 100, 0], [1_003_600_000, 120, 0], [1_007_200_000, 130, 400_000], [1_001_000_000, 90, 0]] as const) {
      Object.assign(at, { time, price, age });
      sampleAll(book, priced(at));
    }
    expect(book.samples(1).map(({ time, equity, hold }) => [time, Math.round(equity), Math.round(hold)])).toEqual([[1_000_000_000, 1_000, 1_000], [1_003_600_000, 1_100, 1_200]]);
    store.close();
  });
});

describe("the books of a paper portfolio", () => {
  const units = (most: number) => fc.bigInt({ min: 0n, max: BigInt(most) });
  const rates = fc.record({ taker: fc.double({ min: 0, max: 0.1, noNaN: true }), slippage: fc.double({ min: 0, max: 0.1, noNaN: true }) });
  const step = fc.record({ side: fc.constantFrom("buy" as const, "sell" as const), symbol: fc.constantFrom("A/Q", "B/Q"), part: fc.bigInt({ min: 0n, max: 1_000n }), price: fc.double({ min: 1e-9, max: 1e9, noNaN: true }) });

  it("never let cash or a holding fall below zero, lose nothing but fees, and end with no holding and no cost when all is sold", () => {
    fc.assert(
      fc.property(units(10 ** 15), fc.array(step, { maxLength: 40 }), rates, (cash, steps, paid) => {
        let account = openAccount(cash);
        let [spent, earned, fees] = [0n, 0n, 0n];
        const amounts = new Map<string, bigint>();
        const trade = (side: "buy" | "sell", symbol: string, part: bigint, price: bigint): void => {
          const all = side === "buy" ? account.cash : (account.held.get(symbol)?.quantity ?? 0n);
          const wanted = (all * part) / 1_000n;
          const fill = side === "buy" ? buyFor(symbol, wanted, price, paid) : sellOf(symbol, wanted, price, paid);
          if (!fill) return;
          if (side === "buy") expect(fill.worth + fill.fee).toBeLessThanOrEqual(wanted);
          // Whoever trades pays slippage, never gets it.
          expect(side === "buy" ? fill.price >= price : fill.price <= price).toBe(true);
          account = applyFill(account, fill);
          fees += fill.fee;
          if (side === "buy") spent += fill.worth;
          else earned += fill.worth;
          amounts.set(symbol, (amounts.get(symbol) ?? 0n) + (side === "buy" ? fill.quantity : -fill.quantity));
          // Two entries: what the cash lost is what the trade was worth and its fee, nothing else.
          expect(account.cash).toBe(cash - spent + earned - fees);
          expect(account.fees).toBe(fees);
          expect(account.cash).toBeGreaterThanOrEqual(0n);
          for (const [name, { quantity, cost }] of account.held) {
            expect(quantity).toBe(amounts.get(name));
            expect(quantity).toBeGreaterThan(0n);
            expect(cost).toBeGreaterThanOrEqual(0n);
          }
          const cost = [...account.held.values()].reduce((sum, held) => sum + held.cost, 0n);
          expect(account.cash + cost).toBe(cash + account.closedProfit);
        };
        for (const { side, symbol, part, price } of steps) {
          const at = priceUnits(price);
          if (at !== null) trade(side, symbol, part, at);
        }
        for (const symbol of [...account.held.keys()]) trade("sell", symbol, 1_000n, priceUnits(1e9)!);
        expect(account.held.size).toBe(0);
        expect(account.cash).toBe(cash + account.closedProfit);
      }),
      { numRuns: 300 },
    );
  });

  it("pay the rates of the symbol that is traded", () => {
    const [symbol = ""] = bot.operator.symbols;
    const traded = (rates: (one: string) => typeof RATES) => orderOf({ operator: priced({ price: 100, age: 0 }), account: openAccount(unitsOf("1000")!), rates, quote: "USDT", side: "buy", argument: `${symbol} 500` });
    const own = { taker: 0.02, slippage: 0.01 };
    expect(traded((one) => (one === symbol ? own : RATES))).toEqual(buyFor(symbol, unitsOf("500")!, priceUnits(100)!, own));
  });

  it("refuse a trade that would overdraw them, and keep nothing of it", () => {
    const book = openVirtualBook(openStore(":memory:"), () => RATES);
    book.begin({ user: 1, time: 1, quote: "Q", cash: unitsOf("10")!, symbol: "A/Q", price: priceUnits(1)!, botEquity: 1 });
    const fill = buyFor("A/Q", unitsOf("11")!, priceUnits(1)!, RATES)!;
    expect(() => book.trade(1, { ...fill, time: 2 })).toThrow(/cannot spend more/);
    expect(() => book.trade(1, { ...sellOf("A/Q", unitsOf("1")!, priceUnits(1)!, RATES)!, time: 2 })).toThrow(/cannot sell more/);
    expect(book.trades(1)).toEqual([]);
    expect(book.account(1)!.cash).toBe(unitsOf("10"));
  });

  it("read money exactly or not at all", () => {
    expect(["0.00000001", "12,345.5", "999999999999.99999999"].map(unitsOf)).toEqual([1n, 1_234_550_000_000n, 99_999_999_999_999_999_999n]);
    expect(["", "0", "1.", ".5", "-1", "1e5", "0.000000001", "1,5", "1,50", "١"].map(unitsOf)).toEqual(Array(10).fill(null));
    expect(worthOf(unitsOf("0.1")!, priceUnits(0.0000012345)!)).toBe(12n);
  });
});

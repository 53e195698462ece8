import { afterEach, describe, expect, it } from "vitest";
import { createEngine } from "../../../../src/exchange/engine/engine.ts";
import type { ExchangePlan } from "../../../../src/exchange/engine/model.ts";
import { OutsideLog } from "../../../../src/core/outside-log.ts";
import type { Source } from "../../../../src/ports/source.ts";
import { hours, observation, opinionOf } from "../../../agents/observe.ts";
import { control, marketOf, MINUTE, openExchange, planOf, START } from "../../../exchange/fixture.ts";
import { calm, contextAt, json } from "../../sources/web.ts";
import { MARKETS } from "../venue/kraken-shapes.ts";
import { closeSources, faultOf, fetched, NOW, serving, sourceAt } from "./book-teller.ts";

afterEach(closeSources);

async function thinExchange(plan: Partial<ExchangePlan> = {}) {
  return openExchange({}, { engine: createEngine(planOf(plan), { book: "thin" }) });
}

describe("order flow with the real ccxt.binance against the local exchange", () => {
  it("gives an item for each symbol, from the book and the trades of now, for five minutes", async () => {
    const exchange = await thinExchange();
    const now = START + 10 * MINUTE;
    await control(exchange, "advance", { to: now });
    const items = await sourceAt(exchange.url).fetch(contextAt(now), calm());
    expect(items.map(({ source, id, symbol, published, known, expires }) => [source, id, symbol, published, known, expires])).toEqual(
      ["BTC/USDT", "ETH/USDT"].map((symbol) => ["order-flow", `binance:${now}`, symbol, now, now, now + 5 * MINUTE]),
    );
    for (const { value, score } of items) {
      expect(Math.abs(value!)).toBeLessThan(1);
      // Of 100, 101, 100, 99, 100 the last five minutes rise in three and fall in two, or the other way round.
      expect(Math.abs(score!)).toBeCloseTo(0.2);
    }
  });

  it("gives the agent a vote that goes with it, and none five minutes later", async () => {
    const exchange = await thinExchange({ markets: [marketOf("BTC/USDT", Array.from({ length: 21 }, (_, i) => 100 + i))] });
    const now = START + 10 * MINUTE;
    await control(exchange, "advance", { to: now });
    const log = new OutsideLog(["order-flow"]);
    for (const item of await sourceAt(exchange.url).fetch(contextAt(now, ["BTC/USDT"]), calm())) log.take(item);
    const seen = observation(hours([100, 101]));
    const at = (time: number) => opinionOf("order-flow", { ...seen, time, outside: log.view("BTC/USDT", time) }, { bookWeight: 0 });
    expect(at(now + MINUTE)).toMatchObject({ score: 1, evidence: { flow: 1, minutes: 1 } });
    expect(at(now - 1)).toBeNull();
    expect(at(now + 5 * MINUTE)).toBeNull();
  });

  it("tells buyers from sellers by who would not wait", async () => {
    const rising = Array.from({ length: 21 }, (_, i) => 100 + i);
    const exchange = await thinExchange({ markets: [marketOf("BTC/USDT", rising), marketOf("ETH/USDT", rising.toReversed())] });
    await control(exchange, "advance", { to: START + 10 * MINUTE });
    const items = await sourceAt(exchange.url).fetch(contextAt(START + 10 * MINUTE), calm());
    expect(items.map(({ score }) => score)).toEqual([1, -1]);
  });

  it("gives no item for a book that does not move any more, and one when it moves again", async () => {
    const exchange = await thinExchange();
    await control(exchange, "advance", { to: START + 10 * MINUTE });
    const source = sourceAt(exchange.url);
    expect((await fetched(source, START + 10 * MINUTE)).length).toBe(1);
    expect((await faultOf(fetched(source, START + 11 * MINUTE))).message).toBe("order-flow: book of BTC/USDT: binance gave a book that has not changed for 60 s");
    await control(exchange, "advance", { to: START + 12 * MINUTE });
    expect((await fetched(source, START + 12 * MINUTE)).length).toBe(1);
  });

  it("says which symbol it has not and goes on with the others", async () => {
    const exchange = await thinExchange();
    await control(exchange, "advance", { to: START + MINUTE });
    const context = contextAt(START + MINUTE, ["NONE/USDT", "BTC/USDT"]);
    expect((await sourceAt(exchange.url).fetch(context, calm())).map(({ symbol }) => symbol)).toEqual(["BTC/USDT"]);
    expect(context.warnings).toEqual(["order-flow: binance has no spot market NONE/USDT"]);
  });

  it("gives no item for a crossed book, a book without depth and prices that are none, and the next is right", async () => {
    const exchange = await thinExchange();
    const source = sourceAt(exchange.url);
    let now = START + 10 * MINUTE;
    for (const [fault, says] of [
      [{ name: "crossed-book", path: "depth" }, /gave a crossed book \(bid [\d.]+, ask [\d.]+\)/],
      [{ name: "bad-price", path: "depth", value: "NaN" }, /gave a malformed book/],
      [{ name: "bad-price", path: "depth", value: 1e300 }, /gave a malformed book/],
      [{ name: "bad-price", path: "depth", value: -5 }, /gave a malformed book/],
      [{ name: "empty-object", path: "depth" }, /gave an empty book/],
    ] as const) {
      await control(exchange, "advance", { to: (now += MINUTE) });
      exchange.faults.add(fault);
      const error = await faultOf(source.fetch(contextAt(now, ["BTC/USDT"]), calm()));
      expect(error.kind).toBe("malformed");
      expect(error.message).toMatch(says);
      expect(error.message).not.toMatch(/\n/);
      expect((await source.fetch(contextAt(now, ["BTC/USDT"]), calm())).length).toBe(1);
    }
  });

  it("goes on with the book alone when the trades are spoiled, and says so", async () => {
    const exchange = await thinExchange();
    await control(exchange, "advance", { to: START + 10 * MINUTE });
    exchange.faults.add({ name: "torn-json", path: "aggTrades" });
    const context = contextAt(START + 10 * MINUTE, ["BTC/USDT"]);
    const [item] = await sourceAt(exchange.url).fetch(context, calm());
    expect(item).toMatchObject({ symbol: "BTC/USDT", score: null });
    expect(context.warnings).toEqual([expect.stringMatching(/^order-flow: trades of BTC\/USDT: binance gave nothing usable/)]);
  });

  it("tells no past", () => {
    expect(sourceAt("http://127.0.0.1:1")).not.toHaveProperty("history");
  });
});

describe("other exchanges", () => {
  /** Answers of an exchange by the end of the path, as its documentation shows them. */
  async function venue(exchange: string, answers: Readonly<Record<string, unknown>>): Promise<Source> {
    const { url: at } = await serving((response, url, request) => json(Object.entries(answers).find(([path]) => url.pathname.endsWith(path))?.[1] ?? {})(response, url, request));
    return sourceAt(at, 10_000, exchange);
  }

  const bybit = (result: unknown) => ({ retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: NOW });
  const atBybit = (time: number) =>
    venue("bybit", {
      "/instruments-info": bybit({
        category: "spot",
        list: [{ symbol: "BTCUSDT", baseCoin: "BTC", quoteCoin: "USDT", status: "Trading", marginTrading: "both", lotSizeFilter: { basePrecision: "0.000001", quotePrecision: "0.00000001", minOrderQty: "0.00004", maxOrderQty: "71", minOrderAmt: "1", maxOrderAmt: "2000000" }, priceFilter: { tickSize: "0.01" } }],
        nextPageCursor: "",
      }),
      "/orderbook": bybit({ s: "BTCUSDT", b: [["99.9", "3"]], a: [["100.1", "1"]], ts: time, u: 230704, seq: 1432604333, cts: time }),
      "/recent-trade": bybit({ category: "spot", list: [{ execId: "1", symbol: "BTCUSDT", price: "100", size: "2", side: "Sell", time: String(NOW - 1_000), isBlockTrade: false }] }),
    });

  it("tell the same through ccxt.bybit, and a book of another hour is refused", async () => {
    expect(await fetched(await atBybit(NOW - 500))).toEqual([expect.objectContaining({ id: `bybit:${NOW}`, value: expect.closeTo(0.5) as number, score: -1 })]);
    expect((await faultOf(fetched(await atBybit(NOW - 60 * MINUTE)))).message).toBe("order-flow: book of BTC/USDT: bybit gave a book of 2024-01-01T00:00:00.000Z, which is not now");
    expect((await faultOf(fetched(await atBybit(NOW + 60 * MINUTE)))).message).toMatch(/which is not now$/);
  });

  it("tell the same through ccxt.kraken, whose books have neither time nor version", async () => {
    const source = await venue("kraken", {
      "/AssetPairs": { error: [], result: MARKETS },
      "/Depth": { error: [], result: { XBTUSDT: { bids: [["99.9", "3", 1_704_070_000]], asks: [["100.1", "1", 1_704_070_000]] } } },
      "/Trades": { error: [], result: { XBTUSDT: [["100.0", "2", NOW / 1_000 - 1, "s", "l", "", 1]], last: "1" } },
    });
    expect(await fetched(source)).toEqual([expect.objectContaining({ id: `kraken:${NOW}`, value: expect.closeTo(0.5) as number, score: -1 })]);
    expect((await faultOf(fetched(source, NOW + MINUTE))).message).toBe("order-flow: book of BTC/USDT: kraken gave a book that has not changed for 60 s");
  });

  it("tell the same through ccxt.okx", async () => {
    const okx = (data: unknown) => ({ code: "0", msg: "", data });
    const market = { alias: "", baseCcy: "BTC", quoteCcy: "USDT", instId: "BTC-USDT", instType: "SPOT", lotSz: "0.00000001", minSz: "0.00001", tickSz: "0.1", state: "live", ctVal: "", ctValCcy: "", settleCcy: "", uly: "", expTime: "", lever: "10" };
    const source = await venue("okx", {
      "/instruments": okx([market]),
      "/books": okx([{ bids: [["99.9", "3", "0", "1"]], asks: [["100.1", "1", "0", "1"]], ts: String(NOW - 500) }]),
      "/trades": okx([{ instId: "BTC-USDT", side: "sell", sz: "2", px: "100", tradeId: "1", ts: String(NOW - 1_000) }]),
    });
    expect(await fetched(source)).toEqual([expect.objectContaining({ id: `okx:${NOW}`, value: expect.closeTo(0.5) as number, score: -1 })]);
  });

  it("are refused in a sentence when ccxt knows none", async () => {
    const error = await faultOf(sourceAt("http://127.0.0.1:1", 300, "nowhere").fetch(contextAt(NOW), calm()));
    expect(error.kind).toBe("refused");
    expect(error.message).toMatch(/ccxt knows no such exchange/);
  });
});

import { describe, expect, it } from "vitest";
import { ClosedCandles } from "../../../../src/adapters/ccxt/venue/closed-candles.ts";
import { FINAL_CANDLES } from "../../../../src/adapters/ccxt/venue/final-candles.ts";
import type { Candle } from "../../../../src/core/candle.ts";

const MINUTE = 60_000;
const START = 1_700_000_040_000;
const candle = (index: number, volume = 5): Candle => ({ time: START + index * MINUTE, open: 10, high: 12, low: 9, close: 11, volume });

function closing(flagged: boolean, stored: readonly Candle[] = []): { readonly closed: ClosedCandles; readonly given: number[]; readonly candles: Candle[]; readonly reads: number[] } {
  const candles: Candle[] = [];
  const given: number[] = [];
  const reads: number[] = [];
  const closed = new ClosedCandles({
    timeframe: MINUTE,
    flagged,
    read: (since) => {
      reads.push((since - START) / MINUTE);
      return Promise.resolve({ ok: true, value: stored.filter(({ time }) => time >= since) });
    },
    emit: (one) => {
      candles.push(one);
      given.push((one.time - START) / MINUTE);
    },
  });
  return { closed, given, candles, reads };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("candles of a venue that says which are final", () => {
  it("come out when they are called final, once", () => {
    const { closed, given } = closing(true);
    closed.row(candle(0));
    expect(given).toEqual([]);
    closed.final(candle(0));
    closed.final(candle(0));
    closed.row(candle(1));
    closed.final(candle(1));
    expect(given).toEqual([0, 1]);
  });

  it("are read over REST when some were missed, and come out in order", async () => {
    const { closed, given, reads } = closing(true, [candle(1), candle(2), candle(3)]);
    closed.final(candle(0));
    closed.final(candle(3));
    await turn();
    expect(reads).toEqual([1]);
    expect(given).toEqual([0, 1, 2, 3]);
  });

  it("are read over REST when they are overdue", async () => {
    const { closed, given } = closing(true, [candle(0)]);
    closed.row(candle(0));
    closed.tick(START + MINUTE, 10_000);
    await turn();
    expect(given).toEqual([]);
    closed.tick(START + MINUTE + 2_000, 20_000);
    await turn();
    expect(given).toEqual([0]);
  });

  it("are read over REST instead when a final one is impossible", async () => {
    const { closed, candles } = closing(true, [candle(0)]);
    closed.final({ ...candle(0), high: 1 });
    await turn();
    expect(candles).toEqual([candle(0)]);
  });
});

describe("candles of a venue that does not say which are final", () => {
  it("come out when the next one begins", () => {
    const { closed, candles } = closing(false);
    closed.row(candle(0, 1));
    closed.row(candle(0, 7));
    closed.row(candle(1));
    expect(candles).toEqual([candle(0, 7)]);
  });

  it("are read over REST when the connection broke before the next one began", async () => {
    const { closed, candles } = closing(false, [candle(0, 7)]);
    closed.row(candle(0, 1));
    closed.interrupted();
    closed.row(candle(1));
    await turn();
    expect(candles).toEqual([candle(0, 7)]);
  });
});

describe("final candles in messages", () => {
  it.each([
    ["binance", { e: "kline", k: { t: START, s: "BTCUSDT", i: "1m", o: "10", h: "12", l: "9", c: "11", v: "5", x: true } }, "BTCUSDT", "1m"],
    ["bybit", { topic: "kline.1.BTCUSDT", data: [{ start: START, open: "10", high: "12", low: "9", close: "11", volume: "5", confirm: true }] }, "BTCUSDT", "1"],
    ["okx", { arg: { channel: "candle1m", instId: "BTC-USDT" }, data: [[String(START), "10", "12", "9", "11", "5", "55", "55", "1"]] }, "BTC-USDT", "1m"],
  ] as const)("of %s are told from others", (venue, message, marketId, interval) => {
    const read = FINAL_CANDLES[venue];
    expect(read?.(message)).toEqual([{ marketId, interval, candle: candle(0) }]);
    const unfinished = JSON.parse(JSON.stringify(message).replace('"x":true', '"x":false').replace('"confirm":true', '"confirm":false').replace(/"1"\]\]/, '"0"]]')) as unknown;
    expect(read?.(unfinished)).toEqual([]);
    expect(read?.("pong")).toEqual([]);
  });
});

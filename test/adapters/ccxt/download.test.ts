import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { downloadCandles, type Download, type Downloaded } from "../../../src/adapters/ccxt/download.ts";
import type { CandleSeries } from "../../../src/core/candle.ts";
import { RunError } from "../../../src/core/user-error.ts";
import { gapsOf } from "../../../src/core/candle-gaps.ts";
import { json, KlinesServer, type KlinesOptions, priceAt } from "./klines-server.ts";

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);
const PATIENCE = { attempts: 3, firstWait: 10, deadline: 1_000 };

let server: KlinesServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
});

/** A store in memory: what the download keeps, and how often. */
class Kept {
  series: CandleSeries | null = null;
  saves = 0;
}

async function fetchInto(kept: Kept, options: Partial<KlinesOptions> & Partial<Download> = {}): Promise<Downloaded> {
  server = new KlinesServer({ listed: START, now: START + 100_000 * MINUTE, ...options });
  const clientOptions = await server.start();
  return downloadCandles({
    exchange: "binance",
    symbol: "BTC/USDT",
    timeframe: "1m",
    from: START,
    to: START + 2_500 * MINUTE,
    load: () => Promise.resolve(kept.series),
    save: (series) => {
      kept.series = series;
      kept.saves += 1;
      return Promise.resolve();
    },
    clientOptions: { ...clientOptions, rateLimit: 1 },
    patience: PATIENCE,
    ...options,
  });
}

describe("download of candles with the real ccxt.binance against a local server", () => {
  it("pages until the end and keeps every candle once", async () => {
    const kept = new Kept();
    const done = await fetchInto(kept);
    expect(done.added).toBe(2_500);
    expect(done.notes).toEqual([]);
    expect(server?.requests.map((url) => Number(url.searchParams.get("startTime")))).toEqual([START, START + 1_000 * MINUTE, START + 2_000 * MINUTE]);
    expect(kept.series?.length).toBe(2_500);
    for (const i of [0, 999, 1_000, 2_499]) {
      expect(kept.series?.time[i]).toBe(START + i * MINUTE);
      expect(kept.series?.close[i]).toBe(Number(priceAt(START + i * MINUTE).toFixed(2)));
    }
  });

  it("learns the venue's filters", async () => {
    const done = await fetchInto(new Kept());
    expect(done.filters).toEqual({ priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });
  });

  it("goes on where an earlier download stopped, and fetches what lies before it", async () => {
    const kept = new Kept();
    await fetchInto(kept, { from: START + 500 * MINUTE, to: START + 700 * MINUTE });
    await server?.stop();
    const done = await fetchInto(kept, { to: START + 900 * MINUTE });
    expect(done.added).toBe(700);
    expect(kept.series?.length).toBe(900);
    expect(server?.requests.map((url) => Number(url.searchParams.get("startTime")))).toEqual([START, START + 700 * MINUTE]);
  });

  it("leaves out the candle that has not closed, and says so", async () => {
    const kept = new Kept();
    const done = await fetchInto(kept, { now: START + 10 * MINUTE + 30_000, to: Number.POSITIVE_INFINITY });
    expect(done.series.length).toBe(10);
    expect(done.droppedUnclosed).toBe(1);
    expect(done.notes).toEqual(["the candle of 2024-01-01T00:10:00.000Z had not closed and was left out"]);
  });

  it("finds the first candle of a market that was listed later", async () => {
    const done = await fetchInto(new Kept(), { listed: START + 1_200 * MINUTE });
    expect(done.series.time[0]).toBe(START + 1_200 * MINUTE);
    expect(done.added).toBe(1_300);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ["429 with Retry-After", (response) => json(response, { code: -1003, msg: "Too many requests" }, 429, { "retry-after": "0" })],
    ["a 502 page", (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>")],
    ["a torn body", (response) => void response.writeHead(200, { "content-type": "application/json" }).end("[[17040")],
    ["a page of HTML with status 200", (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>come back later</html>")],
    ["a connection that breaks", (response) => response.destroy()],
    ["a body that never comes", (response) => response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).flushHeaders()],
  ])("asks again after %s and loses nothing", async (_, fault) => {
    const kept = new Kept();
    const done = await fetchInto(kept, { faults: { 2: fault } });
    expect(done.added).toBe(2_500);
    expect(kept.series?.length).toBe(2_500);
    expect(server?.requests.length).toBe(4);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ["a 502 page", (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>")],
    ["a body that never comes", (response) => response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).flushHeaders()],
  ])("asks for the markets again after %s", async (_, fault) => {
    const done = await fetchInto(new Kept(), { marketFaults: { 1: fault }, to: START + 10 * MINUTE });
    expect(done.added).toBe(10);
    expect(server?.marketRequests).toBe(2);
  });

  it("does not knock again when the venue asks for a long wait", async () => {
    const kept = new Kept();
    const banned = (response: ServerResponse): void => json(response, { code: -1003, msg: "banned" }, 418, { "retry-after": "600" });
    const failure = await fetchInto(kept, { faults: { 2: banned } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunError);
    expect((failure as RunError).message).toContain("binance asks to wait 600 s");
    expect(server?.requests.length).toBe(2);
    expect(kept.series?.length).toBe(1_000);
  });

  it("leaves no hole when fetching what lies before was broken off", async () => {
    const kept = new Kept();
    const from = START + 30_000 * MINUTE;
    await fetchInto(kept, { from, to: from + 100 * MINUTE });
    await server?.stop();
    const gone = (response: ServerResponse): void => void response.writeHead(503).end("gone");
    await expect(fetchInto(kept, { to: from, faults: { 15: gone, 16: gone, 17: gone } })).rejects.toThrow(RunError);
    expect(kept.series?.length).toBeGreaterThan(100);
    expect(kept.series?.length).toBeLessThan(30_100);
    expect(gapsOf(kept.series!).missing).toBe(0);
    await server?.stop();
    const done = await fetchInto(kept, { to: from + 200 * MINUTE });
    expect(kept.series?.length).toBe(30_200);
    expect(gapsOf(kept.series!).missing).toBe(0);
    expect(done.series.time[0]).toBe(START);
  });

  it("leaves no hole between what is kept and a span that begins later", async () => {
    const kept = new Kept();
    await fetchInto(kept, { to: START + 100 * MINUTE });
    await server?.stop();
    const done = await fetchInto(kept, { from: START + 300 * MINUTE, to: START + 400 * MINUTE });
    expect(kept.series?.length).toBe(400);
    expect(done.series.length).toBe(100);
    expect(done.series.time[0]).toBe(START + 300 * MINUTE);
    expect(done.notes).toEqual(["the candles from 2024-01-01T01:40:00.000Z to 2024-01-01T05:00:00.000Z were fetched too, so that the kept ones have no hole"]);
  });

  it("says where the venue has none of the candles that would join what is kept", async () => {
    const kept = new Kept();
    await fetchInto(kept, { to: START + 100 * MINUTE });
    await server?.stop();
    const done = await fetchInto(kept, { listed: START + 150 * MINUTE, to: START + 200 * MINUTE });
    expect(done.added).toBe(50);
    expect(done.notes).toEqual(["binance gives no candles of BTC/USDT between 2024-01-01T01:40:00.000Z and 2024-01-01T02:30:00.000Z"]);
  });

  it.each([
    ["little", 5_000, "2024-01-04T11:20:00.000Z"],
    ["much", 50_000, "2024-02-04T17:20:00.000Z"],
  ])("asks once, not page by page, for what lies before the listing: %s", async (_, minutes, time) => {
    const kept = new Kept();
    const listed = START + minutes * MINUTE;
    await fetchInto(kept, { listed, to: listed + 10 * MINUTE });
    await server?.stop();
    const done = await fetchInto(kept, { listed, to: listed + 10 * MINUTE });
    expect(done.added).toBe(0);
    expect(done.notes).toEqual([`binance gives no candles of BTC/USDT before ${time}`]);
    expect(server?.requests.length).toBe(1);
  });

  it("finds the first candle at a venue whose pages cover less than was asked for", async () => {
    const kept = new Kept();
    const listed = START + 50_250 * MINUTE;
    const done = await fetchInto(kept, { listed, window: 100, to: listed + 250 * MINUTE });
    expect(done.series.time[0]).toBe(listed);
    expect(done.added).toBe(250);
    expect(server?.requests.length).toBeLessThan(25);
  });

  it("keeps what it has and says so when the venue stays away", async () => {
    const kept = new Kept();
    const gone = (response: ServerResponse): void => void response.writeHead(503).end("gone");
    await expect(fetchInto(kept, { faults: { 2: gone, 3: gone, 4: gone } })).rejects.toThrow(/binance did not answer 3 times/);
    expect(kept.series?.length).toBe(1_000);
  });

  it("stops at a signal and keeps what it has", async () => {
    const kept = new Kept();
    const stop = new AbortController();
    const done = await fetchInto(kept, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(done.stopped).toBe(true);
    expect(kept.series?.length).toBe(1_000);
  });

  it("stops at once at a signal while the venue keeps it waiting", async () => {
    const kept = new Kept();
    const stop = new AbortController();
    const silent = (): void => stop.abort();
    const done = await fetchInto(kept, { signal: stop.signal, faults: { 1: silent }, patience: { attempts: 3, firstWait: 10, deadline: 600_000 } });
    expect(done).toMatchObject({ stopped: true, added: 0 });
    expect(server?.requests.length).toBe(1);
  });

  it("is stopped, not failed, when the signal came before it began", async () => {
    const done = await fetchInto(new Kept(), { signal: AbortSignal.abort() });
    expect(done).toMatchObject({ stopped: true, added: 0 });
  });

  it("reports progress that rises to the whole over both spans", async () => {
    const kept = new Kept();
    await fetchInto(kept, { from: START + 1_500 * MINUTE, to: START + 1_600 * MINUTE });
    await server?.stop();
    const shares: number[] = [];
    await fetchInto(kept, { to: START + 4_000 * MINUTE, onProgress: (share) => shares.push(share) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it.each([
    ["exchange", { exchange: "binanec" }, /--exchange binanec: ccxt knows no such exchange; did you mean "binance"/],
    ["symbol", { symbol: "BTC/USD" }, /--symbol BTC\/USD: binance has no such market; did you mean "BTC\/USDT"/],
    ["timeframe", { timeframe: "7m" }, /--timeframe 7m: binance has no such candles; it has 1s, 1m/],
  ])("names the nearest for an unknown %s", async (_, wrong, message) => {
    await expect(fetchInto(new Kept(), wrong)).rejects.toThrow(message);
  });
});

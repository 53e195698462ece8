import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { funding } from "../../../../src/adapters/ccxt/sources/funding.ts";
import { longShort } from "../../../../src/adapters/ccxt/sources/long-short.ts";
import { openInterest } from "../../../../src/adapters/ccxt/sources/open-interest.ts";
import { SwapClient } from "../../../../src/adapters/ccxt/sources/swap-client.ts";
import type { OutsideItem } from "../../../../src/core/outside.ts";
import { type Source, SourceError } from "../../../../src/ports/source.ts";
import { calm, contextAt } from "../../sources/web.ts";
import { json } from "../klines-server.ts";
import { FiguresServer, type FiguresOptions, rateAt } from "./figures-server.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 10, 12, 30);
const SOURCES: readonly (readonly [string, (swap: SwapClient) => Source])[] = [
  ["funding", funding],
  ["open-interest", openInterest],
  ["long-short", longShort],
];

let server: FiguresServer | null = null;
let swap: SwapClient | null = null;
afterEach(async () => {
  await swap?.close();
  await server?.stop();
  server = swap = null;
});

async function open(options: Partial<FiguresOptions> = {}, timeout = 10_000, exchange = "binance"): Promise<SwapClient> {
  server = new FiguresServer({ now: NOW, ...options });
  return (swap = new SwapClient({ exchange, url: await server.start(), timeout, rateLimit: false, patience: { attempts: 3, firstWait: 5, deadline: timeout } }));
}

async function past(source: Source, from: number, to: number, context = contextAt(NOW, ["BTC/USDT"])): Promise<OutsideItem[]> {
  const kept: OutsideItem[] = [];
  await source.history?.({ from, to, keep: (items) => kept.push(...items) }, context, calm());
  return kept;
}

describe("figures of swap markets with the real ccxt.binance against a local server", () => {
  it("gives the funding rates of the last day, by the spot symbol, known from the fetch", async () => {
    const items = await funding(await open()).fetch(contextAt(NOW, ["BTC/USDT"]), calm());
    expect(items.map(({ id, symbol, published, known, value }) => [id, symbol, published, known, value])).toEqual(
      [3, 2, 1].map((ago) => Date.UTC(2026, 0, 10, 8) - (ago - 1) * 8 * HOUR).map((time) => [`binance:${time}`, "BTC/USDT", time, NOW, Number(rateAt(time).toFixed(8))]),
    );
  });

  it("gives open interest and the ratio of accounts, hourly", async () => {
    const client = await open();
    const held = await openInterest(client).fetch(contextAt(NOW, ["BTC/USDT"]), calm());
    const accounts = await longShort(client).fetch(contextAt(NOW, ["BTC/USDT"]), calm());
    expect(held.at(-1)).toMatchObject({ source: "open-interest", published: Date.UTC(2026, 0, 10, 12), value: 80_000 + Date.UTC(2026, 0, 10, 12) / HOUR });
    expect(held.length).toBe(26);
    expect(accounts.map(({ value }) => value)).toEqual([1.5, 1.5, 1.5, 1.5, 1.5, 1.5]);
    expect(server?.marketRequests).toBe(1);
  });

  it("tells the past in pages, every figure once and in order, known after the delay", async () => {
    const source = funding(await open());
    const from = NOW - 400 * DAY;
    const items = await past(source, from, NOW);
    const times = items.map(({ published }) => published);
    expect(times.length).toBe(1_200);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(items.every(({ known, published }) => known === published + source.delay)).toBe(true);
    expect(server?.requests.length).toBe(3);
  });

  it("loses none where a venue pays more often than a page was meant for", async () => {
    const source = openInterest(await open());
    const items = await past(source, NOW - 20 * DAY, NOW);
    expect(items.length).toBe(480);
    const rates = await past({ ...funding(swap!) }, NOW - 10 * DAY, NOW);
    expect(rates.length).toBe(30);
  });

  it("goes no further back than the venue tells, and says so", async () => {
    const context = contextAt(NOW, ["BTC/USDT"]);
    const items = await past(longShort(await open()), NOW - 100 * DAY, NOW, context);
    expect(items.length).toBe(29 * 24);
    expect(context.warnings).toEqual(["long-short: binance tells it back to 2025-12-12 only"]);
  });

  it("says which symbol has no swap market and goes on with the others", async () => {
    const context = contextAt(NOW, ["NONE/USDT", "BTC/EUR"]);
    const items = await funding(await open()).fetch(context, calm());
    expect(new Set(items.map(({ symbol }) => symbol))).toEqual(new Set(["BTC/EUR"]));
    expect(context.warnings).toEqual(["funding: binance has no swap market of NONE/USDT"]);
  });

  it("asks patiently for the past", async () => {
    const busy = (response: ServerResponse): void => void response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>");
    const items = await past(funding(await open({ faults: { 1: busy, 2: (response) => void response.writeHead(200).end("<html>later</html>") } })), NOW - 10 * DAY, NOW);
    expect(items.length).toBe(30);
    expect(server?.requests.length).toBe(3);
  });

  it("ends at once when it is stopped", async () => {
    const stop = new AbortController();
    const source = funding(await open({ faults: { 1: () => stop.abort(new Error("enough")) } }));
    await expect(source.fetch(contextAt(NOW, ["BTC/USDT"]), stop.signal)).rejects.toThrow("enough");
  });
});

describe.each(SOURCES)("source %s against what goes wrong", (name, make) => {
  const answers: readonly (readonly [string, (response: ServerResponse) => void, string])[] = [
    ["a page of HTML with status 200", (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>come back</html>"), "malformed"],
    ["a torn answer", (response) => void response.writeHead(200, { "content-type": "application/json" }).end('[{"symbol":"BTC'), "malformed"],
    ["rows of another shape", (response) => json(response, [{ hello: 1 }]), "malformed"],
    ["an object for a list", (response) => json(response, { data: {} }), "malformed"],
    ["ten megabytes", (response) => void response.writeHead(200, { "content-type": "application/json" }).end(`["${"x".repeat(10_000_000)}"]`), "malformed"],
    ["429", (response) => json(response, { code: -1003, msg: "Too many requests" }, 429), "rate-limited"],
    ["a 503 page", (response) => void response.writeHead(503, { "content-type": "text/html" }).end("<html>busy</html>"), "down"],
    ["a wrong parameter", (response) => json(response, { code: -1130, msg: "parameter 'startTime' is invalid." }, 400), "refused"],
    ["a connection that breaks", (response) => void response.destroy(), "down"],
  ];
  it.each(answers)("tells %s in one sentence with its kind", async (_, fault, kind) => {
    const source = make(await open({ faults: { 1: fault } }));
    const error: unknown = await source.fetch(contextAt(NOW, ["BTC/USDT"]), calm()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceError);
    expect((error as SourceError).message).toMatch(new RegExp(`^${name} of BTC/USDT:USDT: binance `));
    expect((error as SourceError).message).not.toMatch(/\n/);
    expect((error as SourceError).kind).toBe(kind);
    // The next question is asked as if nothing had been.
    expect((await source.fetch(contextAt(NOW, ["BTC/USDT"]), calm())).length).toBeGreaterThan(2);
  });

  it("gives up on a body that never ends", async () => {
    const source = make(await open({ faults: { 1: (response) => void response.writeHead(200, { "content-type": "application/json" }).write("[") } }, 1_000));
    const error: unknown = await source.fetch(contextAt(NOW, ["BTC/USDT"]), calm()).catch((reason: unknown) => reason);
    expect((error as SourceError).kind).toBe("down");
  });
});

describe("an exchange without swap figures", () => {
  it("is refused in a sentence", async () => {
    const error: unknown = await funding(new SwapClient({ exchange: "nowhere" })).fetch(contextAt(NOW), calm()).catch((reason: unknown) => reason);
    expect((error as SourceError).kind).toBe("refused");
    expect((error as SourceError).message).toMatch(/ccxt knows no such exchange/);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isIntact, listCandles, loadCandles, saveCandles, shelfPath } from "../../../src/adapters/candles/store.ts";
import { CANDLE_COLUMNS, sliceSeries } from "../../../src/core/candle.ts";
import { walk } from "../../property/walk.ts";

const SHELF = { exchange: "binance", symbol: "BTC/USDT", timeframe: "1m" };
const SERIES = walk({ seed: 3, length: 500, price: 100, step: 0.01 });
let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "caucus-store-"));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

describe("the candle store", () => {
  it("gives back exactly what it was given", async () => {
    const manifest = await saveCandles(root, { shelf: SHELF, series: SERIES, source: "test" });
    const loaded = await loadCandles(root, SHELF);
    for (const column of CANDLE_COLUMNS) expect([...loaded!.series[column]]).toEqual([...SERIES[column]]);
    expect(loaded!.manifest).toEqual(manifest);
    expect(manifest).toMatchObject({ exchange: "binance", symbol: "BTC/USDT", timeframe: "1m", candles: 500, from: "1970-01-01T00:00:00.000Z", gaps: { count: 0, missing: 0 } });
    expect(isIntact(loaded!)).toBe(true);
  });

  it("stores a slice of a longer series as the slice alone", async () => {
    await saveCandles(root, { shelf: SHELF, series: sliceSeries(SERIES, 100, 200), source: "test" });
    const loaded = await loadCandles(root, SHELF);
    expect([...loaded!.series.close]).toEqual([...SERIES.close.subarray(100, 200)]);
  });

  it("gives back one that is read in several pieces", async () => {
    const long = walk({ seed: 4, length: 400_001, price: 100, step: 0.01 });
    await saveCandles(root, { shelf: SHELF, series: long, source: "test" });
    const loaded = await loadCandles(root, SHELF);
    expect(loaded!.series.length).toBe(400_001);
    expect(isIntact(loaded!)).toBe(true);
  });

  it("replaces what was there and leaves no other file", async () => {
    await saveCandles(root, { shelf: SHELF, series: SERIES, source: "one" });
    const second = await saveCandles(root, { shelf: SHELF, series: sliceSeries(SERIES, 0, 10), source: "two" });
    expect((await readdir(shelfPath(root, SHELF))).toSorted()).toEqual([second.file, "manifest.json"]);
    expect((await loadCandles(root, SHELF))!.series.length).toBe(10);
  });

  it("notices that a stored file was changed", async () => {
    const { file } = await saveCandles(root, { shelf: SHELF, series: SERIES, source: "test" });
    const path = join(shelfPath(root, SHELF), file);
    const bytes = await readFile(path);
    bytes[4_001] = bytes[4_001]! ^ 1;
    await writeFile(path, bytes);
    expect(isIntact((await loadCandles(root, SHELF))!)).toBe(false);
    await writeFile(path, bytes.subarray(0, 100));
    await expect(loadCandles(root, SHELF)).rejects.toThrow(/100 bytes where manifest.json promises 24000/);
  });

  it("refuses a manifest that is none of its own", async () => {
    await saveCandles(root, { shelf: SHELF, series: SERIES, source: "test" });
    await writeFile(join(shelfPath(root, SHELF), "manifest.json"), '{"version":2}');
    await expect(loadCandles(root, SHELF)).rejects.toThrow(/manifest.json: not a manifest of this program/);
  });

  it("does not store candles that must not be traded on", async () => {
    const bad = walk({ seed: 3, length: 10, price: 100, step: 0.01 });
    bad.time[5] = bad.time[4]!;
    await expect(saveCandles(root, { shelf: SHELF, series: bad, source: "test" })).rejects.toThrow(/not sound and were not stored/);
    expect(await readdir(root)).toEqual([]);
  });

  it("lists what it holds and says null for what it does not", async () => {
    expect(await listCandles(root)).toEqual([]);
    await saveCandles(root, { shelf: SHELF, series: SERIES, source: "test" });
    await saveCandles(root, { shelf: { ...SHELF, symbol: "ADA/USDT" }, series: SERIES, source: "test" });
    expect((await listCandles(root)).map(({ symbol }) => symbol)).toEqual(["ADA/USDT", "BTC/USDT"]);
    expect(await loadCandles(root, { ...SHELF, exchange: "kraken" })).toBeNull();
  });

  it("keeps names inside its folder", () => {
    expect(() => shelfPath(root, { ...SHELF, exchange: "../.." })).toThrow(/cannot be kept in the store/);
  });
});

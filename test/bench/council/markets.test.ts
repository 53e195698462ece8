import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvPieces } from "../../../src/adapters/candles/write-csv.ts";
import { sliceSeries } from "../../../src/core/candle.ts";
import { createMarket } from "../../../src/core/synthetic/market.ts";
import { type RecordedMarket, readPart } from "./markets.ts";

const HOUR = 3_600_000;
const { series } = createMarket({ kind: "mix", seed: 7, days: 40, timeframe: HOUR, start: Date.UTC(2024, 0, 1), price: 100, priceStep: 0.01 });

describe("the parts of a recorded market", () => {
  let folder = "";
  const marketOf = async (name: string, length: number): Promise<RecordedMarket> => {
    const path = join(folder, `${name}.csv`);
    await writeFile(path, [...csvPieces(sliceSeries(series, 0, length))].join(""));
    return { name, path, symbol: "BTC/USDT", decision: "1h", volumeIn: "base" };
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "caucus-council-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("keeps nothing of the last quarter for development, not even in the memory behind it", async () => {
    const { dataset, from } = await readPart(await marketOf("whole", series.length), "development");
    expect(dataset.series.length).toBe(series.length * 0.75);
    expect(dataset.series.close.buffer.byteLength).toBe(dataset.series.length * 6 * 8);
    expect(from).toBe(288);
  });

  it("gives the same development part whatever the last quarter holds", async () => {
    const one = await readPart(await marketOf("one", 960), "development");
    const path = join(folder, "other.csv");
    const pieces = [...csvPieces(series)].join("").split("\n");
    await writeFile(path, pieces.map((line, i) => (i > 721 && line !== "" ? line.replace(/^([^,]+),.*$/, "$1,5,5,5,5,5") : line)).join("\n"));
    const other = await readPart({ name: "other", path, symbol: "BTC/USDT", decision: "1h", volumeIn: "base" }, "development");
    expect(other.dataset.hash).toBe(one.dataset.hash);
  });

  it("trades the last quarter alone in the final part, with what lies before to warm up on", async () => {
    const { dataset, from } = await readPart(await marketOf("final", series.length), "final");
    expect(dataset.series.length).toBe(series.length);
    expect(from).toBe(series.length * 0.75);
  });

  it("refuses a market whose last quarter would be too short to say anything", async () => {
    await expect(readPart(await marketOf("short", 600), "development")).rejects.toThrow("fewer than 700 decision bars");
  });
});

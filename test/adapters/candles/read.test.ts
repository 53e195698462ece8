import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertSound, readCandleFile } from "../../../src/adapters/candles/read.ts";

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
let folder = "";
const file = (name: string): string => join(folder, name);
const csv = (times: readonly number[]): string => `date,open,high,low,close,volume\n${times.map((time) => `${time},10,12,9,11,100`).join("\n")}\n`;
const hours = (...counts: number[]): number[] => counts.map((count) => START + count * HOUR);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-read-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe("a candle file", () => {
  it("is read from gzip, its timeframe told from the most frequent step, its gap reported", async () => {
    await writeFile(file("a.csv.gz"), gzipSync(csv(hours(0, 1, 2, 5, 6))));
    const read = await readCandleFile(file("a.csv.gz"));
    expect(read.series.timeframe).toBe(HOUR);
    expect(read.report.gaps).toEqual({ count: 1, missing: 2, first: [{ after: START + 2 * HOUR, before: START + 5 * HOUR, missing: 2 }] });
    expect(read.report.sound).toBe(true);
  });

  it("is read from freqtrade's JSON", async () => {
    await writeFile(file("a.json"), JSON.stringify(hours(0, 1).map((time) => [time, 10, 12, 9, 11, 100])));
    expect((await readCandleFile(file("a.json"))).series.close[1]).toBe(11);
  });

  it.each([
    ["whole numbers of milliseconds", { data: hours(0, 1).map(BigInt), type: "INT64" as const }],
    ["dates", { data: hours(0, 1).map((time) => new Date(time)), type: "TIMESTAMP" as const }],
  ])("is read from Parquet with times as %s", async (_, time) => {
    const doubles = (value: number) => ({ data: [value, value], type: "DOUBLE" as const });
    parquetWriteFile({
      filename: file("a.parquet"),
      columnData: [
        { name: "volume", ...doubles(100) },
        { name: "timestamp", ...time },
        { name: "open", ...doubles(10) },
        { name: "high", ...doubles(12) },
        { name: "low", ...doubles(9) },
        { name: "close", ...doubles(11) },
      ],
    });
    const { series } = await readCandleFile(file("a.parquet"));
    expect([...series.time]).toEqual(hours(0, 1));
    expect([series.open[0], series.high[0], series.low[0], series.close[0], series.volume[0]]).toEqual([10, 12, 9, 11, 100]);
  });

  it("has its volume turned into base units where the file counts quote", async () => {
    await writeFile(file("quote.csv"), csv(hours(0, 1)));
    expect((await readCandleFile(file("quote.csv"), { volumeIn: "quote" })).series.volume[0]).toBe(100 / 11);
  });

  it.each([
    ["twice the same", hours(0, 1, 1, 2), /:4: the candle of 2024-01-01T01:00:00.000Z is there twice \(1 such\)/],
    ["out of order", hours(0, 2, 1, 3), /:4: the candle of 2024-01-01T01:00:00.000Z is earlier than the one before it/],
  ])("that has candles %s is read and reported, and not traded on", async (_, times, message) => {
    await writeFile(file("bad.csv"), csv(times));
    const read = await readCandleFile(file("bad.csv"));
    expect(read.report.sound).toBe(false);
    expect(() => assertSound(read, file("bad.csv"))).toThrow(message);
  });

  it("whose high lies under its close is not traded on", async () => {
    await writeFile(file("odd.csv"), `${START},10,10.5,9,11,100\n${START + HOUR},10,12,9,11,100\n`);
    const read = await readCandleFile(file("odd.csv"));
    expect(() => assertSound(read, file("odd.csv"))).toThrow(/odd.csv:1: the candle of 2024-01-01T00:00:00.000Z has a high or low that contradicts/);
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ["is not there", () => Promise.resolve(file("none.csv")), /none.csv: there is no such file/],
    ["is a folder", () => Promise.resolve(folder), /this is a folder; give a file/],
    ["has an unknown ending", () => write("a.xls", "x"), /candle files end in .csv, .json, .feather or .parquet/],
    ["is a torn gzip", () => write("torn.csv.gz", gzipSync(csv(hours(0, 1, 2))).subarray(0, 40)), /torn.csv.gz: not a whole gzip file/],
    ["is torn JSON", () => write("torn.json", "[[1,2,3"), /torn.json: not a whole JSON file/],
    ["is JSON of another shape", () => write("odd.json", '{"a":1}'), /odd.json: expected an array of \[time, open, high, low, close, volume\]/],
    ["has a null in JSON", () => write("null.json", `[[${START},1,1,1,null,1]]`), /null.json: row 1: close is null, but must be a number above 0/],
    ["is no feather", () => write("odd.feather", "hello"), /odd.feather: not a whole feather file/],
    ["is no Parquet", () => write("odd.parquet", "hello"), /odd.parquet: not a whole Parquet file/],
    ["holds one candle", () => write("one.csv", csv(hours(0))), /the timeframe of a single candle cannot be told/],
    ["is over half a gigabyte", huge, /huge.csv: 1.0 GB; at most 0.5 GB/],
  ])("that %s is refused in one sentence", async (_, make, message) => {
    await expect(make().then((path) => readCandleFile(path))).rejects.toThrow(message);
  });
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(file(name), content);
  return file(name);
}

/** A gigabyte that takes no room on the disk. */
async function huge(): Promise<string> {
  const path = await write("huge.csv", "");
  await truncate(path, 2 ** 30);
  return path;
}

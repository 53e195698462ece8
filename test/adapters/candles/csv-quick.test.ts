import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCsv } from "../../../src/adapters/candles/csv.ts";
import { readCsvGzip } from "../../../src/adapters/candles/csv-file.ts";
import { scanCarefully } from "../../../src/adapters/candles/csv-careful.ts";
import { detectLayout } from "../../../src/adapters/candles/csv-layout.ts";
import { LOOKAHEAD, scanLines } from "../../../src/adapters/candles/csv-lines.ts";
import { readCandleFile } from "../../../src/adapters/candles/read.ts";
import { commonStep, GrowingColumns, oldestFirst, seriesOf } from "../../../src/adapters/candles/rows.ts";
import { CANDLE_COLUMNS } from "../../../src/core/candle.ts";
import { checkCandles } from "../../../src/core/candle-check.ts";
import { fromEpoch } from "../../../src/core/instant.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
/** More than three pieces of a quarter of a megabyte. */
const ROWS = 20_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-csv-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Lines as long as those of a real file, of every third a little shorter. */
const lineOf = (i: number): string => `${START + i * MINUTE},${42_000 + (i % 700)}.25,42900.${i % 100},41000.5,${42_100 + (i % 3)},${(i % 1_000) / 8}`;
const lines = (): string[] => Array.from({ length: ROWS }, (_, i) => lineOf(i));

/** Columns of a text as the careful scanner alone reads it, or the message of its error. */
function carefully(text: string): number[][] | string {
  try {
    const bytes = Buffer.from(text);
    const { columns, length } = scanCarefully(bytes, detectLayout(bytes, "x.csv"), "x.csv");
    return length === 0 ? "x.csv: there is no candle under the header." : columns.map((column) => [...column.subarray(0, length)]);
  } catch (error) {
    return (error as Error).message;
  }
}

function asUsual(text: string): number[][] | string {
  try {
    const { columns, length } = parseCsv(Buffer.from(text), "x.csv");
    return columns.map((column) => [...column.subarray(0, length)]);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether the quick scanner reads the text by itself. */
function isQuick(text: string): boolean {
  const bytes = new Uint8Array(text.length + LOOKAHEAD);
  bytes.set(Buffer.from(text));
  const rows = new GrowingColumns(text.length);
  return scanLines(bytes, new DataView(bytes.buffer), 0, text.length, detectLayout(Buffer.from(text), "x.csv"), rows);
}

const digits = (from: number, to: number): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...Array.from({ length: 10 }, (_, i) => String(i))), minLength: from, maxLength: to });
/** Numbers in many spellings, most of them plain. */
const spelled = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(digits(1, 9), digits(0, 9)).map(([whole, part]) => `${whole}.${part}`) },
  { weight: 2, arbitrary: digits(1, 20) },
  { weight: 2, arbitrary: fc.tuple(digits(0, 18), digits(1, 25)).map(([whole, part]) => `${whole}.${part}`) },
  fc.tuple(digits(1, 5), digits(1, 5), fc.integer({ min: -30, max: 30 })).map(([whole, part, power]) => `${whole}.${part}e${power}`),
  fc.double({ min: 1e-12, max: 1e15, noNaN: true }).map(String),
  digits(1, 8).map((whole) => `+${whole}`),
  digits(1, 8).map((whole) => `"${whole}.5"`),
);

describe("the quick scanner", () => {
  it("reads numbers of any spelling as the language's own parser does", () => {
    fc.assert(
      fc.property(fc.array(spelled, { minLength: 1, maxLength: 60 }), (texts) => {
        const { columns, length } = parseCsv(Buffer.from(texts.map((text) => `${START},1,1,1,1,${text}\n`).join("")), "x.csv");
        expect([...columns[5]!.subarray(0, length)]).toEqual(texts.map((text) => Number(text.replaceAll('"', ""))));
      }),
      { numRuns: 200 },
    );
  });

  it("reads epochs of any size as the language's own parser does", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(digits(9, 19), fc.integer({ min: 0, max: 4e12 }).map(String)), { minLength: 1, maxLength: 60 }), (texts) => {
        const { columns, length } = parseCsv(Buffer.from(`time,open,high,low,close,volume\n${texts.map((text) => `${text},1,1,1,1,1\n`).join("")}`), "x.csv");
        expect([...columns[0]!.subarray(0, length)]).toEqual(texts.map((text) => fromEpoch(Number(text))));
      }),
      { numRuns: 200 },
    );
  });

  it("reads times as text as the careful one does, over midnights, leap days and dates that are none", () => {
    const two = (most: number): fc.Arbitrary<string> => fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: most }) }, fc.nat(99)).map((value) => String(value).padStart(2, "0"));
    const clock = fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(":"));
    const date = fc.constantFrom("2024-02-28", "2024-02-29", "2024-03-01", "2023-02-28", "2023-02-29", "2024-12-31", "2024-1-1", "20a4-01-01");
    const spelledTime = fc.tuple(date, fc.constantFrom(" ", "T"), clock, fc.constantFrom("", "", "", "Z", ".5", "+01:00", " ")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(spelledTime, { minLength: 1, maxLength: 6 }), (times) => {
        const text = `time,open,high,low,close,volume\n${times.map((time) => `${time},1,1,1,1,1\n`).join("")}`;
        expect(asUsual(text)).toEqual(carefully(text));
      }),
      { numRuns: 500 },
    );
  });

  it("finds in a damaged file what the careful one finds, and says the same of it", () => {
    const header = "date,open,high,low,close,volume\n";
    const damage = fc.record({
      at: fc.nat(400),
      cut: fc.nat(12),
      put: fc.oneof(fc.constantFrom("", ",", "\n", "\r\n", "\n\n", " ", "-", ".", "x", '"', "0", "\t", ",,", "1e5", "\u{e9}", "nan"), fc.string({ maxLength: 3 })),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.constantFrom("\n", "\r\n"), fc.array(damage, { maxLength: 3 }), (titled, feed, damages) => {
        const whole = (titled ? header : "") + Array.from({ length: 8 }, (_, i) => lineOf(i) + feed).join("");
        const text = damages.reduce((sofar, { at, cut, put }) => sofar.slice(0, at) + put + sofar.slice(at + cut), whole);
        expect(asUsual(text)).toEqual(carefully(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, string]>([
    ["plain candles", `${lineOf(0)}\n${lineOf(1)}\n`],
    ["line breaks of Windows", `${lineOf(0)}\r\n${lineOf(1)}\r\n`],
    ["semicolons", `${lineOf(0)}\n${lineOf(1)}\n`.replaceAll(",", ";")],
    ["Binance's archive in microseconds", `${START}000,10.00,12.50,9.25,11.00,100.0,${START + 59_999}999,1100,5,50,550,0\n`],
    ["times as text", `2024-01-01 00:00:00,1,1,1,1,1\n2024-01-01T00:01:00Z,1,1,1,1,1\n`],
    ["exponents and quotes", `${START},1e1,"12.5",9,11,1e-7\n`],
  ])("needs no second look at %s", (_, text) => {
    expect(isQuick(text)).toBe(true);
  });

  it("reads the same from a file, from gzip and with the careful scanner, over the ends of its pieces", async () => {
    const text = `date,open,high,low,close,volume\n${lines().join("\n")}\n`;
    await writeFile(join(folder, "long.csv"), text);
    await writeFile(join(folder, "long.csv.gz"), gzipSync(text, { level: 1 }));
    const expected = carefully(text);
    for (const name of ["long.csv", "long.csv.gz"]) {
      const { series, report } = await readCandleFile(join(folder, name));
      expect(CANDLE_COLUMNS.map((column) => [...series[column]])).toEqual(expected);
      expect(series.time.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(report).toEqual(checkCandles(series));
    }
  });

  it.each<[string, (all: string[]) => void, string]>([
    ["text for a number", (all) => all.splice(15_000, 1, lineOf(15_000).replace("41000.5", "low")), ':15001: low is "low", but must be a number above 0.'],
    ["a missing field", (all) => all.splice(17_777, 1, "1,2,3"), ":17778: 3 of 6 fields. Every line must have as many as the first."],
    ["a blank line", (all) => all.splice(9_000, 0, ""), ":9001: 1 of 6 fields. Every line must have as many as the first."],
    ["a torn end", (all) => all.splice(ROWS - 1, 1, lineOf(ROWS - 1).slice(0, 20)), `:${ROWS}: 2 of 6 fields. The file ends here: it seems to be cut off. Every line must have as many as the first.`],
  ])("names the line of %s far down in a file, packed or not", async (_, damage, message) => {
    const all = lines();
    damage(all);
    for (const [name, content] of [["damaged.csv", all.join("\n")], ["damaged.csv.gz", gzipSync(all.join("\n"), { level: 1 })]] as const) {
      const path = join(folder, name);
      await writeFile(path, content);
      await expect(readCandleFile(path)).rejects.toThrow(`${path}${message}`);
    }
  });

  it("says of a gzip file that is torn far down that it may be cut off", async () => {
    const path = join(folder, "torn.csv.gz");
    const packed = gzipSync(lines().join("\n"), { level: 1 });
    await writeFile(path, packed.subarray(0, packed.length - 5_000));
    await expect(readCandleFile(path)).rejects.toThrow(`${path}: not a whole gzip file`);
  });

  it("gives a packed file up that turns out larger than may be read", async () => {
    const path = join(folder, "wide.csv.gz");
    const text = lines().join("\n");
    await writeFile(path, gzipSync(text, { level: 1 }));
    const { size } = await stat(path);
    expect(await readCsvGzip(path, size, text.length - 1)).toBeNull();
    expect((await readCsvGzip(path, size, text.length))?.length).toBe(ROWS);
  });

  it("lets the longest blank end of a file pass", async () => {
    const path = join(folder, "blank.csv");
    await writeFile(path, `${lines().join("\n")}\n${" \r\n".repeat(100_000)}`);
    expect((await readCandleFile(path)).series.length).toBe(ROWS);
  });
});

describe("the report of a file that was just read", () => {
  const bar = fc.record({
    step: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.constantFrom(0, 2, 5, -1, 0.5)),
    high: fc.oneof({ weight: 15, arbitrary: fc.constant(12) }, fc.constant(10.5)),
    volume: fc.constantFrom(0, 5),
  });

  it("is that of the full check, whatever is wrong", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bar, { minLength: 2, maxLength: 12 }), fc.constantFrom(0, 17, 3 * 86_400_000), fc.constantFrom("base", "quote"), async (bars, offset, volumeIn) => {
        let time = START + offset;
        const text = bars.map(({ step, high, volume }) => `${(time += step * MINUTE)},10,${high},9,11,${volume}`).join("\n");
        const path = join(folder, "any.csv");
        await writeFile(path, text);
        const { series, report } = await readCandleFile(path, { timeframe: MINUTE, volumeIn });
        expect(report).toEqual(checkCandles(series));
      }),
      { numRuns: 150 },
    );
  });
});

describe("rows of a file", () => {
  it("have the most frequent of their steps as their timeframe, and of several as frequent the shortest", () => {
    const stepOf = (...times: number[]): number | null => commonStep({ length: times.length, columns: [Float64Array.from(times)], place: String, notes: [] });
    expect(stepOf(0, 5, 10, 12, 14, 16, 21)).toBe(2);
    expect(stepOf(0, 5, 10, 12, 14)).toBe(2);
    expect(stepOf(14, 12, 10, 5, 5, 0)).toBe(2);
    expect(stepOf(0, 1, 10, 11, 20, 21)).toBe(1);
    expect([stepOf(7), stepOf(7, 7), stepOf()]).toEqual([null, null, null]);
  });

  it("turn round in their place and keep their bars", () => {
    const rows = oldestFirst(parseCsv(Buffer.from([2, 1, 0].map(lineOf).join("\n")), "x.csv"));
    const series = seriesOf(rows, MINUTE);
    expect([...series.time]).toEqual([0, 1, 2].map((i) => START + i * MINUTE));
    expect([...series.volume]).toEqual([0, 0.125, 0.25]);
    expect([0, 1, 2].map((index) => rows.place(index))).toEqual(["x.csv:3", "x.csv:2", "x.csv:1"]);
  });

  it("outgrow the room that was expected", () => {
    const rows = new GrowingColumns(16);
    for (let i = 0; i < 100; i++) {
      rows.grow();
      for (let column = 0; column < 6; column++) rows.values[column * rows.capacity + i] = column * 1_000 + i;
      rows.length = i + 1;
    }
    expect(rows.columns.map((column) => [...column.subarray(0, 100)])).toEqual([0, 1, 2, 3, 4, 5].map((column) => Array.from({ length: 100 }, (_, i) => column * 1_000 + i)));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../../../src/adapters/candles/csv.ts";
import { csvPieces } from "../../../src/adapters/candles/write-csv.ts";
import { type CandleRows, oldestFirst, seriesOf } from "../../../src/adapters/candles/rows.ts";
import { CANDLE_COLUMNS, candleAt, seriesFrom } from "../../../src/core/candle.ts";

const parse = (text: string, base?: string): CandleRows => parseCsv(Buffer.from(text), "x.csv", base);
/** The first row as [time, open, high, low, close, volume]. */
const first = (text: string, base?: string): number[] => parse(text, base).columns.map((column) => column[0]!);
const JAN_1 = Date.UTC(2024, 0, 1);
const ROW = [JAN_1, 10, 12.5, 9.25, 11, 100];

describe("CSV candles", () => {
  it.each<[string, string]>([
    ["a header", `date,open,high,low,close,volume\n${JAN_1},10,12.5,9.25,11,100\n`],
    ["no header", `${JAN_1},10,12.5,9.25,11,100\n`],
    ["no line break at the end", `${JAN_1},10,12.5,9.25,11,100`],
    ["seconds", `${JAN_1 / 1_000},10,12.5,9.25,11,100\n`],
    ["microseconds", `${JAN_1}000,10,12.5,9.25,11,100\n`],
    ["nanoseconds", `${JAN_1}000000,10,12.5,9.25,11,100\n`],
    ["seconds with decimals", `${JAN_1 / 1_000}.0,10,12.5,9.25,11,100\n`],
    ["Binance's archive in milliseconds", `${JAN_1},10.00,12.50,9.25,11.00,100.0,${JAN_1 + 59_999},1100,5,50,550,0\n`],
    ["Binance's archive in microseconds", `${JAN_1}000,10.00,12.50,9.25,11.00,100.0,${JAN_1 + 59_999}999,1100,5,50,550,0\n`],
    ["Yahoo's order of columns", "Date,Close,High,Low,Open,Volume\n2024-01-01,11,12.5,9.25,10,100\n"],
    ["a date and time", "timestamp,open,high,low,close,volume\n2024-01-01 00:00:00.000000,10,12.5,9.25,11,100\n"],
    ["a time zone", "timestamp,open,high,low,close,volume\n2024-01-01T01:00:00+01:00,10,12.5,9.25,11,100\n"],
    ["line breaks of Windows and a byte order mark", `\u{feff}date,open,high,low,close,volume\r\n${JAN_1},10,12.5,9.25,11,100\r\n`],
    ["quotes", `"date","open","high","low","close","volume"\n"${JAN_1}","10","12.5","9.25","11","100"\n`],
    ["semicolons", `date;open;high;low;close;volume\n${JAN_1};10;12.5;9.25;11;100\n`],
    ["exponents", `${JAN_1},1e1,12.5,9.25,1.1e+1,1E2\n`],
    ["blank lines at the end", `${JAN_1},10,12.5,9.25,11,100\n\n \n`],
  ])("are read with %s", (_, text) => {
    expect(first(text)).toEqual(ROW);
  });

  it("are read under CryptoDataDownload's banner, with its twelve-hour clock and the volume of the base asset", () => {
    const text = "https://www.CryptoDataDownload.com\nDate,Symbol,Open,High,Low,Close,Volume BTC,Volume USD\n2024-01-01 12-PM,BTCUSD,10,12.5,9.25,11,100,1100\n2024-01-01 12-AM,BTCUSD,10,12.5,9.25,11,7,77\n";
    const rows = oldestFirst(parse(text, "BTC"));
    expect([...rows.columns[0]!].slice(0, 2)).toEqual([JAN_1, JAN_1 + 12 * 3_600_000]);
    expect([...rows.columns[5]!].slice(0, 2)).toEqual([7, 100]);
    expect(rows.notes).toEqual([
      "line 1 is neither header nor candle and was passed over",
      'volume is taken from the column "Volume BTC"',
      "the file stands newest first and was read from its end",
    ]);
    expect(rows.place(0)).toBe("x.csv:4");
  });

  it.each<[string, string, string]>([
    ["a torn last line", `${JAN_1},10,12.5,9.25,11,100\n${JAN_1 + 60_000},10,12`, "x.csv:2: 3 of 6 fields. The file ends here: it seems to be cut off. Every line must have as many as the first."],
    ["a line too long", `${JAN_1},10,12.5,9.25,11,100\n1,2,3,4,5,6,7\n`, "x.csv:2: more than 6 fields. Every line must have as many as the first."],
    ["a short line inside", `${JAN_1},10,12.5,9.25,11,100\n1,2\n${JAN_1},10,12.5,9.25,11,100\n`, "x.csv:2: 2 of 6 fields. Every line must have as many as the first."],
    ["NaN", `${JAN_1},10,NaN,9.25,11,100\n`, 'x.csv:1: high is "NaN", but must be a number above 0.'],
    ["an empty field", `date,open,high,low,close,volume\n${JAN_1},10,12,,11,100\n`, "x.csv:2: low is nothing, but must be a number above 0."],
    ["a negative price", `${JAN_1},10,12,-9,11,100\n`, 'x.csv:1: low is "-9", but must be a number above 0.'],
    ["a price of zero", `${JAN_1},10,12,9,0,100\n`, 'x.csv:1: close is "0", but must be a number above 0.'],
    ["an infinite volume", `${JAN_1},10,12,9,11,Infinity\n`, 'x.csv:1: volume is "Infinity", but must be a number at or above 0.'],
    ["two dots", `${JAN_1},1.0.0,12,9,11,1\n`, 'x.csv:1: open is "1.0.0", but must be a number above 0.'],
    ["a day that is none", "2024-02-30,10,12,9,11,1\n", 'x.csv:1: time is "2024-02-30", but must be a time (epoch seconds, milliseconds or microseconds, or 2024-01-31 12:00:00).'],
    ["a header again", `date,open,high,low,close,volume\n${JAN_1},10,12,9,11,1\ndate,open,high,low,close,volume\n`, 'x.csv:3: time is "date", but must be a time (epoch seconds, milliseconds or microseconds, or 2024-01-31 12:00:00).'],
    ["a column that is missing", "date,open,high,low,close\n1,2,3,4,5\n", "x.csv:1: the header names no column for volume. It has: date, open, high, low, close."],
    ["an empty file", "", "x.csv: the file is empty. Give a file with candles: time, open, high, low, close, volume."],
    ["a header alone", "date,open,high,low,close,volume\n", "x.csv: there is no candle under the header."],
    ["another kind of file", "hello\nworld\n", "x.csv:1: neither a header nor a candle. The first line should name the columns time, open, high, low, close and volume, or hold them in this order."],
  ])("are refused with %s, in one line that names the place", (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it("come back as they were when they are written and read, whatever the numbers", () => {
    const price = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    const volume = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(price, price, price, price, volume), { minLength: 1, maxLength: 30 }), (rows) => {
        const series = seriesFrom(rows.map(([open, high, low, close, v], i) => ({ time: JAN_1 + i * 60_000, open, high, low, close, volume: v })), 60_000);
        const again = seriesOf(parse([...csvPieces(series)].join("")), 60_000);
        for (const column of CANDLE_COLUMNS) expect([...again[column]]).toEqual([...series[column]]);
      }),
    );
  });

  it("read plain decimals exactly as the language's own parser does", () => {
    const decimal = fc.tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 0, max: 99_999_999 })).map(([whole, part]) => `${whole}.${part}`);
    fc.assert(
      fc.property(decimal, (text) => {
        expect(candleAt(seriesOf(parse(`${JAN_1},${text},${text},${text},${text},1\n`), 60_000), 0).open).toBe(Number(text));
      }),
    );
  });
});

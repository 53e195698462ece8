import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { csvOf } from "../../../src/adapters/export/csv.ts";
import { exportLists } from "../../../src/adapters/export/lists.ts";
import { parquetOf } from "../../../src/adapters/export/parquet.ts";
import { writeExport } from "../../../src/adapters/export/write.ts";
import { writeWhole } from "../../../src/adapters/report/write.ts";
import { fixture } from "../report/fixture.ts";

const NAMES = ["equity", "fills", "roundTrips", "votes"];
const HOSTILE = `a "quoted", text\r\nover two lines, =1+1 and é`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-export-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** A reader of CSV that is not the writer's code: quotes, and what stands between them. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

async function readParquet(name: string): Promise<Record<string, unknown>[]> {
  const bytes = await readFile(join(folder, `${name}.parquet`));
  const file = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(file).set(bytes);
  return parquetReadObjects({ file });
}

describe("an export", () => {
  it("is one CSV file for each list with as many rows, and nothing else in the folder", async () => {
    const { output } = fixture({ candles: 600 });
    const paths = await writeExport(join(folder, "new"), output, "csv", writeWhole);
    expect(paths).toEqual(["fills", "roundTrips", "equity", "votes"].map((name) => join(folder, "new", `${name}.csv`)));
    expect((await readdir(join(folder, "new"))).toSorted()).toEqual(NAMES.map((name) => `${name}.csv`));
    for (const [at, list] of [output.fills, output.roundTrips, output.equity, output.votes].entries()) {
      expect(list.length).toBeGreaterThan(0);
      expect(readCsv(await readFile(paths[at]!, "utf8"))).toHaveLength(list.length + 1);
    }
  });

  it("gives every fill back from CSV, with times in ISO 8601 and texts as they were", async () => {
    const { output } = fixture({ candles: 600, text: HOSTILE });
    await writeExport(folder, output, "csv", writeWhole);
    const [head = [], ...rows] = readCsv(await readFile(join(folder, "fills.csv"), "utf8"));
    const back = rows.map((row) => {
      const cells = Object.fromEntries(head.map((name, at) => [name, row[at]!]));
      const numbers = Object.fromEntries(["id", "price", "quantity", "notional", "fee"].map((name) => [name, Number(cells[name])]));
      expect(cells["time"]).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return { ...cells, ...numbers, time: Date.parse(cells["time"]!) };
    });
    expect(back).toEqual(output.fills);
    expect(output.fills[0]!.reason).toContain(HOSTILE);
  });

  it("gives every fill and round trip back from Parquet, with times as timestamps", async () => {
    const { output } = fixture({ candles: 600, text: HOSTILE });
    await writeExport(folder, output, "parquet", writeWhole);
    expect((await readdir(folder)).toSorted()).toEqual(NAMES.map((name) => `${name}.parquet`));
    expect(await readParquet("fills")).toEqual(output.fills.map((fill) => ({ ...fill, time: new Date(fill.time) })));
    expect(await readParquet("roundTrips")).toEqual(
      output.roundTrips.map((trip) => ({ ...trip, openTime: new Date(trip.openTime), closeTime: new Date(trip.closeTime) })),
    );
    expect(await readParquet("equity")).toEqual(output.equity.map((sample) => ({ ...sample, time: new Date(sample.time) })));
  });

  it("keeps a vote's optional values, levels and evidence, and null where it has none", async () => {
    const { output } = fixture({ candles: 100 });
    const [first, second] = output.votes;
    const level = { kind: "support" as const, price: 0.00000123, strength: 0.5, touches: 3 };
    output.votes = [{ ...first!, ranging: 0.25, size: 0.5, levels: [level], veto: { maxExposure: 0, limit: "drawdown" }, evidence: { rsi: 61.5, ok: true } }, second!];
    await writeExport(folder, output, "parquet", writeWhole);
    const [full, bare] = await readParquet("votes");
    expect(full).toMatchObject({ ranging: 0.25, size: 0.5, vetoMaxExposure: 0, vetoLimit: "drawdown", evidence: '{"rsi":61.5,"ok":true}' });
    expect(JSON.parse(String(full!["levels"]))).toEqual([level]);
    expect(bare).toMatchObject({ ranging: second!.ranging ?? null, size: second!.size ?? null, vetoLimit: null, levels: null });
  });

  it("has typed Parquet columns, even in a list without rows", () => {
    const { output } = fixture({ candles: 40 });
    const lists = exportLists({ ...output, fills: [], votes: [], equity: [], roundTrips: [] });
    const types = lists.map((list) => {
      const { children } = parquetSchema(parquetMetadata(new Uint8Array(parquetOf(list)).buffer));
      return Object.fromEntries(children.map(({ element }) => [element.name, element.converted_type ?? element.type]));
    });
    expect(types[0]).toMatchObject({ id: "INT32", time: "TIMESTAMP_MILLIS", price: "DOUBLE", reason: "UTF8" });
    expect(types[1]).toMatchObject({ openTime: "TIMESTAMP_MILLIS", profit: "DOUBLE", lot: "UTF8" });
    expect(types[3]).toMatchObject({ expires: "TIMESTAMP_MILLIS", score: "DOUBLE", evidence: "UTF8" });
    expect([...csvOf(lists[2]!)].join("")).toBe("time,equity,cash,exposure\n");
  });

  it("writes small and large numbers in CSV without an exponent and without losing a digit", () => {
    const { output } = fixture({ candles: 40 });
    const values = [1.5e-7, -2e-10, 123_456_789.125, 1e21, 1.2345e22, 0];
    const equity = values.map((value) => ({ time: 0, equity: value, cash: 0, exposure: 0 }));
    const [, ...rows] = readCsv([...csvOf(exportLists({ ...output, equity })[2]!)].join(""));
    expect(rows.map(([, text]) => Number(text))).toEqual(values);
    expect(rows.map(([, text]) => text)).toEqual(["0.00000015", "-0.0000000002", "123456789.125", "1000000000000000000000", "12345000000000000000000", "0"]);
  });

  it("replaces an older export, and says in a sentence that a folder cannot be written", async () => {
    const { output } = fixture({ candles: 100 });
    await writeFile(join(folder, "fills.csv"), "old");
    await writeExport(folder, output, "csv", writeWhole);
    expect(await readFile(join(folder, "fills.csv"), "utf8")).toMatch(/^id,time,symbol/);
    await writeFile(join(folder, "file"), "");
    await expect(writeExport(join(folder, "file"), output, "csv", writeWhole)).rejects.toThrow(/^Cannot write the export to .*fills\.csv: .*Nothing was written/);
    await mkdir(join(folder, "taken", "votes.csv"), { recursive: true });
    await expect(writeExport(join(folder, "taken"), output, "csv", writeWhole)).rejects.toThrow(/votes\.csv: it is a folder/);
  });
});

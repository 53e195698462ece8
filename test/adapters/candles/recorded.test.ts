import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCandleFile } from "../../../src/adapters/candles/read.ts";
import { sharedData } from "../../shared-data.ts";

const readme = sharedData("README.md");

interface Row {
  readonly file: string;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly missing: number;
  readonly gaps: number;
  readonly duplicates: number;
  readonly impossible: number;
  readonly quiet: number;
}

/** The rows of the table "Candles" in the data's README: each file with what its collector counted in it. */
function tableOf(text: string): Row[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| candles_"))
    .map((line) => {
      const cells = line.split("|").map((cell) => cell.trim());
      const [from = "", to = ""] = (cells[6] ?? "").split(" → ");
      const [, missing = "", gaps = ""] = /^(\d+) in (\d+) gaps/.exec(cells[8] ?? "") ?? [];
      const [, duplicates = ""] = /dup (\d+)/.exec(cells[9] ?? "") ?? [];
      const utc = (one: string): number => Date.parse(`${one.replace(" ", "T")}:00Z`);
      return {
        file: cells[1] ?? "",
        rows: Number(cells[5]),
        from: utc(from),
        to: utc(to),
        minutes: Number.parseInt(cells[7] ?? "", 10),
        missing: Number(missing),
        gaps: Number(gaps),
        duplicates: Number(duplicates),
        impossible: Number(cells[10]),
        quiet: Number(cells[11]),
      };
    });
}

describe.skipIf(readme === null)("recorded candles (skipped where there are none beside the checkout)", () => {
  const table = readme === null ? [] : tableOf(readFileSync(readme, "utf8"));

  it("are described for at least thirty files", () => {
    expect(table.length).toBeGreaterThanOrEqual(30);
  });

  it.each(table)("$file has the rows, gaps and faults that its collector counted", async (row) => {
    const path = sharedData(...row.file.split("/"));
    expect(path).not.toBeNull();
    const { series, report } = await readCandleFile(path!);
    expect({
      rows: series.length,
      from: series.time[0],
      to: series.time[series.length - 1],
      minutes: series.timeframe / 60_000,
      missing: report.gaps.missing,
      gaps: report.gaps.count,
      duplicates: report.duplicates.count,
      disorder: report.outOfOrder.count,
      impossible: report.impossible.count,
      quiet: report.zeroVolume,
    }).toEqual({ rows: row.rows, from: row.from, to: row.to, minutes: row.minutes, missing: row.missing, gaps: row.gaps, duplicates: row.duplicates, disorder: 0, impossible: row.impossible, quiet: row.quiet });
    expect(report.sound).toBe(!row.file.includes("DEFECTIVE"));
  });

  it("of freqtrade's own feather and JSON test files agree, with 538 gaps", async () => {
    const feather = await readCandleFile(sharedData("formats", "UNITTEST_BTC-1m.feather")!);
    const json = await readCandleFile(sharedData("formats", "UNITTEST_BTC-8m.json.gz")!);
    expect(feather.report.gaps.count).toBe(538);
    expect(json.report.gaps.count).toBe(538);
    // The feather file carries rounding errors of the last place that the JSON file does not have.
    const apart = [...feather.series.close].map((close, i) => Math.abs(close / json.series.close[i]! - 1));
    expect(Math.max(...apart)).toBeLessThan(1e-14);
  });
});

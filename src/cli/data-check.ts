import type { Command } from "commander";
import { readCandleFile } from "../adapters/candles/read.ts";
import { isIntact, listCandles, loadCandles, shelfPath } from "../adapters/candles/store.ts";
import { type CandleReport, checkCandles, type Faults } from "../core/candle-check.ts";
import type { CandleSeries } from "../core/candle.ts";
import { formatTimeframe } from "../core/timeframe.ts";
import { RunError } from "../core/user-error.ts";
import { addStoreFlag, storeFolder, timeframeFlag } from "./data-flags.ts";
import type { CheckedCandles, DataCheck } from "./data-result.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface CheckFlags {
  readonly timeframe?: number;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** What is found about one file or one shelf of the store. */
interface Checked {
  readonly name: string;
  readonly series: CandleSeries;
  readonly report: CandleReport;
  readonly notes: readonly string[];
  /** Whether the stored bytes still have their hash; `null` for files. */
  readonly intact: boolean | null;
  place(index: number): string;
}

/** `caucus data check`: looks, reports, and changes nothing. */
export function registerCheck(data: Command, shell: Shell): void {
  addStoreFlag(data.command("check"))
    .description("report gaps, duplicates, disorder, impossible and unclosed candles; changes nothing")
    .argument("[files...]", "candle files; without any, everything in the store and its hashes")
    .option("--timeframe <length>", "length of a candle; else told from the file", timeframeFlag)
    .addOption(jsonOption())
    .action(async (files: string[], flags: CheckFlags) => {
      const checked = files.length > 0 ? await checkFiles(files, flags) : await checkStore(storeFolder(flags));
      if (flags.json) shell.out(`${JSON.stringify({ checked: checked.map(asJson) } satisfies DataCheck, null, 2)}\n`);
      else shell.out(checked.length === 0 ? "The store is empty.\n" : checked.map(asText).join("\n"));
      const bad = checked.filter((one) => !isGood(one));
      if (bad.length > 0) throw new RunError(`${bad.length} of ${checked.length} must not be traded on: ${bad.map(({ name }) => name).join(", ")}`);
    });
}

const isGood = (one: Checked): boolean => one.report.sound && !one.report.unclosed && one.intact !== false;

async function checkFiles(files: readonly string[], flags: CheckFlags): Promise<Checked[]> {
  const found: Checked[] = [];
  for (const path of files) {
    const file = await readCandleFile(path, flags.timeframe === undefined ? {} : { timeframe: flags.timeframe });
    found.push({ ...file, name: path, report: checkCandles(file.series, Date.now()), intact: null, place: (index) => file.place(index) });
  }
  return found;
}

async function checkStore(root: string): Promise<Checked[]> {
  const found: Checked[] = [];
  for (const manifest of await listCandles(root)) {
    const stored = await loadCandles(root, manifest);
    if (!stored) continue;
    const name = shelfPath(root, manifest);
    found.push({ name, series: stored.series, report: checkCandles(stored.series, Date.now()), notes: manifest.notes, intact: isIntact(stored), place: (index) => `candle ${index + 1}` });
  }
  return found;
}

const iso = (time: number | undefined): string => new Date(time ?? 0).toISOString().slice(0, 16).replace("T", " ");

function faultLists(one: Checked): { readonly title: string; readonly faults: Faults }[] {
  const { duplicates, outOfOrder, impossible, offGrid } = one.report;
  return [
    { title: "duplicates", faults: duplicates },
    { title: "out of order", faults: outOfOrder },
    { title: "impossible", faults: impossible },
    { title: "off the grid", faults: offGrid },
  ];
}

function asText(one: Checked): string {
  const { series, report } = one;
  const lines = [
    one.name,
    `  ${series.length.toLocaleString("en-US")} candles of ${formatTimeframe(series.timeframe)}, ${iso(series.time[0])} to ${iso((series.time[series.length - 1] ?? 0) + series.timeframe)} UTC`,
    `  gaps          ${report.gaps.count === 0 ? "none" : `${report.gaps.count}, ${report.gaps.missing} candles missing; nothing is traded in them`}`,
    ...report.gaps.first.slice(0, 5).map((gap) => `    ${iso(gap.after)} -> ${iso(gap.before)}: ${gap.missing} missing`),
    ...(report.gaps.count > 5 ? [`    and ${report.gaps.count - 5} more`] : []),
  ];
  for (const { title, faults } of faultLists(one)) {
    lines.push(`  ${title.padEnd(14)}${faults.count === 0 ? "none" : String(faults.count)}`);
    for (const index of faults.first.slice(0, 3)) lines.push(`    ${one.place(index)}: ${iso(series.time[index])}`);
  }
  lines.push(`  zero volume   ${report.zeroVolume === 0 ? "none" : `${report.zeroVolume} candles, in which no order fills`}`);
  if (report.unclosed) lines.push("  unclosed      the last candle had not closed: it must be dropped");
  if (one.intact !== null) lines.push(`  hash          ${one.intact ? "as stored" : "DIFFERS: the file was changed after it was stored"}`);
  for (const note of one.notes) lines.push(`  note          ${note}`);
  lines.push(`  ${isGood(one) ? "sound: may be traded on" : "NOT SOUND: must not be traded on"}`);
  return `${lines.join("\n")}\n`;
}

function asJson(one: Checked): CheckedCandles {
  const { series, report } = one;
  const { duplicates, outOfOrder, impossible, offGrid } = report;
  const exact = (time: number | undefined): string => new Date(time ?? 0).toISOString();
  const placed = ({ count, first }: Faults): CheckedCandles["duplicates"] => ({ count, first: first.map((index) => ({ place: one.place(index), time: exact(series.time[index]) })) });
  return {
    name: one.name,
    candles: series.length,
    timeframe: formatTimeframe(series.timeframe),
    from: exact(series.time[0]),
    to: exact((series.time[series.length - 1] ?? 0) + series.timeframe),
    gaps: { ...report.gaps, first: report.gaps.first.map((gap) => ({ after: exact(gap.after), before: exact(gap.before), missing: gap.missing })) },
    duplicates: placed(duplicates),
    outOfOrder: placed(outOfOrder),
    impossible: placed(impossible),
    offTheGrid: placed(offGrid),
    zeroVolume: report.zeroVolume,
    unclosed: report.unclosed,
    ...(one.intact === null ? {} : { intact: one.intact }),
    notes: one.notes,
    sound: isGood(one),
  };
}

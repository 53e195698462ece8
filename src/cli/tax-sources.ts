import { agents } from "../../agents/index.ts";
import { listCandles, loadCandles } from "../adapters/candles/store.ts";
import { readJournal } from "../adapters/sqlite/reader.ts";
import type { Unread } from "../adapters/tax/format.ts";
import { importFile, together } from "../adapters/tax/import.ts";
import type { ReportSource } from "../adapters/tax/report-html.ts";
import { rowsOfJournal } from "../app/tax/journal-rows.ts";
import type { PriceSeries } from "../core/tax/price-book.ts";
import type { TaxRow } from "../core/tax/row.ts";
import { UserError } from "../core/user-error.ts";
import { strategies } from "../../strategies/index.ts";
import { candleSource } from "./candle-source.ts";
import { folderOf, journalIn } from "./journal-path.ts";

/** Where rows are taken from. */
export interface RowSources {
  readonly definition: readonly string[];
  readonly journal: readonly string[];
  readonly import: readonly string[];
}

/** Rows of all sources, not yet in order, and what is to be said about them. */
export interface ReadRows {
  readonly rows: readonly TaxRow[];
  readonly sources: readonly ReportSource[];
  readonly unread: readonly Unread[];
  readonly notes: readonly string[];
}

const LABELLED = /^([A-Za-z0-9][A-Za-z0-9 _-]{0,40})=(.+)$/;

/** Reads the journals and the CSV files. */
export async function readRows({ definition, journal, import: files }: RowSources): Promise<ReadRows> {
  if (definition.length + journal.length + files.length === 0) throw new UserError("There is nothing to report: name a run with --definition or --journal, or files with --import.");
  const [lists, sources, unread, notes]: [TaxRow[][], ReportSource[], Unread[], string[]] = [[], [], [], []];
  const labelled = await Promise.all(definition.map(async (name): Promise<[string | null, string]> => [null, await folderOf(name, undefined)]));
  for (const [label, folder] of [...labelled, ...journal.map(apart)]) {
    const path = journalIn(folder);
    const reader = readJournal(path);
    try {
      const { rows, mode, venue } = rowsOfJournal(reader, path, label, agents, strategies);
      lists.push([...rows]);
      sources.push({ path, format: `journal (${mode})`, account: label ?? venue, rows: rows.length });
      if (mode !== "live") notes.push(`${path} is a ${mode} run: nothing in it was bought or sold for real.`);
    } finally {
      reader.close();
    }
  }
  for (const [label, path] of files.map(apart)) {
    const imported = await importFile(path, label);
    lists.push([...imported.rows]);
    unread.push(...imported.unread);
    sources.push({ path, format: imported.format, account: imported.account, rows: imported.rows.length });
    if (imported.internal > 0) notes.push(`${path}: ${imported.internal} lines move assets within ${imported.account} and count for nothing.`);
  }
  const { rows, twice } = together(lists);
  if (twice > 0) notes.push(`${twice} rows stand in two files and are counted once.`);
  return { rows, sources, unread, notes };
}

function apart(text: string): [string | null, string] {
  const match = LABELLED.exec(text);
  return match ? [match[1] ?? null, match[2] ?? ""] : [null, text];
}

/** Candles for prices: the files that are named, and of a store those symbols that can lead from an asset to the currency. */
export async function readPrices(wanted: readonly string[], dataDir: string, assets: ReadonlySet<string>, currency: string): Promise<PriceSeries[]> {
  const series: PriceSeries[] = [];
  for (const text of wanted) {
    const store = /^store:(.+)$/.exec(text)?.[1];
    const named = /^([A-Za-z0-9]{1,20}\/[A-Za-z0-9]{1,20})=(.+)$/.exec(text);
    if (store !== undefined) {
      series.push(...(await storedPrices(store, dataDir, assets, currency)));
    } else if (named) {
      const [, symbol = "", source = ""] = named;
      const { series: candles, description } = await candleSource(dataDir).load({ symbol: symbol.toUpperCase(), source, timeframe: null, seed: 1, volumeIn: "base" });
      series.push({ symbol: symbol.toUpperCase(), source: description, timeframe: candles.timeframe, time: candles.time, close: candles.close });
    } else {
      throw new UserError(`--prices ${text}: write SYMBOL=FILE, such as BTC/EUR=btc.csv, or store:<exchange>.`);
    }
  }
  return series;
}

async function storedPrices(exchange: string, dataDir: string, assets: ReadonlySet<string>, currency: string): Promise<PriceSeries[]> {
  const shelves = (await listCandles(dataDir)).filter((one) => one.exchange === exchange);
  if (shelves.length === 0) throw new UserError(`--prices store:${exchange}: no candles of ${exchange} are stored in ${dataDir}. Get them with \`caucus data download\`.`);
  const parted = shelves.map((shelf) => ({ shelf, ends: shelf.symbol.split("/") }));
  const linked = new Set([currency, ...parted.filter(({ ends }) => ends.includes(currency)).flatMap(({ ends }) => ends)]);
  const series: PriceSeries[] = [];
  for (const { shelf, ends: [base = "", quote = ""] } of parted) {
    const leads = (assets.has(base) && linked.has(quote)) || (assets.has(quote) && linked.has(base)) || base === currency || quote === currency;
    const content = leads ? await loadCandles(dataDir, shelf) : null;
    if (content) series.push({ symbol: shelf.symbol, source: `store:${exchange} ${shelf.timeframe}`, timeframe: shelf.timeframeMs, time: content.series.time, close: content.series.close });
  }
  return series;
}

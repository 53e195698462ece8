import { join } from "node:path";
import { type Command, Option } from "commander";
import { writeReport, writeWhole } from "../adapters/report/write.ts";
import { genericCsv } from "../adapters/tax/generic.ts";
import { money } from "../adapters/tax/html.ts";
import { yearCsvs } from "../adapters/tax/report-csv.ts";
import { type ReportContext, yearHtml } from "../adapters/tax/report-html.ts";
import { yearJson } from "../adapters/tax/report-json.ts";
import { cointrackingCsv, koinlyCsv } from "../adapters/tax/services.ts";
import { periodOf } from "../app/tax/period.ts";
import { METHODS, type Method } from "../core/tax/lots.ts";
import { priceBook } from "../core/tax/price-book.ts";
import { isFiat, type TaxRow } from "../core/tax/row.ts";
import { matchTransfers } from "../core/tax/transfers.ts";
import { withValues } from "../core/tax/valued.ts";
import { type TaxYear, taxYear } from "../core/tax/year.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { storeFolder } from "./data-flags.ts";
import { jsonOption, type Shell } from "./shell.ts";
import { readPrices, readRows } from "./tax-sources.ts";

interface TaxFlags {
  readonly definition: readonly string[];
  readonly journal: readonly string[];
  readonly import: readonly string[];
  readonly prices: readonly string[];
  readonly method: Method;
  readonly by: "account" | "universal";
  readonly currency: string;
  readonly gifts: "taxed" | "untaxed";
  readonly longTermDays: string;
  readonly transferWindow: string;
  readonly transferFee: string;
  readonly priceLimit: string;
  readonly zone: string;
  readonly dataDir?: string;
  readonly report?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Rows come from the journals of runs and from CSV files of Binance, Kraken and
Coinbase, or one of your own making; LABEL=FILE names the account. Prices come
from candles: SYMBOL=FILE or store:<exchange>. docs/tax.md explains it all.

The method, the days of long-term and the like are parameters, not advice.
Exit code 1: something could not be matched or priced; the report says what.

Examples:
  caucus tax 2024 --import kraken.csv --prices store:kraken --report 2024.html
  caucus tax 2024 --definition mine --import cold=wallet.csv --csv tax-2024
  caucus tax 2024 --import all.csv --prices BTC/EUR=btc.csv --method hifo --json
`;

/** `caucus tax`. */
export function registerTax(program: Command, shell: Shell): void {
  const again = (one: string, all: string[]): string[] => [...all, one];
  program
    .command("tax")
    .description("gains, income, fees and open lots of a year, from journals and CSV files of exchanges")
    .argument("<year>", "such as 2024")
    .option("--definition <name>", "a definition whose run's journal counts, again and again", again, [])
    .option("--journal <path>", "a journal or the state folder it is in, again and again", again, [])
    .option("--import <[label=]file>", "a CSV file, again and again", again, [])
    .option("--prices <source>", "SYMBOL=FILE or store:<exchange>, again and again", again, [])
    .addOption(new Option("--method <name>", "which lot goes first").choices([...METHODS]).default("fifo"))
    .addOption(new Option("--by <what>", "lots by account, or shared by all").choices(["account", "universal"]).default("universal"))
    .option("--currency <code>", "the tax currency", "EUR")
    .addOption(new Option("--gifts <answer>", "whether gifts and donations count as gains").choices(["taxed", "untaxed"]).default("untaxed"))
    .option("--long-term-days <days>", "held so long, it is long-term", "365")
    .option("--transfer-window <length>", "how long a transfer may take", "1d")
    .option("--transfer-fee <fraction>", "largest part of a transfer that its fee may be", "0.05")
    .option("--price-limit <length>", "how old the candle of a price may be", "1d")
    .option("--zone <name>", "time zone of the year, such as Europe/Berlin", "UTC")
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .option("--report <file>", "write the report as HTML to be printed")
    .option("--csv <folder>", "write the lists, our own CSV, and files for Koinly and CoinTracking")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((year: string, flags: TaxFlags) => tax(year, flags, shell));
}

async function tax(wanted: string, flags: TaxFlags, shell: Shell): Promise<void> {
  if (!/^20\d\d$/.test(wanted)) throw new UserError(`"${wanted.slice(0, 20)}" is no year; write one such as 2024.`);
  if (!isFiat(flags.currency)) throw new UserError(`--currency ${flags.currency}: write the code of a state's currency, such as EUR.`);
  if (flags.report !== undefined && !/\.html?$/i.test(flags.report)) throw new UserError(`--report ${flags.report}: it is HTML; name it so, such as tax-${wanted}.html.`);
  const settings = { currency: flags.currency, method: flags.method, by: flags.by, gifts: flags.gifts, longTermDays: wholeDays(flags.longTermDays) };
  const period = periodOf(Number(wanted), flags.zone);
  const limit = lengthOf("--price-limit", flags.priceLimit);
  const rules = { windowMs: lengthOf("--transfer-window", flags.transferWindow), largestFee: fraction(flags.transferFee) };
  const { rows: read, sources, unread, notes } = await readRows(flags);
  const rows = matchTransfers(read, rules);
  const series = await readPrices(flags.prices, storeFolder(flags), assetsOf(rows), settings.currency);
  const year = taxYear(rows, period, settings, priceBook(series, settings.currency, limit));
  const context: ReportContext = { zone: flags.zone, sources, unread, notes };
  const written = await write(year, rows, context, flags);
  if (flags.json) shell.out(`${JSON.stringify(yearJson(year, context), null, 2)}\n`);
  else shell.out(textOf(year, context, written));
  const problems = year.problems.length + unread.length;
  if (problems > 0) throw new RunError(`The report is not complete: ${problems === 1 ? "one problem" : `${problems} problems`}, ${flags.json ? "in the output" : "listed above; --report and --csv have all of them"}.`);
}

async function write(year: TaxYear, rows: readonly TaxRow[], context: ReportContext, { report, csv }: TaxFlags): Promise<readonly string[]> {
  const written: string[] = [];
  if (report !== undefined) {
    await writeReport(report, yearHtml(year, context));
    written.push(report);
  }
  if (csv === undefined) return written;
  const valued = withValues(rows.filter(({ time }) => time < year.period.to), year.prices, year.settings.currency);
  const inYear = valued.filter(({ time }) => time >= year.period.from);
  const accounts = [...new Set(inYear.flatMap(({ account, toAccount }) => (toAccount === null ? [account] : [account, toAccount])))].sort();
  const files = new Map([...yearCsvs(year, context.unread), ["transactions.csv", genericCsv(valued)], ["cointracking.csv", cointrackingCsv(inYear)]]);
  for (const [i, account] of accounts.entries()) {
    const name = account.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "account";
    files.set(files.has(`koinly-${name}.csv`) ? `koinly-${name}-${i}.csv` : `koinly-${name}.csv`, koinlyCsv(inYear, account));
  }
  for (const [name, text] of files) await writeWhole(join(csv, name), name, text);
  return [...written, `${csv} (${files.size} files)`];
}

function assetsOf(rows: readonly TaxRow[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ sent, received, fee, value, feeValue }) => [sent?.asset, received?.asset, fee?.asset, value?.currency, feeValue?.currency].filter((asset) => asset !== undefined)));
}

function lengthOf(flag: string, text: string): number {
  const length = parseTimeframe(text);
  if (length === null) throw new UserError(`${flag} ${text}: write a length such as 30m, 12h or 2d.`);
  return length;
}

function wholeDays(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new UserError(`--long-term-days ${text}: write a whole number of days, such as 365.`);
  return Number(text);
}

function fraction(text: string): string {
  if (!/^(0(\.\d{1,9})?|1)$/.test(text)) throw new UserError(`--transfer-fee ${text}: write a fraction from 0 to 1, such as 0.05 for 5 %.`);
  return text;
}

/** Problems that are told on the terminal. */
const MOST_TOLD = 20;

function textOf(year: TaxYear, { unread, notes }: ReportContext, written: readonly string[]): string {
  const { summary, settings, period } = year;
  const problems = [...year.problems, ...unread];
  const line = (name: string, value: string): string => `  ${name.padEnd(22)}${value.padStart(18)}`;
  const lines = [
    `Tax ${period.name}, ${settings.currency}, ${settings.method}, ${settings.by}: ${year.rows.inYear} rows of ${year.rows.all} up to its end`,
    line("Short-term gain", money(summary.short.net)), line("Long-term gain", money(summary.long.net)), line("Income", money(summary.incomeTotal)), line("Fees", money(summary.fees)),
    line("Open lots", String(year.lots.length)),
    ...notes,
    ...problems.slice(0, MOST_TOLD).map(({ origin, text }) => `! ${origin}: ${text}`),
    ...(problems.length > MOST_TOLD ? [`! and ${problems.length - MOST_TOLD} more, which --report, --csv and --json list`] : []),
    ...written.map((path) => `Written: ${path}`),
    "Parameters as you chose them, not advice.",
  ];
  return `${lines.join("\n")}\n`;
}

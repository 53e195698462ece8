import { type Command, InvalidArgumentError, Option } from "commander";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { lockFile } from "../adapters/sqlite/lease.ts";
import { SYNTHETIC_PREFIX } from "../app/synthetic-spec.ts";
import { UserError } from "../core/user-error.ts";
import { createEngine } from "../exchange/engine/engine.ts";
import type { Engine, ExchangePlan } from "../exchange/engine/model.ts";
import { recordEngine } from "../exchange/recorded.ts";
import type { Exchange } from "../exchange/server.ts";
import type { Dataset } from "../ports/candles.ts";
import { candleSource } from "./candle-source.ts";
import { storeFolder, symbolFlag } from "./data-flags.ts";
import { marketsOf, planHash } from "./exchange-plan.ts";
import { jsonOption, type Shell } from "./shell.ts";

const DAY = 86_400_000;
const HOST = "127.0.0.1";
/** Days that lie in the past when the exchange opens, unless it is told otherwise: agents look back before they vote. */
const HISTORY = 21;

interface ExchangeFlags {
  readonly port: number;
  readonly symbol: readonly string[];
  readonly candles: readonly string[];
  readonly dataDir?: string;
  readonly history?: number;
  readonly speed: number;
  readonly balance: Readonly<Record<string, string>>;
  readonly key: string;
  readonly secret: string;
  readonly maker: number;
  readonly taker: number;
  readonly volumeShare: number;
  readonly book: "thin" | "deep";
  readonly seed: number;
  readonly state?: string;
  readonly json?: boolean;
}

const DEFAULT_BALANCE = { USDT: "10000" };
const DEFAULT_CANDLES = ["synthetic:mix"];

const EXAMPLES = `
Examples:
  caucus exchange                                        one made-up market, an hour a minute
  caucus exchange --symbol BTC/USDT,ETH/USDT --speed 600
  caucus exchange --candles store:binance --symbol ETH/USDT --balance USDT=5000
  caucus exchange --state sandbox                        goes on where it was closed
  caucus exchange --speed 0                              time moves when POST /control/advance says so

Only programs on this machine can reach it. Ctrl-C closes it. More in docs/exchange.md.
`;

/** `caucus exchange`: a local exchange that Binance's clients trade against. */
export function registerExchange(program: Command, shell: Shell): void {
  program
    .command("exchange")
    .description("open a local exchange that speaks as Binance does, to trade on without money")
    .addOption(new Option("--port <port>", "where it listens on 127.0.0.1; 0 for any free port").default(7070).argParser(within("a port from 0 to 65535", 0, 65_535, true)))
    .option("--symbol <symbols>", "its markets, comma separated", symbolsFlag, ["BTC/USDT"])
    .addOption(new Option("--candles <source>", "synthetic:<kind>, store:<exchange> or a file: one for all markets, or again for each").default(DEFAULT_CANDLES, "synthetic:mix").argParser(again))
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .option("--history <days>", `days of the candles that are past when it opens (default: ${HISTORY})`, within("days above 0", Number.MIN_VALUE, 3_650))
    .option("--speed <number>", "market seconds a second; 0 stands still", within("a speed of 0 or more", 0, 1_000_000), 60)
    .addOption(new Option("--balance <asset=amount>", "what the account holds, again and again").default(DEFAULT_BALANCE, "USDT=10000").argParser(balanceFlag))
    .option("--key <key>", "API key of the account", keyFlag, "sandbox")
    .option("--secret <secret>", "API secret of the account", secretFlag, "sandbox")
    .option("--maker <fraction>", "fee of resting orders, 0.001 is 0.1 %", within("a fraction from 0 to 0.1", 0, 0.1), 0.001)
    .option("--taker <fraction>", "fee of orders that fill at once", within("a fraction from 0 to 0.1", 0, 0.1), 0.001)
    .option("--volume-share <fraction>", "largest share of a candle's volume that resting orders get", within("a fraction above 0, at most 1", Number.MIN_VALUE, 1), 0.25)
    .addOption(new Option("--book <kind>", "thin: small sizes a step apart; deep: everything fills at the price").choices(["thin", "deep"]).default("thin"))
    .option("--seed <number>", "of made-up markets and of the book", within("a whole number of 0 or more", 0, 4_294_967_295, true), 1)
    .option("--state <folder>", "keep orders and balances there, and go on from them")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((flags: ExchangeFlags) => exchange(flags, shell));
}

async function exchange(flags: ExchangeFlags, shell: Shell): Promise<void> {
  const { engine, closeRecord } = await openEngine(flags);
  const open = await listen(engine, flags).catch((error: unknown) => {
    closeRecord();
    throw error;
  });
  try {
    const facts = factsOf(open, flags);
    shell.out(flags.json ? `${JSON.stringify(facts)}\n` : welcome(facts, flags));
    await closed(shell.signal);
  } finally {
    await open.close();
    closeRecord();
  }
  if (!flags.json) shell.out(flags.state === undefined ? "Closed. Nothing is kept.\n" : `Closed. The same command goes on from ${flags.state}.\n`);
}

async function openEngine(flags: ExchangeFlags): Promise<{ readonly engine: Engine; readonly closeRecord: () => void }> {
  const datasets = await datasetsOf(flags);
  const plan: ExchangePlan = {
    markets: marketsOf(datasets),
    accounts: [{ apiKey: flags.key, secret: flags.secret, balances: flags.balance }],
    fees: { maker: flags.maker, taker: flags.taker },
    volumeShare: flags.volumeShare,
    seed: flags.seed,
  };
  const made = createEngine(plan, { book: flags.book });
  const start = startOf(made, flags.history);
  if (flags.state === undefined) {
    made.advance(start);
    return { engine: made, closeRecord: () => undefined };
  }
  const release = takeFolder(flags.state);
  try {
    const engine = recordEngine(made, join(flags.state, "exchange.jsonl"), planHash(plan, datasets, [flags.book]));
    if (engine.now < start) engine.advance(start);
    return {
      engine,
      closeRecord: () => {
        engine.closeRecord();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Makes the folder and keeps other exchanges out of it until it is released. */
function takeFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const lock = lockFile(join(folder, "exchange"));
    return () => lock.release();
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof Error && "code" in error)) throw error;
    throw new UserError(`--state: another exchange runs in ${folder}, or it is no folder that you may write to. Stop that one, or give another folder.`);
  }
}

async function datasetsOf({ symbol, candles, dataDir, seed }: ExchangeFlags): Promise<Dataset[]> {
  const source = candleSource(storeFolder(dataDir === undefined ? {} : { dataDir }));
  if (candles.length !== 1 && candles.length !== symbol.length) {
    throw new UserError(`--candles: ${candles.length} sources for ${symbol.length} markets; give one for all of them, or one for each in the order of --symbol.`);
  }
  const [first = ""] = candles;
  const isFile = !first.startsWith(SYNTHETIC_PREFIX) && !first.startsWith("store:");
  if (isFile && symbol.length > candles.length) throw new UserError(`--candles: ${first} is one market's file, and --symbol names ${symbol.length}. Give a source for each.`);
  return Promise.all(symbol.map((one, i) => source.load({ symbol: one, source: candles[i] ?? first, timeframe: null, seed, volumeIn: "base" })));
}

/** When market time begins, epoch milliseconds: after so much history, but in the first half of the candles unless that was asked for. */
function startOf({ plan, end }: Engine, history: number | undefined): number {
  const first = Math.min(...plan.markets.map(({ series }) => series.time[0] ?? end));
  if (history === undefined) return first + Math.min(HISTORY * DAY, (end - first) / 2);
  if (first + history * DAY >= end) throw new UserError(`--history: the candles are ${((end - first) / DAY).toFixed(1)} days long, so ${history} days of them cannot be past.`);
  return first + history * DAY;
}

async function listen(engine: Engine, { port, speed }: ExchangeFlags): Promise<Exchange> {
  try {
    // Servers are loaded where they are needed: the other commands should not wait for them.
    const { startExchange } = await import("../exchange/server.ts");
    return await startExchange({ engine, port, host: HOST, speed });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EADDRINUSE") throw new UserError(`--port: something listens on port ${port} already. Give another one, or 0 for any.`);
    if (code === "EACCES") throw new UserError(`--port: port ${port} may not be used by you. Give one above 1023.`);
    throw error;
  }
}

const marketTime = z.int().describe("market time, epoch milliseconds");

/** What `caucus exchange --json` prints when it is open: where it is and how to get in. */
export const exchangeFactsSchema = z.strictObject({
  url: z.string(),
  wsUrl: z.string(),
  port: z.int(),
  key: z.string(),
  secret: z.string(),
  symbols: z.array(z.string()).readonly(),
  speed: z.number().describe("market seconds a second; 0 stands still"),
  now: marketTime,
  end: marketTime.describe("end of the candles in market time, epoch milliseconds"),
});
type Facts = Readonly<z.infer<typeof exchangeFactsSchema>>;

function factsOf({ url, wsUrl, port, engine }: Exchange, { key, secret, symbol, speed }: ExchangeFlags): Facts {
  return { url, wsUrl, port, key, secret, symbols: symbol, speed, now: engine.now, end: engine.end };
}

const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace("T", " ");

function welcome({ url, wsUrl, key, secret, symbols, speed, now, end }: Facts, { state }: ExchangeFlags): string {
  const pace = speed === 0 ? "it stands still" : `${speed} seconds a second`;
  return `A LOCAL EXCHANGE: no real money, no real market.
  REST      ${url}/api/v3
  Streams   ${wsUrl}/ws, ${wsUrl}/ws-api/v3
  Markets   ${symbols.join(", ")}
  Time      ${minute(now)} UTC, ${pace}, ends ${minute(end).slice(0, 10)}
  State     ${state ?? "none: it is gone when this ends (--state keeps it)"}

In a definition:
  capital: 1000
  symbols: [${symbols.join(", ")}]
  trade: {mode: live, exchange: binance, url: "${url}"}

Run it:
  export CAUCUS_API_KEY=${key} CAUCUS_API_SECRET=${secret}
  caucus run my.yaml --live

Look, and make trouble:
  curl ${url}/control/state
  curl -d '{"name":"http-503"}' ${url}/control/fault

Ctrl-C closes it.
`;
}

function closed(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}

function within(wanted: string, least: number, most: number, whole = false): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) throw new InvalidArgumentError(`write ${wanted}.`);
    return value;
  };
}

function symbolsFlag(text: string): string[] {
  const symbols = text.split(",").map((one) => symbolFlag(one.trim()));
  if (new Set(symbols).size !== symbols.length) throw new InvalidArgumentError("a market is named twice.");
  return symbols;
}

function again(text: string, before: readonly string[]): string[] {
  return before === DEFAULT_CANDLES ? [text] : [...before, text];
}

function balanceFlag(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, asset, amount] = /^([A-Za-z0-9]{1,20})=(\d{1,15}(?:\.\d{1,8})?)$/.exec(text) ?? [];
  if (asset === undefined || amount === undefined) throw new InvalidArgumentError("write an asset and an amount such as USDT=10000.");
  return { ...(before === DEFAULT_BALANCE ? {} : before), [asset.toUpperCase()]: amount };
}

function keyFlag(text: string): string {
  if (!/^[\w-]{1,128}$/.test(text)) throw new InvalidArgumentError("write letters, digits, _ and - only.");
  return text;
}

function secretFlag(text: string): string {
  if (text === "") throw new InvalidArgumentError("an empty secret signs nothing.");
  return text;
}

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { agents } from "../../../agents/index.ts";
import { botOf, warmupBars } from "../../app/definition/bot.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { TradeMode } from "../../app/definition/trade-schema.ts";
import { timeframesOf } from "../../app/trade/venue-candles.ts";
import { feesAmong } from "../../core/fill-model.ts";
import { DAY, formatTimeframe } from "../../core/timeframe.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { BacktestAsked, BacktestFindings, JobProgress, Research, SearchFindings, Watched } from "../../ports/research.ts";
import { runChild } from "./child.ts";
import { backtestFindings, dailyEquity, searchFindings, sharpeIntervalOf } from "./findings.ts";

/** What research is made of. */
export interface ResearchParts {
  readonly definition: Definition;
  readonly mode: TradeMode;
  /** The run's state folder. */
  readonly folder: string;
  /** The candle store of replays. */
  readonly dataDir: string;
  /** The venue's time, epoch milliseconds. */
  readonly now: () => number;
}

/** Research of a run. */
export interface RunResearch extends Research {
  /** Ends what goes on, and comes once it has ended. */
  close(): Promise<void>;
}

/** Jobs at once, whoever asked for them. */
const MOST_JOBS = 2;
/** Days that a search of a live or paper bot goes back. */
const SEARCHED_DAYS = 90;
const WEEK = 7 * DAY;
/** 1970 began on a Thursday: Mondays are four days later. */
const MONDAY = 4 * DAY;
const HOUR = 3_600_000;

/** Backtests and searches of the definition that runs, each as a command of this program in a process of its own. */
export function researchOf({ definition, mode, folder, dataDir, now }: ResearchParts): RunResearch {
  const home = join(folder, "research");
  const recorded = mode === "replay";
  const { exchange, url } = definition.trade;
  const jobs = new Map<number, { readonly stop: AbortController; readonly done: Promise<unknown> }>();
  const stopped = new Set<number>();
  let fetching: Promise<unknown> = Promise.resolve();
  let closed = false;

  const busy = (user: number): string | null => {
    if (closed) return "The bot is stopping.";
    if (jobs.has(user)) return "One of yours is going on: stop it first, or wait for it.";
    return jobs.size >= MOST_JOBS ? `${MOST_JOBS} are going on for others: try again when one of them is done.` : null;
  };

  /** Runs one job of a user; its folder is gone afterwards. */
  async function job<Result>(user: number, { signal }: Watched, work: (place: string, signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const why = busy(user);
    if (why !== null) throw new UserError(why);
    stopped.delete(user);
    const stop = new AbortController();
    const place = join(home, `job-${user}`);
    const done = (async () => {
      await rm(place, { recursive: true, force: true });
      await mkdir(place, { recursive: true, mode: 0o700 });
      try {
        return await work(place, AbortSignal.any([signal, stop.signal]));
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    })();
    jobs.set(user, { stop, done });
    return done.finally(() => jobs.delete(user));
  }

  /** The definition as it runs, with everything that was set on the command line, for these symbols. */
  async function definitionFile(place: string, symbols: readonly string[]): Promise<string> {
    const path = join(place, "definition.yaml");
    // Who may use the bot and where it trades is nothing that a backtest reads, and the symbols stay those of the bot.
    const read = Object.fromEntries(Object.entries(definition).filter(([key]) => key !== "telegram" && key !== "trade" && key !== "markets"));
    const fees = feesAmong(definition.fees, symbols);
    await writeFile(path, stringify({ ...read, fees }, { lineWidth: 0 }), { mode: 0o600 });
    return path;
  }

  /** Brings the candles of a live or paper bot into a store, one after another, since two would overwrite each other; gives what the exchange had to say about them. */
  function download(...asked: Parameters<typeof fetchCandles>): Promise<string[]> {
    const after = fetching.then(() => fetchCandles(...asked));
    fetching = after.catch(() => undefined);
    return after;
  }

  async function fetchCandles(store: string, symbols: readonly string[], span: Span, tell: (done: number, progress: JobProgress) => void, signal: AbortSignal): Promise<string[]> {
    const notes: string[] = [];
    const { fill } = timeframesOf(definition);
    for (const [i, symbol] of symbols.entries()) {
      const args = ["data", "download", "--exchange", exchange, "--symbol", symbol, "--timeframe", formatTimeframe(fill), "--from", instant(span.from), "--to", instant(span.to), "--data-dir", store, "--json"];
      const printed = await runChild([...args, ...(url === undefined ? [] : ["--url", url])], {
        signal,
        onProgress: (progress) => tell(i, { share: progress.share, doing: `candles of ${symbol} from ${exchange}` }),
      });
      notes.push(...notesOf(printed));
    }
    return notes;
  }

  /** What the agents need to see before the first decision, ms. */
  const warmup = (): number => warmupBars(botOf(definition, 0, agents, []).agents) * timeframesOf(definition).decision;

  async function backtest({ user, symbol, days }: BacktestAsked, watched: Watched): Promise<BacktestFindings> {
    return job(user, watched, async (place, signal) => {
      const to = Math.floor(now() / HOUR) * HOUR;
      const span = { from: to - days * DAY, to };
      const symbols = symbol === null ? definition.symbols : [symbol];
      const phases = recorded ? 1 : symbols.length + 1;
      const tell = (phase: number, { share, doing }: JobProgress): void => watched.onProgress({ share: share === null ? null : (phase + share) / phases, doing });
      const store = recorded ? dataDir : join(home, "candles");
      const notes = recorded ? [] : await download(store, symbols, { from: span.from - warmup(), to }, tell, signal);
      const [report, exported] = [join(place, "report.html"), join(place, "lists")];
      // Nothing is spent on a model from a chat: the answers that are there have to do.
      const args = ["backtest", await definitionFile(place, symbols), "--json", "--bounds", "--budget", "0", "--report", report, "--export", exported, "--data-dir", store, "--from", instant(span.from), "--to", instant(span.to)];
      const printed = await runChild([...args, ...candlesOf(symbol)], { signal, onProgress: ({ share }) => tell(phases - 1, { share, doing: "backtest under all fill models" }) });
      tell(phases - 1, { share: 1, doing: "figures" });
      const daily = join(place, "daily.csv");
      await writeFile(daily, await dailyEquity(join(exported, "equity.csv")));
      // A span of a day or two has no such interval, which is no reason to have no result.
      const interval = await runChild(["stats", daily, "--equity", "--json"], { signal, onProgress: () => undefined }).then(sharpeIntervalOf, (error: unknown) => {
        if (error instanceof RunError && !signal.aborted) return null;
        throw error;
      });
      return backtestFindings({ printed, interval, notes, from: span.from, report: await readFile(report), name: definition.name });
    });
  }

  async function optimize({ user }: { readonly user: number }, watched: Watched): Promise<SearchFindings> {
    if (unsearchable !== null) throw new UserError(unsearchable);
    return job(user, watched, async (place, signal) => {
      // Whole weeks: who searches twice in one adds to the same trials, so that their number stays true.
      const to = Math.floor((now() - MONDAY) / WEEK) * WEEK + MONDAY;
      const span = { from: to - SEARCHED_DAYS * DAY, to };
      const phases = recorded ? 1 : definition.symbols.length + 1;
      const tell = (phase: number, { share, doing }: JobProgress): void => watched.onProgress({ share: share === null ? null : (phase + share) / phases, doing });
      // A store of its own: candles that were fetched for something else would make these other data, and other trials.
      const shelf = `candles-to-${instant(to).slice(0, 10)}`;
      const store = recorded ? dataDir : join(home, shelf);
      for (const old of await readdir(home)) if (old.startsWith("candles-to-") && old !== shelf) await rm(join(home, old), { recursive: true, force: true });
      const notes = recorded ? [] : await download(store, definition.symbols, { from: span.from - warmup(), to }, tell, signal);
      const report = join(place, "report.html");
      const limits = recorded ? [] : ["--from", instant(span.from), "--to", instant(span.to)];
      const workers = String(Math.max(1, availableParallelism() - 1));
      const file = await definitionFile(place, definition.symbols);
      const args = ["optimize", file, "--json", "--report", report, "--searches", join(home, "searches"), "--workers", workers, "--data-dir", store, ...limits, ...candlesOf(null)];
      const printed = await runChild(args, { signal, onProgress: (progress) => tell(phases - 1, progress) });
      return searchFindings({ printed, notes, report: await readFile(report), name: definition.name });
    });
  }

  const candlesOf = (symbol: string | null): string[] => [
    ...(recorded ? [] : ["--candles", `store:${exchange}`, "--timeframe", formatTimeframe(timeframesOf(definition).fill)]),
    ...(symbol === null ? [] : ["--symbol", symbol]),
  ];

  const unsearchable = definition.search === undefined ? "The definition has no search: put the keys to try under search.parameters (docs/definition.md has them) and start the bot again." : null;
  return {
    symbols: definition.symbols,
    search: definition.search === undefined ? null : { keys: Object.keys(definition.search.parameters), trials: definition.search.trials },
    unsearchable,
    busy,
    backtest,
    optimize,
    cancel: (user) => {
      const going = jobs.get(user);
      if (!going) return false;
      stopped.add(user);
      going.stop.abort();
      return true;
    },
    wasStopped: (user) => stopped.has(user),
    close: async () => {
      closed = true;
      const going = [...jobs.values()];
      for (const { stop } of going) stop.abort();
      await Promise.allSettled(going.map(({ done }) => done));
    },
  };
}

/** From inclusive, to exclusive; epoch milliseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const downloaded = z.looseObject({ notes: z.array(z.string()) });

/** A time as the command line takes it: "2024-01-31T12:00". */
const instant = (time: number): string => new Date(time).toISOString().slice(0, 16);

function notesOf(printed: string): string[] {
  return downloaded.parse(JSON.parse(printed)).notes;
}

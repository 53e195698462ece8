import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { agents } from "../../../agents/index.ts";
import { engineHash } from "../../adapters/search/engine.ts";
import { createPool, type WorkerPool } from "../../adapters/search/pool.ts";
import { type RedisAddress, redisAddress } from "../../adapters/search/queue/address.ts";
import { openTrials } from "../../adapters/search/trials.ts";
import { renderSearchPage } from "../../adapters/report/search/html.ts";
import { writeReport, writeWhole } from "../../adapters/report/write.ts";
import { loadDatasets } from "../../app/backtest/session.ts";
import { appliedText } from "../../app/optimize/apply.ts";
import type { TrialContext } from "../../app/optimize/context.ts";
import { checkSearch, planSearch, type SearchPlan } from "../../app/optimize/plan.ts";
import type { SearchResult } from "../../app/optimize/result.ts";
import { runSearch, type SearchProgress } from "../../app/optimize/session.ts";
import { UserError } from "../../core/user-error.ts";
import { strategies } from "../../../strategies/index.ts";
import { candleSource } from "../candle-source.ts";
import { readDefinition } from "../definition-file.ts";
import { hostOfUrl, openEgress } from "../egress.ts";
import { readEnvironment } from "../environment.ts";
import { createProgress } from "../progress.ts";
import { Interrupted, jsonOption, type Shell } from "../shell.ts";
import { addOptimizeFlags, namesOf, type OptimizeFlags, searchOverrides, workersOf } from "./flags.ts";
import { renderSearch } from "./summary.ts";

const EXAMPLES = `
Examples:
  caucus optimize grid-search                       the shipped example, a few seconds
  caucus optimize my.yaml --trials 500              more trials; kept ones are not run again
  caucus optimize my.yaml --objective sharpe,drawdown
  caucus optimize my.yaml --candles store:binance --from 2023-01-01
  caucus optimize my.yaml --redis redis://10.0.0.5  by the workers that are there
  caucus optimize my.yaml --apply tuned.yaml        the winner as a definition
  caucus optimize my.yaml --json > search.json
`;

/** `caucus optimize`. */
export function registerOptimize(program: Command, shell: Shell): void {
  const command = program
    .command("optimize")
    .description("search a definition's parameters, and say how far the winner can be believed")
    .argument("<definition>", "a YAML file with a `search`, or the name of one in backtests/");
  addOptimizeFlags(command);
  command
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: OptimizeFlags) => optimize(wanted, flags, shell));
}

async function optimize(wanted: string, flags: OptimizeFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const workers = workersOf(flags.workers);
  const redis = flags.redis === undefined ? null : redisAddress(flags.redis);
  if (redis !== null && flags.workers !== undefined) throw new UserError("--workers are threads of this machine, and --redis leaves the trials to others: give one of the two.");
  if (flags.apply !== undefined && existsSync(flags.apply)) throw new UserError(`--apply ${flags.apply}: this is there already; give a new file.`);
  const { text, name } = await readDefinition(wanted);
  const asked: Omit<TrialContext, "datasets"> = {
    text,
    name,
    overrides: searchOverrides(flags),
    ...(flags.agents === undefined ? {} : { agentNames: flags.agents === "none" ? [] : namesOf(flags.agents) }),
    ...(flags.strategy === undefined ? {} : { strategyNames: namesOf(flags.strategy) }),
  };
  const { definition } = checkSearch(asked, { agents, strategies });
  if (redis !== null) openEgress(shell, [{ entry: hostOfUrl(redis.url, "own"), why: "--redis" }]);
  const datasets = await loadDatasets(definition, candleSource(flags.dataDir ?? environment.dataDir));
  const context: TrialContext = { ...asked, datasets };
  const plan = planSearch(context, { agents, strategies });
  const path = await trialsPath(flags.searches, plan);
  const result = await search(plan, context, { path, workers, redis }, shell);
  if (flags.apply !== undefined) await writeWhole(flags.apply, "the definition", appliedText(asked, result.winner.parameters, noteOf(result, wanted), { agents, strategies }));
  const report = reportPath(flags, plan);
  if (report !== null) await writeReport(report, renderSearchPage(result));
  if (flags.json) shell.out(`${JSON.stringify(result, null, 2)}\n`);
  else shell.out(renderSearch(result, { ...environment, wanted, trials: path, applied: flags.apply ?? null }) + (report === null ? "" : `Report: ${report}\n`));
}

/** Where trials are kept, and where they are run. */
interface SearchPlace {
  readonly path: string;
  readonly workers: number;
  readonly redis: RedisAddress | null;
}

/** The part of the run that Ctrl-C can end: what is done is kept. */
async function search(plan: SearchPlan, context: TrialContext, { path, workers, redis }: SearchPlace, shell: Shell): Promise<SearchResult> {
  const records = openTrials(path, plan.subject, engineHash());
  const progress = createProgress("optimize");
  const say = (sentence: string): void => {
    progress.stop();
    shell.err(`caucus: ${sentence}\n`);
  };
  const pool = await runnerOf(context, workers, redis, say).catch((error: unknown) => {
    records.close();
    throw error;
  });
  let latest: SearchProgress | null = null;
  const stop = (): void => void pool.close(new Interrupted(keptSoFar(latest, plan, path)));
  if (shell.signal.aborted) stop();
  shell.signal.addEventListener("abort", stop, { once: true });
  try {
    return await runSearch({
      plan,
      runner: pool,
      records,
      onProgress(now) {
        latest = now;
        progress.update(now.share, wordsFor(now, plan));
      },
    });
  } finally {
    shell.signal.removeEventListener("abort", stop);
    progress.stop();
    await pool.close();
    records.close();
  }
}

/** Threads of this machine, or workers on others; a search without Redis does not pay for the queue. */
async function runnerOf(context: TrialContext, workers: number, redis: RedisAddress | null, say: (sentence: string) => void): Promise<WorkerPool> {
  if (redis === null) return createPool(context, workers);
  const [{ createQueueRunner }, { workerEngine }] = await Promise.all([import("../../adapters/search/queue/runner.ts"), import("../../adapters/search/queue/engine.ts")]);
  return createQueueRunner(context, { redis, engine: await workerEngine(), say });
}

function wordsFor({ doing, done, asked, best }: SearchProgress, { search: { objectives } }: SearchPlan): string {
  const found = best === null ? "" : `, best ${objectives[0] ?? ""} ${best.toFixed(3)}`;
  return doing === "search" ? `${done}/${asked}${found}` : `${doing}${found}`;
}

function keptSoFar(latest: SearchProgress | null, { search: asked }: SearchPlan, path: string): string {
  const done = latest?.done ?? 0;
  return `${done} of ${asked.trials} trials are done and kept in ${path}; the same command goes on from there.`;
}

function fileName({ definition }: SearchPlan): string {
  const name = definition.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  return name === "" ? "search" : name;
}

/** A definition under another name is the same one: its trials are those of the file that is there, whatever name that began with. */
async function trialsPath(folder: string, plan: SearchPlan): Promise<string> {
  const end = `-${plan.subject.slice(0, 12)}.sqlite`;
  const own = `${fileName(plan)}${end}`;
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith(end)).toSorted();
  return join(folder, names.includes(own) ? own : (names[0] ?? own));
}

/** The same search has the same file, another one another; none with --json unless it is asked for. */
function reportPath(flags: OptimizeFlags, plan: SearchPlan): string | null {
  if (typeof flags.report === "string") return flags.report;
  if (flags.report === false || flags.json === true) return null;
  return join("reports", `search-${fileName(plan)}-${plan.hash.slice(0, 8)}.html`);
}

function noteOf({ search, honesty, winner }: SearchResult, wanted: string): string {
  return [
    `Parameters found by: caucus optimize ${wanted} (${search.method}, seed ${search.seed}, trial ${winner.number} of ${search.done + search.failed}).`,
    `The search's verdict: ${honesty.verdict.line}`,
  ].join("\n");
}

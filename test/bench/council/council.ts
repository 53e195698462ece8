/**
 * `npm run bench:council`: what the council is worth. Its agents on synthetic markets whose truth is known, and the
 * shipped default definition on recorded candles beside its own parts. Only `--final` reads the last quarter of a market.
 */
import { parseArgs } from "node:util";
import { agents } from "../../../agents/index.ts";
import { readDefinition } from "../../../src/cli/definition-file.ts";
import { createProgress } from "../../../src/cli/progress.ts";
import { EXIT, Interrupted } from "../../../src/cli/shell.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { strategies } from "../../../strategies/index.ts";
import type { Answer, Job, MarketOutcome } from "./jobs.ts";
import { difference, type Estimate, estimates, judgeMarket, WITHOUT } from "./judge.ts";
import { recordedMarkets } from "./markets.ts";
import type { Variant } from "./run.ts";
import { forecastsTable, returnsTable, truthTable, verdict, worthTable } from "./tables.ts";
import { doJobs } from "./threads.ts";
import type { SeedFigures } from "./truth.ts";

const FIRST_SEED = 1_001;
/** On these every agent is left out in turn: one of each kind of candles. */
const ABLATED = /^(BTC\/USDT 1h 202009|ETH\/USDT 5m|ETH\/USDT 1m 2025|BTC\/USD 1d)/;

const USAGE = `npm run bench:council -- [--json] [--final] [--seeds 24] [--threads 1] [--markets <pattern>] [--set key=value ...]
  --final    trades the last quarter of every market, for the table that is published; without it those candles are not kept
  --markets  only the recorded markets whose name matches; "none" for none
  --set      as caucus backtest takes it, for the council alone: one more variant that was tried\n`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    final: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    seeds: { type: "string", default: "24" },
    threads: { type: "string", default: "1" },
    markets: { type: "string", default: "." },
    set: { type: "string", multiple: true, default: [] },
  },
});

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
try {
  if (values.help) process.stdout.write(USAGE);
  else await bench();
} catch (error) {
  if (error instanceof Interrupted) process.exitCode = EXIT.interrupted;
  else if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.usage;
  } else throw error;
}

function whole(text: string, flag: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > 1_000) throw new UserError(`--${flag} ${text}: give a whole number from ${least} to 1000.`);
  return value;
}

async function bench(): Promise<void> {
  const seeds = whole(values.seeds, "seeds", 0);
  const threads = whole(values.threads, "threads", 1);
  const { text, name } = await readDefinition("default");
  const definition = loadDefinition({ text, name, overrides: [], agents, strategies });
  const council = Object.keys(definition.agents).filter((agent) => definition.agents[agent] !== undefined);
  const part = values.final ? "final" : "development";
  const pattern = new RegExp(values.markets);
  const known = recordedMarkets();
  const chosen = known.filter((market) => pattern.test(market.name));
  const shared: Variant[] = [
    { name: "council", sets: values.set },
    { name: "equal weights", sets: ["coordinator.pool=equal", ...values.set] },
    // As shipped no weight is named, and fixed weights are equal ones.
    ...(Object.keys(definition.coordinator.weights).length > 0 ? [{ name: "fixed weights", sets: ["coordinator.pool=fixed", ...values.set] }] : []),
    { name: "grid only", sets: [], agents: [], strategies: ["grid"] },
    { name: "DCA only", sets: [], agents: [], strategies: ["dca"] },
  ];
  const without = council.map((agent): Variant => ({ name: `${WITHOUT}${agent}`, sets: values.set, agents: council.filter((one) => one !== agent) }));
  const jobs: Job[] = [
    ...(["levels", "regimes"] as const).flatMap((kind) => Array.from({ length: seeds }, (_, i): Job => ({ kind, seed: FIRST_SEED + i }))),
    ...chosen.map((market): Job => ({ kind: "market", market, part, text, variants: ABLATED.test(market.name) ? [...shared, ...without] : shared })),
  ];
  const answers = await doJobs(jobs, threads, createProgress("council"), stop.signal);
  report(jobs, answers, { part, known: known.length });
}

function report(jobs: readonly Job[], answers: readonly Answer[], { part, known }: { readonly part: string; readonly known: number }): void {
  const figures = (kind: Job["kind"]): SeedFigures[] => answers.flatMap((answer, i) => (jobs[i]?.kind === kind && answer.kind === "figures" ? [answer.figures] : []));
  const outcomes = answers.flatMap((answer): MarketOutcome[] => (answer.kind === "market" ? [answer.outcome] : []));
  const skipped = answers.flatMap((answer) => (answer.kind === "unusable" ? [answer.why] : []));
  const [levels, regimes] = [figures("levels"), figures("regimes")];
  const isMeasured = ({ seeds }: Estimate): boolean => seeds > 0;
  const truth = {
    levels: [...estimates(levels), difference(levels, "agent, all levels: recall", "high and low of 48 bars: recall"), difference(levels, "agent, strongest two: precision", "high and low of 48 bars: precision")].filter(isMeasured),
    regimes: [
      ...estimates(regimes),
      ...["accuracy", "mean recall of the kinds", "delay, bars"].map((figure) => difference(regimes, `agent: ${figure}`, `sign and size of the 48-bar return: ${figure}`)),
    ].filter(isMeasured),
  };
  const markets = outcomes.map((outcome) => judgeMarket(outcome, outcomes));
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ version: 1, part, set: values.set, truth, markets, skipped, verdict: verdict(markets) }, null, 2)}\n`);
    return;
  }
  const say = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join("\n")}\n`);
  if (levels.length > 0) say("## Planted levels (range markets of 90 days, hourly; found: within 0.4 %)", "", truthTable(truth.levels));
  if (regimes.length > 0) say("## Regimes (mixed markets of 90 days, hourly; sideways, up or down)", "", truthTable(truth.regimes));
  if (known === 0) say("No recorded market data beside the checkout (../shared/data): nothing here was measured on real candles.");
  if (markets.length > 0) {
    say(`## Recorded markets, ${part === "final" ? "last quarter" : "first three quarters"}: return / deepest drawdown / return over drawdown`, "", returnsTable(markets, part === "final"));
    say("## Forecasts (Brier score, lower is better, a coin has 0.25; differences with 95 % intervals, above 0 the pool is better)", "", forecastsTable(markets));
    const worth = worthTable(markets);
    if (worth !== "") say("## What each agent adds (the council less the council without it)", "", worth);
    say(...verdict(markets).map((sentence) => `- ${sentence}`));
  }
  if (skipped.length > 0) say("", ...skipped.map((why) => `Skipped: ${why}.`));
}

import type { Command } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { decimal, moment } from "../adapters/report/format.ts";
import { freshRuns } from "../adapters/honesty/fresh.ts";
import { fit, tableLines, wrap } from "../adapters/report/terminal.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import { loadDefinition } from "../app/definition/load.ts";
import { freshCutsOf, lookaheadSteps } from "../app/honesty/lookahead.ts";
import { type Lookahead, WARMUP_TOLERANCE, type WitnessResult } from "../app/honesty/lookahead-result.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface LookaheadFlags extends DefinitionFlags {
  readonly cuts: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const MOST_CUTS = 1_000;

const EXAMPLES = `
Examples:
  caucus lookahead                          the default council and its strategies
  caucus lookahead mine.yaml --cuts 50
  caucus lookahead --candles store:binance --symbol BTC/USDT --json > lookahead.json

Exit code 1 when something looks ahead or does not answer the same twice.
`;

/** `caucus lookahead`. */
export function registerLookahead(program: Command, shell: Shell): void {
  const command = program
    .command("lookahead")
    .description("whether an agent or strategy uses candles that it cannot know yet, and whether its warm-up is long enough")
    .argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .option("--cuts <number>", "times at which the candles are cut off; --seed draws others", "12")
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: LookaheadFlags) => lookahead(wanted, flags, shell));
}

async function lookahead(wanted: string, flags: LookaheadFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const cuts = cutsOf(flags.cuts);
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({ text, name, overrides: overridesOf(flags), agents, strategies });
  const datasets = await loadDatasets(definition, candleSource(flags.dataDir ?? environment.dataDir));
  const freshCuts = freshCutsOf(definition, datasets, { agents, strategies });
  if (!flags.json) shell.err(`${cuts + 2 + freshCuts.length} runs: whole, again, ${cuts} cut off, and ${freshCuts.length} cut off that start from nothing.\n`);
  const fresh = await freshRuns(definition, datasets, freshCuts, shell.signal);
  const result = await drive(lookaheadSteps(definition, datasets, { agents, strategies }, cuts, fresh), createProgress("lookahead"), shell.signal);
  shell.out(flags.json ? `${JSON.stringify(result, null, 2)}\n` : renderLookahead(result, Math.max(40, Math.min(80, environment.columns))));
  if (!result.clean) throw new RunError(`${guilty(result).map(({ kind, name: who }) => `${kind} ${who}`).join(", ")}: not to be trusted in a backtest.`);
}

function cutsOf(text: string): number {
  const cuts = Number(text);
  if (!Number.isInteger(cuts) || cuts < 1 || cuts > MOST_CUTS) throw new UserError(`--cuts ${text}: must be a whole number from 1 to ${MOST_CUTS}.`);
  return cuts;
}

function guilty({ witnesses }: Lookahead): WitnessResult[] {
  return witnesses.filter(({ verdict }) => verdict === "looks ahead" || verdict === "unsteady");
}

/** The result as text, at most `width` columns wide. */
export function renderLookahead(result: Lookahead, width: number): string {
  const { data, witnesses, cuts } = result;
  const again = cuts.filter(({ fresh }) => !fresh);
  const inside = again.filter(({ insideBar }) => insideBar).length;
  const lines = [
    ...(data.synthetic ? [fit("SYNTHETIC MARKET: generated candles that no exchange ever traded", width)] : []),
    fit(`${result.name}  ${data.symbols.map(({ symbol }) => symbol).join(", ")}, ${decimal(data.candles, 0)} candles`, width),
    ...wrap(`${again.length} cuts, ${inside} of them inside a decision bar, and ${cuts.length - again.length} in runs that start from nothing; seed ${result.seed}`, width),
    "",
    ...wrap(headline(result), width),
    "",
    ...tableLines(
      [
        { head: "", align: "left", drop: 0, cells: witnesses.map(({ kind }) => kind) },
        { head: "name", align: "left", drop: 0, cells: witnesses.map(({ name }) => name) },
        { head: "compared", align: "right", drop: 0, cells: witnesses.map(({ compared }) => decimal(compared, 0)) },
        { head: "verdict", align: "left", drop: 0, cells: witnesses.map(({ verdict }) => verdict) },
      ],
      width,
    ),
    ...guilty(result).flatMap((witness) => ["", ...findingLines(witness, width)]),
    ...warmupLines(result, width),
    ...result.warnings.flatMap((one) => wrap(`Note: ${one}.`, width)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Who was silent is not called clean. */
function headline({ clean, witnesses }: Lookahead): string {
  if (!clean) return "NOT CLEAN";
  const untested = witnesses.filter(({ verdict }) => verdict === "untested");
  if (untested.length === 0) return "Nobody looks ahead: with the future cut off, all say what they said before.";
  if (untested.length === witnesses.length) return "Nothing is known: nobody said anything before a cut. Take more candles.";
  return `Of those who spoke nobody looks ahead: with the future cut off, they say what they said before. Of ${untested.map(({ name }) => name).join(", ")} nothing is known.`;
}

const LONGEST = 300;

function findingLines({ kind, name, verdict, first }: WitnessResult, width: number): string[] {
  if (first === null) return [];
  const [one, other] = verdict === "unsteady" ? ["the first time", "the second time"] : ["with the future", "without it"];
  const said = (text: string | null): string => (text === null ? "nothing" : text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
  const why =
    verdict === "unsteady"
      ? "answers otherwise when the same run is made again: it remembers an earlier run, reads the clock, or draws by chance. Nothing was cut: mend this first."
      : "answers otherwise when the future is cut off.";
  return [
    ...wrap(`${kind} ${name} ${why} First at ${moment(first.time)} UTC on ${first.symbol}:`, width),
    ...wrap(`${one}: ${said(first.whole)}`, width - 2).map((line) => `  ${line}`),
    ...wrap(`${other}: ${said(first.cut)}`, width - 2).map((line) => `  ${line}`),
  ];
}

function warmupLines({ warmups }: Lookahead, width: number): string[] {
  if (warmups.length === 0) return [];
  const short = warmups.filter(({ verdict }) => verdict === "too short");
  const share = (value: number | undefined): string => (value === undefined ? "n/a" : value.toFixed(3));
  const percent = (value: number | undefined): string => (value === undefined ? "n/a" : `${decimal(value * 100, 0)} %`);
  return [
    "",
    ...tableLines(
      [
        { head: "warm-up", align: "left", drop: 0, cells: warmups.map(({ agent }) => agent) },
        { head: "asks for", align: "right", drop: 0, cells: warmups.map(({ declared }) => String(declared)) },
        { head: "votes moved", align: "right", drop: 0, cells: warmups.map(({ steps }) => percent(steps[0]?.moved)) },
        { head: "by at most", align: "right", drop: 0, cells: warmups.map(({ steps }) => share(steps[0]?.largest)) },
        { head: "still from", align: "right", drop: 0, cells: warmups.map(({ enough }) => (enough === null ? "never" : String(enough))) },
        { head: "", align: "left", drop: 0, cells: warmups.map(({ verdict }) => verdict) },
      ],
      width,
    ),
    "",
    ...short.flatMap(({ agent, declared, enough, steps }) =>
      wrap(
        `Warm-up: ${agent} asks for ${declared} bars, but more history moves ${percent(steps[0]?.moved)} of its votes, by up to ${share(steps[0]?.largest)}; ${enough === null ? "none of the tested lengths is enough" : `from ${enough} bars on it stays within ${WARMUP_TOLERANCE}`}.`,
        width,
      ),
    ),
  ];
}

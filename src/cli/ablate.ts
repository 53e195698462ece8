import { type Command, Option } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { percent, signed } from "../adapters/report/format.ts";
import { fit, tableLines, wrap } from "../adapters/report/terminal.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import { loadDefinition } from "../app/definition/load.ts";
import { ablateSteps, runsOf } from "../app/honesty/ablation.ts";
import { ABLATION_METRICS, type Ablation, type AblationMetric, type Gap } from "../app/honesty/result.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface AblateFlags extends DefinitionFlags {
  readonly agents?: string;
  readonly metric: AblationMetric;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus ablate                                  the default council, by Sharpe ratio
  caucus ablate mine.yaml --metric return
  caucus ablate --agents momentum,risk-profile   four backtests instead of sixteen
  caucus ablate --candles store:binance --symbol ETH/USDT --json > ablation.json
`;

/** `caucus ablate`. */
export function registerAblate(program: Command, shell: Shell): void {
  const command = program
    .command("ablate")
    .description("what each agent of a council is worth: a backtest of every subset, and the Shapley value of each agent")
    .argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .option("--agents <names>", "judge only these agents, comma separated")
    .addOption(new Option("--metric <name>", "what a council is judged by").choices(ABLATION_METRICS).default("sharpe"))
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .addOption(jsonOption())
    .addHelpText("after", "\n--seed is the seed of the resampled days too.")
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: AblateFlags) => ablate(wanted, flags, shell));
}

async function ablate(wanted: string, flags: AblateFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({
    text,
    name,
    overrides: overridesOf(flags),
    ...(flags.agents === undefined ? {} : { agentNames: flags.agents === "none" ? [] : flags.agents.split(",").map((one) => one.trim()) }),
    agents,
    strategies,
  });
  // Told before candles are loaded: a council that is too large, and how much work there is.
  const runs = runsOf(definition);
  if (!flags.json) shell.err(`${runs} backtests.\n`);
  const datasets = await loadDatasets(definition, candleSource(flags.dataDir ?? environment.dataDir));
  const result = await drive(ablateSteps(definition, datasets, { agents, strategies }, flags.metric), createProgress("ablate"), shell.signal);
  shell.out(flags.json ? `${JSON.stringify(result, null, 2)}\n` : render(result, Math.max(40, Math.min(80, environment.columns))));
}

function render(result: Ablation, width: number): string {
  const { data, metric, resampling } = result;
  const value = metric === "sharpe" ? (number: number): string => signed(number, 2) : percent;
  const from = (gap: Gap): string => (gap.interval ? value(gap.interval.low) : "n/a");
  const to = (gap: Gap): string => (gap.interval ? value(gap.interval.high) : "n/a");
  const lines = [
    ...(data.synthetic ? [fit("SYNTHETIC MARKET: generated candles that no exchange ever traded", width)] : []),
    fit(`${result.name}  ${data.symbols.map(({ symbol }) => symbol).join(", ")}, ${result.days} days, ${result.runs} backtests`, width),
    fit(metric === "sharpe" ? "judged by the Sharpe ratio a year" : "judged by the return over the span", width),
    "",
    ...tableLines(
      [
        { head: "agent", align: "left", drop: 0, cells: result.agents.map(({ agent }) => agent) },
        { head: "worth", align: "right", drop: 0, cells: result.agents.map(({ shapley }) => value(shapley.estimate ?? 0)) },
        { head: "95 % from", align: "right", drop: 0, cells: result.agents.map(({ shapley }) => from(shapley)) },
        { head: "to", align: "right", drop: 0, cells: result.agents.map(({ shapley }) => to(shapley)) },
        { head: "", align: "left", drop: 1, cells: result.agents.map(({ verdict }) => verdict) },
        { head: "without it", align: "right", drop: 2, cells: result.agents.map(({ without }) => value(without)) },
        { head: "alone", align: "right", drop: 3, cells: result.agents.map(({ alone }) => value(alone)) },
      ],
      width,
    ),
    "",
    ...councilLines(result, value, width),
    "",
    ...result.agents.flatMap(({ sentence }) => wrap(sentence, width)),
    ...wrap(`The whole council against none: ${value(result.council.estimate ?? 0)} (95 %: ${from(result.council)} to ${to(result.council)}). Without a council the strategies run ungoverned, from the first candle and with all the capital: the worths add up to the step from there to the full council.`, width),
    ...(result.equalWeights
      ? wrap(`Equal weights against your own: ${value(result.equalWeights.estimate ?? 0)} (95 %: ${from(result.equalWeights)} to ${to(result.equalWeights)}).`, width)
      : wrap("All weights are equal already.", width)),
    ...wrap(`Intervals: ${resampling.method}, ${resampling.samples} samples, blocks of ${resampling.meanBlock} days on average, seed ${resampling.seed}.`, width),
    ...result.warnings.flatMap((one) => wrap(`Note: ${one}.`, width)),
  ];
  return `${lines.join("\n")}\n`;
}

function councilLines({ all, none, equal, metric }: Ablation, value: (number: number) => string, width: number): string[] {
  const rows = [
    { name: "all", run: all },
    ...(equal ? [{ name: "all, equal weights", run: equal }] : []),
    { name: "none: strategies alone", run: none },
  ];
  return tableLines(
    [
      { head: "council", align: "left", drop: 0, cells: rows.map(({ name }) => name) },
      { head: metric === "sharpe" ? "Sharpe" : "return", align: "right", drop: 0, cells: rows.map(({ run }) => value(run.value)) },
      ...(metric === "sharpe" ? [{ head: "return", align: "right" as const, drop: 0, cells: rows.map(({ run }) => percent(run.totalReturn)) }] : []),
      { head: "max drawdown", align: "right", drop: 1, cells: rows.map(({ run }) => percent(run.maxDrawdown)) },
      { head: "fills", align: "right", drop: 0, cells: rows.map(({ run }) => String(run.fills)) },
    ],
    width,
  );
}

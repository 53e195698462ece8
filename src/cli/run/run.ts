import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { agents } from "../../../agents/index.ts";
import { openControl } from "../../adapters/control/socket.ts";
import { openJournal } from "../../adapters/sqlite/journal.ts";
import { loadDefinition } from "../../app/definition/load.ts";
import type { Definition } from "../../app/definition/schema.ts";
import { TRADE_MODES, type TradeMode } from "../../app/definition/trade-schema.ts";
import { type RunSummary, type StatusReport, statusOf } from "../../app/trade/report.ts";
import { Session } from "../../app/trade/session.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { Journal } from "../../ports/journal.ts";
import { strategies } from "../../../strategies/index.ts";
import { readDefinition } from "../definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "../definition-flags.ts";
import { readEnvironment } from "../environment.ts";
import { Interrupted, jsonOption, type Shell } from "../shell.ts";
import { controlAnswers } from "./answers.ts";
import { lineListener } from "./lines.ts";
import { LOG_FORMATS, type LogFormat, logOf, type RunLog } from "./log.ts";
import { clearReplay, isFinished, openFolder, stateFolder } from "./state-folder.ts";
import { summaryText } from "./summary.ts";
import { failureText } from "./replay.ts";
import { watchRun } from "./watch.ts";
import { type World, openWorld } from "./world.ts";

interface RunFlags extends DefinitionFlags {
  readonly live?: boolean;
  readonly mode?: TradeMode;
  readonly state?: string;
  readonly dataDir?: string;
  readonly http?: number;
  readonly log: LogFormat;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus run                               the default definition: a replay on the local exchange
  caucus run --set trade.days=30           a longer one
  caucus run mine --mode paper             live candles, simulated fills: nothing is sent
  caucus run mine --live                   real orders; the definition must say trade.mode: live

Keys come from CAUCUS_API_KEY and CAUCUS_API_SECRET (and CAUCUS_API_PASSWORD), never from the command line.
Ctrl-C stops; the same command goes on where it stopped.
`;

/** `caucus run`. */
export function registerRun(program: Command, shell: Shell): void {
  const command = program.command("run").description("run a definition: replay, paper or live").argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .addOption(new Option("--mode <mode>", "instead of the definition's trade.mode").choices([...TRADE_MODES]))
    .option("--live", "leave to send real orders; the definition must say live too")
    .option("--state <folder>", "where the run keeps its journal (default: state/<name>-<mode>)")
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .option("--http <port>", "answer GET /health and /metrics on this port of 127.0.0.1; 0 for any free one (default: off)", portFlag)
    .addOption(new Option("--log <format>", "text for people, json for machines; auto: text on a terminal").choices([...LOG_FORMATS]).default("auto"))
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: RunFlags) => run(wanted, flags, shell));
}

async function run(wanted: string, flags: RunFlags, shell: Shell): Promise<void> {
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({ text, name, overrides: overridesOf(flags), agents, strategies });
  const mode = flags.mode ?? definition.trade.mode;
  checkLeave(definition, mode, flags);
  const environment = readEnvironment();
  const folder = stateFolder(flags.state, definition.name, mode);
  openFolder(folder);
  if (mode === "replay" && isFinished(folder)) clearReplay(folder);
  const log = logOf(flags.log, flags.json === true, shell, environment);
  // Its lock comes first: it keeps a second run out of everything that lies in the folder.
  const journal = openJournal(join(folder, "journal.sqlite"), { name: definition.name, now: () => Date.now() });
  try {
    const world = await openWorld({ definition, mode, folder, dataDir: flags.dataDir ?? environment.dataDir });
    try {
      log.head(world.headline, hasBegun(journal) ? `Goes on with the run in ${folder}.` : `Begins anew in ${folder}.`);
      const report = await runIn(world, { definition, mode, folder, journal, http: flags.http ?? null }, log, shell);
      const summary: RunSummary = { ...report, mode, state: folder, interrupted: !world.finished() };
      if (flags.json) shell.out(`${JSON.stringify(summary, null, 2)}\n`);
      else log.tail(summaryText(summary, definition, environment.columns), summary);
      if (shell.signal.aborted && mode === "replay" && !world.finished()) throw new Interrupted(`The replay in ${folder} is not at its end.`);
    } finally {
      await world.close();
    }
  } finally {
    journal.close();
  }
}

/** Whether something stands in a journal. One that cannot be read has been written; what is wrong with it is said when it is verified. */
function hasBegun(journal: Journal): boolean {
  try {
    return journal.lastSequence > 0;
  } catch {
    return true;
  }
}

/** Real money needs two yeses: the definition's and the command's. */
function checkLeave(definition: Definition, mode: TradeMode, flags: RunFlags): void {
  if (mode === "live" && flags.live !== true) throw new UserError("trade.mode: live sends real orders. Add --live if that is what you want, or --mode paper.");
  if (flags.live === true && mode !== "live") throw new UserError(`--live: the definition's trade.mode is ${definition.trade.mode}. Set trade.mode: live in it to trade with real money.`);
  if (mode === "live" && definition.trade.mode !== "live") throw new UserError("--mode live: real orders need trade.mode: live in the definition itself, beside --live.");
}

/** What a run works on. */
interface Running {
  readonly definition: Definition;
  readonly mode: TradeMode;
  readonly folder: string;
  readonly journal: Journal;
  /** Port of the health check and the metrics; null for none. */
  readonly http: number | null;
}

/** Runs the bot in its world until it ends or is told to stop. */
async function runIn(world: World, { definition, mode, folder, journal, http }: Running, log: RunLog, shell: Shell): Promise<StatusReport> {
  const botId = definition.name;
  let session: Session | null = null;
  const stop = new AbortController();
  const signal = AbortSignal.any([shell.signal, stop.signal]);
  const watch = watchRun({ venue: world.venue, listener: lineListener(() => world.venue.now(), log.line), session: () => session, mode, name: botId });
  // Open before the bot starts: a start that hangs is what a health check is for.
  const watched = http === null ? null : await watch.open(http);
  if (watched) log.head(`Health and metrics: ${watched.url}/health, ${watched.url}/metrics`);
  try {
    session = await Session.start({
      botId, mode, definition, agents, strategies, venue: watch.venue, journal, patience: world.patience, clock: () => Date.now(), listener: watch.listener,
    });
    const door = await openControl(folder, controlAnswers(session, () => stop.abort()));
    try {
      await world.play(session, signal);
    } finally {
      await door.close();
    }
    const failure: unknown = session.failure;
    if (failure !== null) throw new RunError(`The bot stopped: ${failureText(failure)}. What is durable is kept in ${folder}; the same command goes on from there.`);
    await session.stop(world.finished() ? "keep" : definition.trade.onStop);
    const report = statusOf(session);
    if (mode === "replay" && world.finished()) writeFileSync(join(folder, "finished"), "");
    return report;
  } finally {
    if (session) await session.stop("keep");
    await watched?.close();
  }
}

function portFlag(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("write a port from 0 to 65535.");
  return port;
}

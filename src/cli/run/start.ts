import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agents } from "../../../agents/index.ts";
import type { AccountKeys } from "../../adapters/ccxt/accounts/client.ts";
import { openControl } from "../../adapters/control/socket.ts";
import { openSigner } from "../../adapters/receipts/signing-key.ts";
import { openJournal } from "../../adapters/sqlite/journal.ts";
import { looksOutside } from "../../app/council/backtest-outside.ts";
import { loadDefinition } from "../../app/definition/load.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { TradeMode } from "../../app/definition/trade-schema.ts";
import { choiceNotes } from "../../app/ranking/choice-notes.ts";
import { keptMarkets } from "../../app/ranking/kept.ts";
import type { SessionListener } from "../../app/trade/parts.ts";
import { type RunSummary, type StatusReport, statusOf } from "../../app/trade/report.ts";
import { Session } from "../../app/trade/session.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { Refusal } from "../../ports/egress.ts";
import type { Journal } from "../../ports/journal.ts";
import { strategies } from "../../../strategies/index.ts";
import { storedAccountKeys } from "../account-keys.ts";
import { readDefinition } from "../definition-file.ts";
import { overridesOf } from "../definition-flags.ts";
import { openEgress, reachText, refusalText, usesOfRun } from "../egress.ts";
import { readEnvironment } from "../environment.ts";
import { withMarkets } from "../markets.ts";
import { Interrupted, type Shell } from "../shell.ts";
import { controlAnswers } from "./answers.ts";
import { findKeys, onDuty } from "./find-keys.ts";
import { lineListener } from "./lines.ts";
import { both, harmless } from "./notices.ts";
import type { OutsideRun, OutsideRunParts } from "./outside.ts";
import { logOf, type RunLog } from "./log.ts";
import { type ReceiptsRun, receiptsRun } from "./receipts.ts";
import type { RunFlags } from "./flags.ts";
import { keyNews, keyRun } from "./key-rotation.ts";
import { clearReplay, isFinished, openFolder, stateFolder } from "./state-folder.ts";
import { summaryText } from "./summary.ts";
import { failureText } from "./replay.ts";
import { telegramRun } from "./telegram.ts";
import { watchRun } from "./watch.ts";
import { type World, openWorld } from "./world.ts";

/** Runs a definition in its mode, until it ends or is stopped. */
export async function run(wanted: string, flags: RunFlags, shell: Shell): Promise<void> {
  const { text, name } = await readDefinition(wanted);
  const loaded = loadDefinition({ text, name, overrides: overridesOf(flags), agents, strategies });
  const mode = flags.mode ?? loaded.trade.mode;
  checkLeave(loaded, mode, flags);
  checkFees(loaded, mode);
  // Before the hosts are settled: a keyring is another program, and nothing is added afterwards.
  const keys = mode === "live" ? await findKeys({ exchange: loaded.trade.exchange, scope: "trade", named: flags.key ?? loaded.trade.key.stored, flags }, shell) : null;
  const accounts = loaded.telegram === undefined ? null : await storedAccountKeys(loaded, flags, shell, keys?.stored?.store);
  const uses = usesOfRun(loaded, mode);
  openEgress(shell, uses);
  const environment = readEnvironment();
  const folder = stateFolder(flags.state, loaded.name, mode);
  openFolder(folder);
  if (mode === "replay" && isFinished(folder)) clearReplay(folder);
  const log = logOf(flags.log, flags.json === true, shell, environment);
  // Its lock comes first: it keeps a second run out of everything that lies in the folder.
  const journal = openJournal(join(folder, "journal.sqlite"), { name: loaded.name, now: () => Date.now() });
  const dataDir = flags.dataDir ?? environment.dataDir;
  try {
    // A bot that goes on keeps the list that it began with.
    const definition = keptMarkets(loaded, journal) ?? (await withMarkets(loaded, { dataDir, signal: shell.signal, now: mode === "replay" ? null : Date.now(), symbolFlag: flags.symbol }));
    const world = await openWorld({ definition, mode, folder, dataDir, ...(keys === null ? {} : { keys }) });
    try {
      log.head(world.headline, ...(keys?.notes ?? []), ...(accounts?.notes ?? []), hasBegun(journal) ? `Goes on with the run in ${folder}.` : `Begins anew in ${folder}.`, ...choiceNotes(definition), ...(mode === "replay" ? [] : [reachText(uses)]));
      const report = await runIn(world, { definition: world.definition, mode, folder, journal, http: flags.http ?? null, dataDir, ...(accounts === null ? {} : { accountKeys: accounts.keys }) }, log, shell);
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

/** The local exchange charges all symbols the same. */
function checkFees({ fees }: Definition, mode: TradeMode): void {
  if (mode === "replay" && Object.keys(fees.of ?? {}).length > 0) throw new UserError("fees.of: a replay trades on the local exchange, which has one fee for all symbols. Take fees.of out, or choose another --mode; `caucus backtest` and paper trading have fees by symbol.");
}

/** What a run works on. */
interface Running {
  readonly definition: Definition;
  readonly mode: TradeMode;
  readonly folder: string;
  readonly journal: Journal;
  /** Port of the health check and the metrics; null for none. */
  readonly http: number | null;
  /** The candle store. */
  readonly dataDir: string;
  /** Stored keys of the accounts of the portfolio, by label. */
  readonly accountKeys?: ReadonlyMap<string, AccountKeys>;
}

/** Runs the bot in its world until it ends or is told to stop. */
async function runIn(world: World, { definition, mode, folder, journal, http, dataDir, accountKeys }: Running, log: RunLog, shell: Shell): Promise<StatusReport> {
  const botId = definition.name;
  let session: Session | null = null;
  const stop = new AbortController();
  const signal = AbortSignal.any([shell.signal, stop.signal]);
  const lines = lineListener(() => world.venue.now(), log.line);
  let told: SessionListener = lines;
  const outside = await openOutside({ definition, folder, dataDir, now: () => world.venue.now(), say: (message) => told.alert({ kind: "outside", message }), reads: mode !== "replay" });
  const stored = world.keys?.stored ?? null;
  const parts = { botId, mode, definition, venue: world.venue, journal, clock: () => Date.now(), ...(outside ? { outside: () => outside.status() } : {}), ...(stored ? { key: () => onDuty(stored.store, stored.id) } : {}) };
  const warn = (text: string): void => log.line({ time: world.venue.now(), level: "warn", kind: "telegram", text, data: {} });
  let receipts: ReceiptsRun | null = null;
  const telegram = definition.telegram === undefined ? null : telegramRun({ settings: definition.telegram, folder, dataDir, ...(accountKeys ? { accountKeys } : {}), parts, stop: () => stop.abort(), warn, receipts: () => receipts });
  if (telegram) told = both(lines, telegram.listener);
  const refusals = (): readonly Refusal[] => shell.egress?.refusals() ?? [];
  shell.egress?.listen(({ kind, target }) => told.alert({ kind: "egress", message: refusalText(kind, target) }));
  const watch = watchRun({ refusals, venue: world.venue, listener: outside ? both(told, harmless(outside.listener, () => undefined)) : told, session: () => session, mode, name: botId });
  // Open before the bot starts: a start that hangs is what a health check is for.
  const watched = http === null ? null : await watch.open(http);
  if (watched) log.head(`Health and metrics: ${watched.url}/health, ${watched.url}/metrics`);
  // Before the bot starts: a new key that is refused then is put back while the old one still works.
  const keys = world.keys && keyRun({ ...world.keys, definition, stop: () => stop.abort(), tell: keyNews(world, log, (message) => told.alert({ kind: "denied", message })) });
  try {
    session = await Session.start({
      ...parts, agents, strategies, venue: watch.venue, patience: world.patience, listener: watch.listener,
    });
    // A replay passes days in seconds, and is no business that anybody has to answer for.
    if (mode !== "replay") receipts = receiptsRun({ journal, now: () => world.venue.now(), line: log.line, signer: () => openSigner(join(folder, "receipts.key")) });
    outside?.open(session);
    telegram?.open(session, outside?.model ?? null);
    keys?.open(session);
    const door = await openControl(folder, controlAnswers(session, () => stop.abort(), parts.outside, refusals, keys && ((request) => keys.answer(request))));
    try {
      await world.play(session, signal);
    } finally {
      await door.close();
    }
    const failure: unknown = session.failure;
    telegram?.stopping(failure !== null ? `${failureText(failure)}.` : world.finished() ? "the run has come to its end." : "it was told to.");
    if (failure !== null) throw new RunError(`The bot stopped: ${failureText(failure)}. What is durable is kept in ${folder}; the same command goes on from there.`);
    await session.stop(world.finished() ? "keep" : definition.trade.onStop);
    const halted = keys?.halted() ?? null;
    if (halted !== null) throw new RunError(halted);
    const report = statusOf(session, outside?.status());
    if (mode === "replay" && world.finished()) writeFileSync(join(folder, "finished"), "");
    return report;
  } finally {
    telegram?.stopping("it has failed.");
    await keys?.close();
    if (session) await session.stop("keep");
    await receipts?.close();
    await outside?.close();
    await telegram?.close();
    await watched?.close();
  }
}

/** What the bot looks at outside; null when it looks at nothing. Loaded by those who do. */
async function openOutside(parts: OutsideRunParts): Promise<OutsideRun | null> {
  const { definition, reads, say } = parts;
  if (!looksOutside(definition) && definition.languageModel === undefined) return null;
  if (!reads && looksOutside(definition)) say("A replay does not look outside: sources are not read, and the analyst is not asked.");
  return (await import("./outside.ts")).outsideRun(parts);
}

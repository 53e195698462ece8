import type { AgentEntry } from "../../core/agent.ts";
import type { Bot } from "../../core/bot.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { RunError } from "../../core/user-error.ts";
import type { Journal, JournalEntry } from "../../ports/journal.ts";
import type { Definition } from "../definition/schema.ts";
import { type Genesis, botOfGenesis, genesisSchema } from "./genesis.ts";
import { type JournaledEvent, applyEvent, consequencesOf, journaledEvent } from "./journaled.ts";

/** A bot as its journal left it. */
export interface Recovered {
  readonly genesis: Genesis;
  readonly definition: Definition;
  readonly bot: Bot;
  /** Fills booked so far. */
  readonly fills: number;
  /** Open time of the newest decision bar, by symbol. */
  readonly lastBar: ReadonlyMap<string, number>;
  /** Symbols on which trading without a council has begun. */
  readonly begun: ReadonlySet<string>;
  readonly baseline: Readonly<Record<string, string>>;
  /** Who turned the owner's switch last; null when nobody did. */
  readonly lastCommandBy: string | null;
}

/** An entry whose consequences did not come out again as they were recorded. */
export interface Divergence {
  readonly sequence: number;
  readonly recorded: string;
  readonly replayed: string;
}

/** Hears of every event that is applied again, with what came of it then and now. */
export type ReplayListener = (entry: JournalEntry, event: JournaledEvent, divergence: Divergence | null) => void;

/** Types of the entries that are events of the bot; the others only tell what happened around it. */
const BOT_EVENTS: ReadonlySet<string> = new Set(journaledEvent.options.map(({ shape }) => shape.type.value));

/**
 * Makes a bot again from its journal: every event is applied as it was when it happened, and must come to the same
 * votes, decision and requests, byte for byte. There is no other way back to a state. `null` when nothing was begun.
 */
export function recover(
  journal: Pick<Journal, "entries">,
  agents: readonly AgentEntry[],
  strategies: readonly StrategyEntry[],
  listener: ReplayListener = refuseDivergence,
): Recovered | null {
  const entries = journal.entries(1)[Symbol.iterator]();
  const first = entries.next();
  if (first.done) return null;
  const genesis = genesisSchema.parse(JSON.parse(first.value.payload));
  const { bot, definition } = botOfGenesis(genesis, agents, strategies);
  let fills = 0;
  let lastCommandBy: string | null = null;
  let baseline: Readonly<Record<string, string>> = genesis.baseline;
  const lastBar = new Map<string, number>();
  const begun = new Set<string>();
  for (let next = entries.next(); !next.done; next = entries.next()) {
    const entry = next.value;
    if (entry.type === "baseline") baseline = genesisSchema.shape.baseline.parse((JSON.parse(entry.payload) as { baseline: unknown }).baseline);
    if (!BOT_EVENTS.has(entry.type)) continue;
    const recorded = JSON.parse(entry.payload) as Record<string, unknown>;
    const event = journaledEvent.parse(recorded["event"]);
    const replayed = canonicalJson({ event, ...consequencesOf(genesis.botId, applyEvent(bot, event)) });
    listener(entry, event, replayed === entry.payload ? null : { sequence: entry.sequence, recorded: entry.payload, replayed });
    if (event.type === "fill") fills += 1;
    if (event.type === "command") lastCommandBy = event.by;
    if (event.type === "begin") begun.add(event.symbol);
    if (event.type === "candle") lastBar.set(event.symbol, event.candle.time);
    if (event.type === "bars") lastBar.set(event.symbol, event.candles.at(-1)?.time ?? 0);
  }
  return { genesis, definition, bot, fills, lastBar, begun, baseline, lastCommandBy };
}

function refuseDivergence(_entry: JournalEntry, _event: JournaledEvent, divergence: Divergence | null): void {
  if (divergence === null) return;
  throw new RunError(
    `The journal does not come out again as it was recorded (entry ${divergence.sequence}): this version decides otherwise than the one that wrote it. ` +
      "Finish or flatten the run with that version, or begin a new one with --state.",
  );
}

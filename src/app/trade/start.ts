import type { Bot } from "../../core/bot.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { addDecimals } from "../../core/decimal.ts";
import type { InstrumentFilters } from "../../core/instrument.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { Answer, VenueBalance } from "../../ports/venue.ts";
import { reminderOf, reminderText } from "../keys/key-watch.ts";
import { judgeKey, problemsOf } from "../keys/permissions.ts";
import { warmupBars } from "../definition/bot.ts";
import { definitionSchema } from "../definition/schema.ts";
import { type Genesis, botOfGenesis } from "./genesis.ts";
import { capitalPostings } from "./postings.ts";
import { recover } from "./recover.ts";
import type { SessionParts } from "./parts.ts";

/** Trades are asked for from this long before the bot began, ms: the clocks differ, and trades that are not ours are passed over. */
const OVERLAP = 3_600_000;

/** A bot that is ready to settle what is open and to warm up. */
export interface Started {
  readonly bot: Bot;
  readonly fills: number;
  readonly lastBar: ReadonlyMap<string, number>;
  readonly begun: ReadonlySet<string>;
  readonly baseline: Readonly<Record<string, string>>;
  readonly lastCommandBy: string | null;
  /** Milliseconds since the bot began, by the wall clock; null when it begins now. */
  readonly age: number | null;
  /** Decision bars that agents need before the first vote. */
  readonly warmup: number;
}

/** Checks journal, clock and key, then makes the bot: from its journal, or anew with the first entry of one. */
export async function begin(parts: SessionParts): Promise<Started> {
  const { journal, venue, agents, strategies } = parts;
  const damage = journal.verify();
  if (damage !== null) {
    throw new UserError(`The journal is damaged. ${damage} Nothing is traded on it. Restore it from a copy, or begin a new one with --state; the venue knows the orders and trades.`);
  }
  await must(venue.syncClock(), "the venue's time");
  await checkKey(parts);
  const recovered = recover(journal, agents, strategies);
  if (recovered) {
    assertSame(recovered.genesis, parts);
    return { ...recovered, age: parts.clock() - recovered.genesis.began, warmup: warmupBars(recovered.bot.plan.agents) };
  }
  const genesis = await originate(parts);
  const { bot } = botOfGenesis(genesis, agents, strategies);
  const quote = parts.definition.symbols[0]?.split("/")[1] ?? "";
  journal.commit({
    events: [{ time: genesis.time, type: "genesis", payload: genesis }],
    postings: [capitalPostings(venue.name, quote, bot.plan.capitalUnits)],
    cursors: [{ name: "start", value: String(genesis.time - OVERLAP) }],
    settings: [{ name: "kill-switch", value: "OFF" }],
  });
  return { bot, fills: 0, lastBar: new Map(), begun: new Set(), baseline: genesis.baseline, lastCommandBy: null, age: null, warmup: warmupBars(bot.plan.agents) };
}

/** A key that may do more than read and trade spot is refused: a bot never needs it, and a thief does. */
async function checkKey({ mode, venue, definition, clock, listener }: SessionParts): Promise<void> {
  if (mode === "paper") return;
  const permissions = await must(venue.permissions(), "what the key may do");
  const problems = problemsOf(judgeKey(permissions, { scope: "trade", acknowledged: definition.trade.key.acknowledge, now: clock() }));
  if (problems.length > 0) throw new UserError(problems.join("\n"), problems);
  if (permissions.expires !== null && reminderOf(permissions.expires, clock()) !== null) listener.alert({ kind: "key", message: reminderText("by the venue's word the key, or its leave to trade,", permissions.expires, clock()) });
}

async function originate({ botId, mode, definition, venue, clock }: SessionParts): Promise<Genesis> {
  const found = await must(venue.instruments(definition.symbols), "the instruments");
  const instruments: Record<string, InstrumentFilters> = {};
  for (const symbol of definition.symbols) {
    const filters = found.get(symbol);
    if (!filters) throw new UserError(`symbols: ${venue.name} does not trade ${symbol}.`);
    instruments[symbol] = filters;
  }
  const balances = await must(venue.balances(), "the balances");
  // What the owner holds elsewhere is no part of the bot, and its URLs may carry keys.
  return { version: 1, botId, mode, venue: venue.name, definition: { ...definition, portfolio: undefined }, instruments, baseline: baselineOf(definition, balances), time: venue.now(), began: clock() };
}

/** What the account holds beside the capital: the bot neither counts nor touches it. */
function baselineOf({ symbols, capital }: SessionParts["definition"], balances: ReadonlyMap<string, VenueBalance>): Record<string, string> {
  const quote = symbols[0]?.split("/")[1] ?? "";
  const assets = new Set([quote, ...symbols.map((symbol) => symbol.split("/")[0] ?? "")]);
  const baseline: Record<string, string> = {};
  for (const asset of assets) {
    const total = balances.get(asset)?.total ?? "0";
    if (asset !== quote) {
      baseline[asset] = total;
      continue;
    }
    const free = Number(balances.get(asset)?.free ?? 0);
    if (free < capital) throw new UserError(`capital: the definition asks for ${capital} ${quote}, the account has ${free} free.`);
    baseline[asset] = addDecimals(total, capital.toFixed(8), -1);
  }
  return baseline;
}

/** A journal belongs to one bot on one venue with one definition: with another, its decisions could not be repeated. */
function assertSame(genesis: Genesis, { botId, mode, definition, venue, agents, strategies }: SessionParts): void {
  const refuse = (what: string): never => {
    throw new UserError(`The state belongs to another run: ${what}. Flatten and finish that run, or begin a new one with --state <folder>.`);
  };
  if (genesis.botId !== botId) refuse(`its bot is ${genesis.botId}, this one ${botId}`);
  if (genesis.mode !== mode) refuse(`its mode is ${genesis.mode}, this one ${mode}`);
  if (genesis.venue !== venue.name) refuse(`its venue is ${genesis.venue}, this one ${venue.name}`);
  // In an object, so that a key that one of them lacks compares too.
  const told = (from: Readonly<Record<string, unknown>>, key: string): string => canonicalJson({ value: from[key] });
  // A version that knows more keys reads an older definition as one in which they say nothing.
  const schema = definitionSchema(agents, strategies);
  const then: Readonly<Record<string, unknown>> = schema.parse(genesis.definition);
  const now: Readonly<Record<string, unknown>> = schema.parse(definition);
  const changed = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((key) => key !== "trade" && key !== "telegram" && key !== "portfolio" && told(then, key) !== told(now, key));
  if (changed.length > 0) refuse(`the definition has changed since it began (${changed.join(", ")})`);
}

/** The answer, or a sentence about why there is none. */
async function must<T>(asked: ReturnType<() => Promise<Answer<T>>>, what: string): Promise<T> {
  const answer = await asked;
  if (answer.ok) return answer.value;
  if (answer.failure.kind === "denied") throw new UserError(`The venue refuses the key when asked for ${what}: ${answer.failure.message}`);
  throw new RunError(`The venue did not answer when asked for ${what}: ${answer.failure.message}`);
}


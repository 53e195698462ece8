import { z } from "zod";
import type { AgentEntry } from "../../core/agent.ts";
import { type Bot, createBot } from "../../core/bot.ts";
import { seriesFrom } from "../../core/candle.ts";
import { createInstrument, type InstrumentFilters, quoteDecimals } from "../../core/instrument.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import { botOf, warmupBars } from "../definition/bot.ts";
import { type Definition, definitionSchema } from "../definition/schema.ts";
import { filtersSchema } from "./journaled.ts";

/** The first entry of every journal: all that a bot is made of, so that the journal alone can make it again. */
export const genesisSchema = z.strictObject({
  version: z.literal(1),
  botId: z.string(),
  mode: z.enum(["replay", "paper", "live"]),
  venue: z.string(),
  definition: z.record(z.string(), z.unknown()),
  instruments: z.record(z.string(), filtersSchema),
  /** What the account held beside the bot's capital, decimal by asset. */
  baseline: z.record(z.string(), z.string()),
  /** Venue time. */
  time: z.number().int(),
  /** Wall clock. */
  began: z.number().int(),
});
export type Genesis = z.infer<typeof genesisSchema>;

/** Bars that a running bot keeps at the least. */
const LEAST_BARS = 512;

/** Makes the bot that a genesis describes, at rest. */
export function botOfGenesis(genesis: Genesis, agents: readonly AgentEntry[], strategies: readonly StrategyEntry[]): { readonly bot: Bot; readonly definition: Definition } {
  const parsed = definitionSchema(agents, strategies).safeParse(genesis.definition);
  if (!parsed.success) throw new UserError("the journal was begun by a version whose definitions this one does not read.");
  const definition = parsed.data;
  const chosen = definition.symbols.map((symbol) => [symbol, genesis.instruments[symbol]] as const);
  const known = chosen.flatMap(([, own]) => (own ? [own] : []));
  const decimals = quoteDecimals(known);
  const timeframe = parseTimeframe(definition.timeframe.decision) ?? 0;
  const instruments = chosen.map(([symbol, own]) => instrumentOf(symbol, own, decimals));
  const scale = instruments[0]?.quoteScale ?? 1;
  const plan = botOf(definition, Math.round(definition.capital * scale), agents, strategies);
  const keepBars = Math.max(LEAST_BARS, warmupBars(plan.agents));
  const { limits } = definition.trade;
  const symbols = instruments.map((instrument) => ({ instrument, bars: seriesFrom([], timeframe) }));
  return { bot: createBot({ ...plan, symbols, keepBars, limits }), definition };
}

function instrumentOf(symbol: string, own: InstrumentFilters | undefined, decimals: number) {
  if (!own) throw new UserError(`instruments: the venue has no ${symbol}.`);
  const made = createInstrument(symbol, own, decimals);
  if (typeof made === "string") throw new UserError(`instruments.${symbol}: ${made}.`);
  return made;
}

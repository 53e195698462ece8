import type { AgentEntry } from "../../core/agent.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";
import type { MarketsSettings } from "../definition/markets-schema.ts";
import { type Definition, definitionSchema } from "../definition/schema.ts";
import { rankingSteps } from "./ranking.ts";
import type { Ranking } from "./result.ts";

/** A definition that chooses its markets. */
export type Choosing = Definition & { readonly markets: MarketsSettings };

/** Whether a definition chooses its symbols itself. */
export function choosesMarkets(definition: Definition): definition is Choosing {
  return definition.markets !== undefined;
}

/** The definition whose `symbols` and `candles` are those that can be chosen from. `symbolsOf` lists what the store has of an exchange. */
export async function candidatesOf(definition: Choosing, symbolsOf: (exchange: string) => Promise<readonly string[]>): Promise<Definition> {
  const { from } = definition.markets;
  if (from === undefined) return definition;
  if (typeof from !== "string") return { ...definition, symbols: [...new Set(from)] };
  if (definition.candles !== from && definition.candles !== "synthetic:mix") {
    throw new UserError(`markets.from: ${from} chooses by the candles that would be traded, but candles names others; write candles: ${from}, or leave it out.`);
  }
  const quote = definition.symbols[0]?.split("/")[1] ?? "";
  const stored = await symbolsOf(from.slice("store:".length));
  const symbols = stored.filter((one) => one.endsWith(`/${quote}`)).toSorted();
  if (symbols.length === 0) throw new UserError(`markets.from: ${from} has no candles of symbols quoted in ${quote}, which is what the first of symbols (${definition.symbols[0] ?? ""}) is; get some with \`caucus data download\`.`);
  return { ...definition, symbols, candles: from };
}

/** What a choice is made of. */
export interface ChoiceOrder {
  readonly definition: Choosing;
  /** As `candidatesOf` gives it. */
  readonly candidates: Definition;
  readonly datasets: readonly Dataset[];
  /** The start of trading, epoch milliseconds: nothing that closed later is looked at. */
  readonly at: number;
  readonly agents: readonly AgentEntry[];
  readonly strategies: readonly StrategyEntry[];
}

/** The definition with the chosen symbols in place of `symbols`, and what was chosen by. */
export interface Choice {
  readonly definition: Definition;
  readonly ranking: Ranking;
}

/** Chooses a definition's symbols by what had closed before trading starts; yields the share done (0..1). Throws a `UserError` where nothing can be chosen. */
export function* choiceSteps({ definition, candidates, datasets, at, agents, strategies }: ChoiceOrder): Generator<number, Choice> {
  const { markets } = definition;
  const timeframe = parseTimeframe(markets.bars) ?? 0;
  const ranking = yield* rankingSteps({ definition: candidates, agents, datasets, held: [], timeframe, at, filters: markets.filters, weights: markets.weights });
  const top = ranking.ranked.slice(0, markets.top);
  const beyond = ranking.ranked.slice(markets.top);
  if (top.length === 0) {
    const why = ranking.leftOut.slice(0, MOST_NAMED).map((one) => `${one.symbol} (${one.why.join(", ")})`).join("; ");
    const more = ranking.leftOut.length > MOST_NAMED ? `; and ${ranking.leftOut.length - MOST_NAMED} more` : "";
    throw new UserError(`markets: none of ${ranking.leftOut.length} symbols can be chosen by the candles that had closed by ${ranking.at}: ${why}${more}. Give candles from before the start, let it start later, or loosen markets.filters.`);
  }
  const chosen = {
    at: ranking.at,
    symbols: top.map((one) => ({ symbol: one.symbol, total: one.total, why: reasonOf(one) })),
    leftOut: [
      ...beyond.map((one, i) => ({ symbol: one.symbol, why: `place ${markets.top + i + 1} of ${ranking.ranked.length}, with ${one.total.toFixed(3)}; the first ${markets.top} are taken` })),
      ...ranking.leftOut.map(({ symbol, why }) => ({ symbol, why: why.join(", ") })),
    ],
  };
  const symbols = top.map(({ symbol }) => symbol);
  // What the strategies ask of the symbols was checked for others: it is checked again for these.
  const made: Definition = { ...candidates, symbols, markets: { ...markets, chosen } };
  const parsed = definitionSchema(agents, strategies).safeParse(made);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new UserError(`markets: the chosen symbols (${symbols.join(", ")}) do not go with the rest of the definition: ${problems}.`);
  }
  // As it is, without what parsing it twice would fill in: a start compares it with the one in its journal.
  return { definition: made, ranking };
}

const MOST_NAMED = 5;

function reasonOf({ places, conviction, abstains }: Ranking["ranked"][number]): string {
  const place = (name: string, value: number): string => `${name} ${value.toFixed(2)}`;
  const council = conviction === null ? `council abstains (${abstains ?? ""})` : place("conviction", places.conviction);
  return [council, place("momentum", places.momentum), place("liquidity", places.liquidity), place("volatility", places.volatility), place("correlation", places.correlation), place("age", places.age)].join(", ");
}

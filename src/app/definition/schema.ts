import { z } from "zod";
import type { AgentEntry } from "../../core/agent.ts";
import { COUNTERS, DEFAULT_FILL_MODEL, GAPS, LIMIT_TESTS, PATHS } from "../../core/fill-model.ts";
import { POOLS } from "../../core/learning/learning.ts";
import { parseInstant } from "../../core/instant.ts";
import { parseStep } from "../../core/instrument.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { DELISTINGS } from "../backtest/plan.ts";
import { egressSchema } from "./egress-schema.ts";
import { feeProblems, feesSchema } from "./fees-schema.ts";
import { languageModelSchema } from "./language-model-schema.ts";
import { marketsSchema } from "./markets-schema.ts";
import { riskProblems } from "./risk-problems.ts";
import { riskSchema } from "./risk-schema.ts";
import { portfolioSchema } from "./portfolio-schema.ts";
import { searchSchema } from "./search-schema.ts";
import { sourcesSchema } from "./sources-schema.ts";
import { symbolSchema } from "./symbol-schema.ts";
import { telegramSchema } from "./telegram-schema.ts";
import { tradeSchema } from "./trade-schema.ts";
import { treasurySchema } from "./treasury-schema.ts";

const timeframe = z.string().refine((text) => parseTimeframe(text) !== null, "must be a timeframe such as 1m, 15m, 4h or 1d");
const instant = z.string().refine((text) => Number.isFinite(parseInstant(text)), "must be a UTC date such as 2024-01-31 or 2024-01-31T12:00");
const isStep = (value: "auto" | number): boolean => value === "auto" || parseStep(value) !== null;
const step = z.union([z.literal("auto"), z.number().positive()]).refine(isStep, "must be a decimal such as 0.01, of at most 12 places");
const least = z.union([z.literal("auto"), z.number().nonnegative()]);

const filters = {
  priceStep: step.describe("smallest step of a price, quote; auto: the venue's, else as fine as the candles"),
  quantityStep: step.describe("smallest step of a quantity, base; auto: the venue's, else worth at most half a cent or its like"),
  minQuantity: least.describe("smallest quantity of an order, base; auto: the venue's, else one step"),
  minNotional: least.describe("smallest worth of an order, quote; auto: the venue's, else 5 dollars or its like"),
};
const instrumentSchema = z.strictObject({
  priceStep: filters.priceStep.default("auto"),
  quantityStep: filters.quantityStep.default("auto"),
  minQuantity: filters.minQuantity.default("auto"),
  minNotional: filters.minNotional.default("auto"),
});
/** Without defaults, so that what a symbol does not say is what `instrument` says. */
const ownFiltersSchema = z.strictObject(filters).partial();

/** The schema of a definition, with the parameters of every agent and strategy in it. */
export function definitionSchema(agents: readonly AgentEntry[], strategies: readonly StrategyEntry[]) {
  const each = (entries: readonly { readonly name: string; readonly params: z.ZodType }[]) =>
    z.strictObject(Object.fromEntries(entries.map((entry) => [entry.name, entry.params.optional()])));
  const weights = z.strictObject(Object.fromEntries(agents.map(({ name }) => [name, z.number().min(0).max(100).optional().describe("weight of this agent's vote; 1 where not named")])));
  // What trades by hand is there for those who ask for it.
  const all = (entries: readonly { readonly name: string; readonly byHand?: boolean; readonly onlyNamed?: true }[]) => Object.fromEntries(entries.flatMap(({ name, byHand, onlyNamed }) => (byHand || onlyNamed ? [] : [[name, {}]])));
  return z
    .strictObject({
      name: z.string().min(1).max(80).default("unnamed").describe("what the run is called; the file's name when it is left out"),
      symbols: z.array(symbolSchema).min(1).max(50).default(["BTC/USDT"]).describe("one or several; they share the capital"),
      markets: marketsSchema.optional().describe("chooses the symbols at the start, by what had happened before it; absent: `symbols` as they stand"),
      candles: z
        .union([z.string().min(1), z.record(symbolSchema, z.string().min(1))])
        .default("synthetic:mix")
        .describe("synthetic:<kind>[?seed=1&days=90], store:<exchange>, or a file; or a map from symbol to one of these"),
      volumeIn: z.enum(["base", "quote"]).default("base").describe("what the volume column of a file counts"),
      timeframe: z
        .strictObject({
          fill: z.union([z.literal("auto"), timeframe]).default("auto").describe("candles that fill orders; auto: the candles' own"),
          decision: timeframe.default("1h").describe("bars on which agents vote; resampled from the same candles"),
        })
        .prefault({}),
      from: instant.optional().describe("first instant that is traded, UTC; what lies before warms the agents up"),
      to: instant.optional().describe("end, UTC"),
      capital: z.number().positive().default(10_000).describe("quote at the start, all symbols together"),
      seed: z.number().int().min(0).max(4_294_967_295).default(1).describe("seed of synthetic markets"),
      fees: feesSchema.prefault({}),
      fillModel: z
        .strictObject({
          path: z.enum(PATHS).default(DEFAULT_FILL_MODEL.path).describe("order in which a candle visits its extremes"),
          limitTest: z.enum(LIMIT_TESTS).default(DEFAULT_FILL_MODEL.limitTest).describe("a limit fills when the price goes through it, or touches it"),
          counter: z.enum(COUNTERS).default(DEFAULT_FILL_MODEL.counter).describe("from when the order that a fill gives birth to may fill: same candle, or next"),
          gap: z.enum(GAPS).default(DEFAULT_FILL_MODEL.gap).describe("a resting limit that was gapped through fills at its own price, or at the open"),
          volumeShare: z.number().positive().max(1).default(DEFAULT_FILL_MODEL.volumeShare).describe("largest share of a candle's volume that our orders may take"),
        })
        .prefault({}),
      instrument: instrumentSchema.prefault({}).describe("the venue's filters, for all symbols"),
      instruments: z.record(symbolSchema, ownFiltersSchema).default({}).describe("filters of single symbols"),
      delisting: z.enum(DELISTINGS).default("last-close").describe("what is still held of a symbol whose candles end before the run does: worth its last close, or worthless"),
      riskProfile: riskSchema.default("balanced").describe("the owner's limits, a name or a group with numbers of your own; without agents they do not apply"),
      treasury: treasurySchema.optional().describe("cash that is never touched, and who may use what lies idle; absent: the profile's reserve, and nobody"),
      coordinator: z
        .strictObject({
          weights: weights.default({}),
          quorum: z.number().min(0).max(1).default(0.5).describe("share of the weight that must vote for a decision other than hold"),
          enter: z.number().min(0).max(1).default(0.08).describe("conviction at which a direction is taken"),
          leave: z.number().min(0).max(1).default(0.05).describe("conviction under which it is left again"),
          dwell: z.number().int().min(0).max(1_000).default(6).describe("decisions that a stance lasts at least; a halt does not wait"),
          pool: z.enum(POOLS).default("hedge").describe("weights of the votes: learned from scored forecasts (hedge), equal, or fixed as `weights` says; with hedge those are what it begins with"),
          horizon: z.number().int().min(1).max(10_000).default(24).describe("decision bars after which a vote is scored against the price"),
          kelly: z.number().positive().max(1).default(0.5).describe("share of the Kelly bet that a stance with a direction may put in the market at the most"),
        })
        .prefault({}),
      trade: tradeSchema.prefault({}).describe("how the definition runs outside a backtest"),
      telegram: telegramSchema.optional().describe("opens a running bot to these people; the token comes from CAUCUS_TELEGRAM_TOKEN"),
      languageModel: languageModelSchema.optional().describe("a model that reads and judges, and never trades; its key comes from CAUCUS_LLM_KEY"),
      portfolio: portfolioSchema.optional().describe("what you own and where, for `caucus portfolio` and /portfolio; nothing trades by it"),
      sources: sourcesSchema.optional().describe("what is read outside the market; absent: nothing"),
      egress: egressSchema.optional().describe("hosts that may be reached besides those that the rest of the definition names; every other one is refused"),
      search: searchSchema.optional().describe("what `caucus optimize` tries; a backtest does not read it"),
      agents: each(agents).default(all(agents.filter(({ needs }) => needs === undefined))).describe("the council; none runs the strategies alone"),
      strategies: each(strategies).default(all(strategies)).describe("at least one"),
    })
    .superRefine((definition, context) => {
      const problem = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
      for (const { path, message } of riskProblems(definition, strategies.flatMap(({ name, byHand, wholeAccount }) => (byHand || wholeAccount ? [name] : [])))) problem([...path], message);
      for (const { path, message } of feeProblems(definition)) problem([...path], message);
      const { from, to, timeframe: frames, coordinator } = definition;
      if (from !== undefined && to !== undefined && parseInstant(from) >= parseInstant(to)) problem(["to"], `must be after from (${from}), got ${to}`);
      if (coordinator.leave > coordinator.enter) problem(["coordinator", "leave"], `must not be above enter (${coordinator.enter}), got ${coordinator.leave}`);
      const fill = parseTimeframe(frames.fill);
      const decision = parseTimeframe(frames.decision);
      if (fill !== null && decision !== null && decision % fill !== 0) problem(["timeframe", "decision"], `must be a multiple of fill (${frames.fill}), got ${frames.decision}`);
      if (Object.values(definition.strategies).every((params) => params === undefined)) {
        problem(["strategies"], `at least one is needed: ${strategies.map(({ name }) => name).join(", ")}`);
      }
      for (const { name, listensTo, wholeAccount } of strategies) {
        const params = definition.strategies[name];
        const misfit = params === undefined ? null : (wholeAccount?.misfit(params, definition.symbols) ?? null);
        if (misfit) problem(["strategies", name, ...misfit.path], misfit.message);
        for (const agent of params === undefined ? [] : (listensTo?.(params) ?? [])) {
          if (definition.agents[agent] === undefined) problem(["strategies", name], `listens to "${agent}", which is not in this definition's council: ${Object.keys(definition.agents).join(", ") || "no agents vote"}`);
        }
      }
      if (new Set(definition.symbols).size < definition.symbols.length) problem(["symbols"], "each symbol may be there once");
      const quotes = new Set(definition.symbols.map((one) => one.split("/")[1]));
      if (quotes.size > 1) problem(["symbols"], `must share one quote asset, since they share the cash; got ${[...quotes].join(", ")}`);
    });
}

/** A resolved definition: every default filled in. */
export type Definition = z.infer<ReturnType<typeof definitionSchema>>;

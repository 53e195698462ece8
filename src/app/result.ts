import { z } from "zod";
import { outsideReportSchema } from "./council/outside-report.ts";
import { councilSchema } from "./council/result.ts";

const figure = z.number();
/** A figure that can be undefined for a run (too short, no losses): `null`, never NaN. */
const optionalFigure = z.number().nullable();
const time = z.number().int().describe("epoch milliseconds, UTC");

const fillSchema = z.strictObject({
  id: z.number().int(),
  time,
  symbol: z.string(),
  strategy: z.string(),
  key: z.string().describe("the intent: lot and turn"),
  side: z.enum(["buy", "sell"]),
  price: figure.describe("quote"),
  quantity: figure.describe("base"),
  notional: figure.describe("quote"),
  fee: figure,
  feeCurrency: z.string(),
  liquidity: z.enum(["maker", "taker"]),
  reason: z.string(),
});

const levelSchema = z.strictObject({
  kind: z.enum(["support", "resistance"]),
  price: figure,
  strength: figure,
  touches: z.number().int(),
});

const vetoSchema = z.strictObject({ agent: z.string(), maxExposure: figure, limit: z.string() });

const voteSchema = z.strictObject({
  time,
  expires: time,
  symbol: z.string(),
  agent: z.string(),
  score: figure.describe("-1 to 1"),
  confidence: figure.describe("0 to 1"),
  reason: z.string(),
  evidence: z.record(z.string(), z.union([z.number().nullable(), z.string(), z.boolean()])).readonly(),
  levels: z.array(levelSchema.readonly()).readonly().optional(),
  veto: vetoSchema.omit({ agent: true }).optional(),
  ranging: figure.optional(),
  size: figure.optional(),
});

const decisionSchema = z.strictObject({
  time,
  symbol: z.string(),
  stance: z.enum(["range", "accumulate", "reduce", "halt", "hold"]),
  conviction: figure.describe("-1 to 1"),
  exposure: figure.describe("0 to 1, the cap"),
  shares: z.record(z.string(), figure).readonly(),
  levels: z.array(levelSchema.readonly()).readonly(),
  vetoes: z.array(vetoSchema),
  reason: z.string(),
});

const equitySchema = z.strictObject({
  time,
  equity: figure.describe("quote"),
  cash: figure.describe("quote"),
  exposure: figure.describe("share of equity held in base assets"),
});

const roundTripSchema = z.strictObject({
  symbol: z.string(),
  strategy: z.string(),
  lot: z.string(),
  openTime: time,
  closeTime: time,
  quantity: figure.describe("base sold"),
  entryPrice: figure,
  exitPrice: figure,
  fees: figure.describe("quote"),
  profit: figure.describe("quote, after fees"),
  return: figure.describe("profit over cost"),
});

const ladderSchema = z.strictObject({
  time,
  symbol: z.string(),
  strategy: z.string(),
  prices: z.array(figure).describe("the strategy's own price levels from this time on"),
});

const strategyResultSchema = z.strictObject({
  symbol: z.string(),
  strategy: z.string(),
  fills: z.number().int(),
  roundTrips: z.number().int(),
  closedProfit: figure,
  unrealisedProfit: figure,
  baseHeld: figure,
  feesPaid: figure,
});

const symbolResultSchema = z.strictObject({
  symbol: z.string(),
  from: time.describe("open of its first traded candle"),
  to: time.describe("close of its last candle"),
  beganLate: z.boolean().describe("its candles begin more than three decision bars after the run"),
  delisted: z.boolean().describe("its candles end more than three decision bars before the run: what is held of it cannot be sold"),
  fills: z.number().int(),
  roundTrips: z.number().int(),
  profit: figure.describe("closed and unrealised, quote"),
  closedProfit: figure,
  unrealisedProfit: figure,
  feesPaid: figure.describe("quote"),
  exposure: figure.describe("average share of equity held in it"),
  held: figure.describe("base held at the end"),
  value: figure.describe("what that counts for, quote"),
  buyAndHold: figure.describe("return of holding it from its first traded close to its last, after the taker fee"),
});

/** The figures of a run. */
export const backtestResultSchema = z.strictObject({
  startEquity: figure,
  finalEquity: figure.describe("inventory marked at the last close"),
  liquidationEquity: figure.describe("inventory sold at the last close less taker fee and slippage"),
  totalReturn: figure.describe("fraction"),
  cagr: optionalFigure,
  buyAndHold: z.strictObject({
    totalReturn: figure.describe("everything in the symbols from the first close to the last, after the taker fee"),
    equalExposureReturn: figure.describe("the run's average exposure held all the time, brought back to it at every close"),
    cashReturn: figure.describe("nothing held"),
    maxDrawdown: figure.describe("negative fraction, of buy and hold"),
  }),
  maxDrawdown: figure.describe("negative fraction, marked at every fill candle's close"),
  maxDrawdownDays: figure.describe("longest time under water, days"),
  sharpe: optionalFigure,
  sortino: optionalFigure,
  calmar: optionalFigure,
  omega: optionalFigure,
  ulcer: optionalFigure,
  profitFactor: optionalFigure,
  expectancy: optionalFigure.describe("quote a round trip"),
  sqn: optionalFigure,
  winRate: optionalFigure,
  payoff: optionalFigure,
  exposure: figure.describe("average share of equity in base assets"),
  turnover: figure.describe("traded notional over start equity"),
  feesPaid: figure.describe("quote, base fees at their fill's price"),
  fills: z.number().int(),
  roundTrips: z.number().int(),
  closedProfit: figure.describe("realised by closed lots, after fees"),
  unrealisedProfit: figure.describe("of the lots still open and of dust, at the last close"),
  worstOpenLoss: figure.describe("lowest unrealised profit at any decision, quote, at most 0"),
  dust: figure.describe("value of what is under one quantity step, quote at the last close"),
  baseHeld: figure.describe("base of the first symbol held at the end"),
  holdings: z.record(z.string(), figure).describe("base held at the end by symbol"),
  symbols: z.array(symbolResultSchema).default([]).describe("each symbol: when it was there, what it did, what is left of it"),
  refused: z.record(z.string(), z.number().int()).describe("refused and rejected orders by reason"),
  decisions: z.number().int(),
  votes: z.number().int(),
  stances: z.record(z.string(), z.number().int()).describe("decisions by stance"),
  switchesPerMonth: optionalFigure.describe("changes of stance a symbol and 30.44 days; null without decisions"),
  malformed: z.record(z.string(), z.number().int()).describe("answers that could not be used and counted as abstentions, by agent"),
  strategies: z.array(strategyResultSchema),
});

/** The candles that a run was made of. */
export const backtestDataSchema = z.strictObject({
  hash: z.string().describe("sha256 over the candle columns"),
  candles: z.number().int(),
  from: z.string().describe("open of the first candle, ISO 8601"),
  to: z.string().describe("close of the last candle, ISO 8601"),
  synthetic: z.boolean(),
  symbols: z.array(
    z.strictObject({
      symbol: z.string(),
      source: z.string(),
      hash: z.string(),
      candles: z.number().int(),
      from: z.string(),
      to: z.string(),
      timeframe: z.string(),
      gaps: z.number().int(),
      missing: z.number().int().describe("candles missing in the gaps"),
      synthetic: z.boolean(),
    }),
  ),
});

const span = z.strictObject({ least: figure, base: figure, most: figure });

const boundsSchema = z.strictObject({
  totalReturn: span,
  maxDrawdown: span,
  fills: span,
  spread: figure.describe("most less least return, fraction"),
  tooCoarse: z.boolean().describe("the spread is over 25 %: the candles are too coarse for this strategy"),
  runs: z.array(
    z.strictObject({
      path: z.string(),
      limitTest: z.string(),
      counter: z.string(),
      totalReturn: figure,
      maxDrawdown: figure,
      fills: z.number().int(),
    }),
  ),
});

/** What `caucus backtest --json` prints: the stable interface, printed as JSON Schema by `caucus schema`. */
export const backtestOutputSchema = z.strictObject({
  version: z.literal(1),
  definition: z.record(z.string(), z.unknown()).describe("the resolved definition"),
  data: backtestDataSchema,
  result: backtestResultSchema,
  council: z.array(councilSchema).nullable().describe("what the votes were worth, by symbol; null where no agent forecasts a direction"),
  warnings: z.array(z.string()),
  outside: outsideReportSchema.optional().describe("what was known outside the market; absent where nothing is looked at"),
  bounds: boundsSchema.optional(),
  fills: z.array(fillSchema).optional(),
  votes: z.array(voteSchema).optional(),
  decisions: z.array(decisionSchema).optional(),
  equity: z.array(equitySchema).optional(),
  roundTrips: z.array(roundTripSchema).optional(),
  ladders: z.array(ladderSchema).optional(),
});

export type { CalibrationBin, CouncilScores, ForecasterScore, PoolAgainst } from "./council/result.ts";
/** The parsed form of the JSON that a backtest prints. */
export type BacktestOutput = z.infer<typeof backtestOutputSchema>;
/** The figures of a run. */
export type BacktestResult = z.infer<typeof backtestResultSchema>;
/** One symbol of a run. */
export type SymbolResult = z.infer<typeof symbolResultSchema>;
/** The least, base and most of return, drawdown and fills over the sixteen fill models. */
export type BacktestBounds = z.infer<typeof boundsSchema>;
/** One execution, in decimals. */
export type FillRecord = z.infer<typeof fillSchema>;
/** One vote, in the form it is kept. */
export type VoteRecord = z.infer<typeof voteSchema>;
/** One decision, in the form it is kept. */
export type DecisionRecord = z.infer<typeof decisionSchema>;
/** Entry to exit of one lot. */
export type RoundTripRecord = z.infer<typeof roundTripSchema>;
/** One sample of the equity curve. */
export type EquityRecord = z.infer<typeof equitySchema>;
/** A strategy's own price levels from a time on. */
export type LadderRecord = z.infer<typeof ladderSchema>;
/** A run with all its lists, as the report wants it. */
export type FullBacktestOutput = BacktestOutput & {
  [List in "fills" | "votes" | "decisions" | "equity" | "roundTrips" | "ladders"]: NonNullable<BacktestOutput[List]>;
};

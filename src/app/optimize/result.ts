import { z } from "zod";
import { OBJECTIVES, SEARCH_METHODS } from "../definition/search-schema.ts";
import { backtestOutputSchema } from "../result.ts";

const figure = z.number();
/** `null` where a figure is not defined, never NaN or Infinity. */
const optionalFigure = z.number().nullable();
const time = z.number().int().describe("epoch milliseconds, UTC");
const span = z.strictObject({ from: time, to: time });

const valueSchema = z.union([z.number(), z.string(), z.boolean()]);
const parametersSchema = z.record(z.string(), valueSchema).describe("dotted key of the definition to its value");

/** The figures of a trial that are kept: those that a search can aim at, and those that explain them. */
export const trialFiguresSchema = z.strictObject({
  totalReturn: figure.describe("fraction"),
  cagr: optionalFigure,
  sharpe: optionalFigure.describe("annual"),
  sortino: optionalFigure.describe("annual"),
  calmar: optionalFigure,
  maxDrawdown: figure.describe("negative fraction"),
  exposure: figure.describe("average share of equity in base assets"),
  turnover: figure.describe("traded notional over start equity"),
  feesPaid: figure.describe("quote"),
  fills: z.number().int(),
  roundTrips: z.number().int(),
});

const dimensionSchema = z.strictObject({
  key: z.string().describe("dotted key of the definition"),
  from: z.number().optional(),
  to: z.number().optional(),
  step: z.number().optional(),
  scale: z.enum(["linear", "log"]).optional(),
  values: z.array(valueSchema).optional().describe("a list instead of a range"),
});

const trialSchema = z.strictObject({
  number: z.number().int().describe("from 0, in the order in which they were asked for"),
  parameters: parametersSchema,
  state: z.enum(["done", "failed"]),
  objectives: z.array(optionalFigure).describe("in the order of search.objectives; null: not defined for this run"),
  figures: trialFiguresSchema.nullable(),
  reason: z.string().nullable().describe("why it failed"),
});

const intervalSchema = z.strictObject({ estimate: figure, low: figure, high: figure });

const foldSchema = z.strictObject({
  inSample: span,
  outOfSample: span,
  trials: z.number().int().describe("parameter sets tried in sample"),
  parameters: parametersSchema.nullable().describe("chosen in sample; null: no set could run there"),
  inSampleObjective: optionalFigure,
  outOfSampleObjective: optionalFigure,
  inSampleReturn: optionalFigure.describe("fraction"),
  outOfSampleReturn: optionalFigure.describe("fraction"),
});

const walkForwardSchema = z.strictObject({
  folds: z.array(foldSchema),
  totalReturn: optionalFigure.describe("of the out-of-sample parts joined, fraction"),
  sharpe: optionalFigure.describe("of the out-of-sample parts joined, annual"),
  efficiency: optionalFigure.describe("mean daily return out of sample over that in sample; null when nothing was earned in sample"),
  daily: z.array(figure).describe("daily returns of the joined out-of-sample parts"),
});

const ruleSchema = z.strictObject({
  name: z.string(),
  totalReturn: figure,
  sharpe: optionalFigure,
  maxDrawdown: figure.describe("negative fraction"),
  objective: optionalFigure.describe("the first objective"),
});

const honestySchema = z.strictObject({
  trials: z.number().int().describe("N: distinct parameter sets ever tried on this definition and data, failed ones included"),
  observations: z.number().int().describe("days of the winner"),
  sharpeVariance: optionalFigure.describe("of the daily Sharpe ratio over the trials"),
  expectedMaximumSharpe: optionalFigure.describe("annual Sharpe that the best of N would show by luck alone"),
  probabilisticSharpe: optionalFigure.describe("probability that the true Sharpe is above 0, as if the winner were the only trial"),
  deflatedSharpe: optionalFigure.describe("the same against the expected maximum of N trials"),
  minimumTrackRecord: optionalFigure.describe("days needed for 95 % confidence in a Sharpe above 0; null: never, or not defined"),
  minimumBacktestYears: optionalFigure.describe("years under which the best of N shows this Sharpe by luck"),
  realityCheckP: optionalFigure.describe("White's reality check over all trials, against doing nothing"),
  overfitting: z
    .strictObject({ pbo: figure, blocks: z.number().int(), trials: z.number().int(), logits: z.array(figure) })
    .nullable()
    .describe("probability of backtest overfitting by CSCV over the daily returns of all trials"),
  neighbours: z.strictObject({
    list: z.array(z.strictObject({ parameters: parametersSchema, objective: optionalFigure })),
    median: optionalFigure.describe("first objective, one step away in each dimension"),
  }),
  walkForward: z.strictObject({ anchored: walkForwardSchema, rolling: walkForwardSchema }).nullable().describe("null: the data are too short for the folds"),
  intervals: z
    .strictObject({ totalReturn: intervalSchema.nullable(), sharpe: intervalSchema.nullable() })
    .describe("95 %, stationary block bootstrap of daily returns; sharpe is annual"),
  bounds: backtestOutputSchema.shape.bounds.unwrap().describe("the winner over all sixteen fill models"),
  rules: z.array(ruleSchema).describe("what needs no search: the definition as it is written, holding, holding as much as the winner, cash"),
  bestRule: z.string().describe("the best of them by the first objective"),
  verdict: z.strictObject({ trade: z.boolean(), line: z.string(), reasons: z.array(z.string()) }),
});

/** What `caucus optimize --json` prints. */
export const searchResultSchema = z.strictObject({
  version: z.literal(1),
  definition: z.record(z.string(), z.unknown()).describe("the resolved definition, without the search"),
  data: backtestOutputSchema.shape.data,
  search: z.strictObject({
    hash: z.string().describe("of definition, data and search; names the report"),
    method: z.enum(SEARCH_METHODS),
    seed: z.number().int(),
    objectives: z.array(z.enum(OBJECTIVES)),
    folds: z.number().int(),
    space: z.array(dimensionSchema),
    asked: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
  }),
  trials: z.array(trialSchema),
  winner: z.strictObject({
    number: z.number().int(),
    parameters: parametersSchema,
    flags: z.array(z.string()).describe("what to give `caucus backtest` to run it"),
    result: backtestOutputSchema.shape.result,
    startTime: time,
    daily: z.array(figure).describe("daily returns"),
  }),
  front: z.array(z.number().int()).describe("trials that no other beats in every objective"),
  honesty: honestySchema,
  warnings: z.array(z.string()),
});

/** The result of a search. */
export type SearchResult = z.infer<typeof searchResultSchema>;
/** One trial of the result. */
export type SearchTrial = SearchResult["trials"][number];
/** The honesty block. */
export type Honesty = z.infer<typeof honestySchema>;
/** One way of walking forward. */
export type WalkForward = z.infer<typeof walkForwardSchema>;
/** A rule without parameters. */
export type Rule = z.infer<typeof ruleSchema>;
/** Kept figures of a trial. */
export type TrialFigures = z.infer<typeof trialFiguresSchema>;
/** Dotted key of the definition to its value. */
export type Parameters = Readonly<Record<string, number | string | boolean>>;

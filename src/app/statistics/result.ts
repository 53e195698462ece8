import { z } from "zod";

const figure = z.number();
/** `null` where a figure is not defined (nothing varies, no loss, too short), never NaN. */
const optionalFigure = z.number().nullable();
const interval = z.strictObject({ low: figure, high: figure }).nullable().describe("95 % by the stationary block bootstrap");

const columnSchema = z.strictObject({
  name: z.string(),
  observations: z.number().int(),
  totalReturn: figure.describe("fraction"),
  cagr: optionalFigure.describe("fraction a year; from a day on"),
  sharpe: optionalFigure.describe("annual"),
  sharpeInterval: interval,
  totalReturnInterval: interval,
  sortino: optionalFigure.describe("annual"),
  calmar: optionalFigure.describe("from 90 days on"),
  omega: optionalFigure,
  ulcer: optionalFigure.describe("fraction"),
  sqn: optionalFigure.describe("of periods, not of round trips"),
  maxDrawdown: figure.describe("negative fraction"),
  skewness: optionalFigure,
  kurtosis: optionalFigure.describe("3 for a normal"),
  probabilisticSharpe: optionalFigure.describe("0 to 1: the Sharpe ratio is over the benchmark"),
  minimumTrackRecord: optionalFigure.describe("observations at 95 %; null when no number is enough"),
});

const bestSchema = z.strictObject({
  name: z.string().describe("the column with the highest Sharpe ratio"),
  trials: z.number().int().describe("N: every trial that the choice was made from"),
  years: figure,
  luckSharpe: figure.describe("annual: what the luckiest of N trials without edge is expected to show"),
  deflatedSharpe: figure.describe("0 to 1: the Sharpe ratio is over luckSharpe"),
  minimumBacktestYears: optionalFigure.describe("null when the Sharpe ratio is not over 0"),
});

/** What `caucus stats --json` prints. */
export const statisticsSchema = z.strictObject({
  version: z.literal(1),
  source: z.string(),
  settings: z.strictObject({
    periods: figure.describe("periods a year"),
    blocks: z.number().int(),
    metric: z.enum(["sharpe", "mean"]).describe("what the PBO ranks trials by"),
    benchmarkSharpe: figure.describe("annual"),
    seed: z.number().int(),
    samples: z.number().int().describe("resamples of each bootstrap"),
    meanBlock: z.number().int().describe("mean length of a bootstrap block in periods"),
  }),
  columns: z.array(columnSchema),
  best: bestSchema.nullable().describe("null when no column varies"),
  overfitting: z
    .strictObject({
      pbo: figure.describe("0 to 1"),
      halves: z.number().int(),
      medianLogit: figure,
      loss: figure.describe("0 to 1: halves whose winner lost in the other half"),
      observations: z.number().int().describe("rows used"),
    })
    .nullable()
    .describe("null with one column"),
  realityCheck: z.strictObject({ p: figure, statistic: figure }).nullable(),
  verdict: z.strictObject({ trade: z.boolean(), line: z.string(), reasons: z.array(z.string()) }),
  warnings: z.array(z.string()),
});

/** All statistics of a file of returns. */
export type Statistics = z.infer<typeof statisticsSchema>;
/** The statistics of one column. */
export type ColumnStatistics = z.infer<typeof columnSchema>;

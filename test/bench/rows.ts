import { z } from "zod";

/** The rows of `npm run bench`, by the name under which `row.ts` runs them. */
export const ROWS: Readonly<Record<string, string>> = {
  council: "default: whole council, grid, DCA",
  fixed: "fixed grid, 50 levels within 20 %",
  follows: "grid that follows, 50 levels within 20 %",
  dca: "DCA deals alone, 8 safety orders",
  recorded: "default, recorded BTC/USDT",
  many: "default, 50 symbols, two years of hours",
  store: "load from the store",
  csv: "load from CSV, with its check",
};

/**
 * Runs that the median is of, and those before it in which V8 compiles: held to one core it does that beside the work, and after five runs of
 * ten milliseconds it had not finished. One run of many symbols takes as long as all runs of another row.
 */
export const runsOf = (id: string): { readonly iterations: number; readonly warmupIterations: number } => (id === "many" ? { iterations: 3, warmupIterations: 1 } : { iterations: 11, warmupIterations: 40 });

/** What a row came to. */
export const benchRow = z.strictObject({ name: z.string(), candles: z.number(), milliseconds: z.number(), candlesPerSecond: z.number(), fills: z.number().nullable() });
export type BenchRow = z.infer<typeof benchRow>;

/** What a search came to: its sets on threads that have just started, and the same once more. */
export const searchRow = z.strictObject({ threads: z.number(), firstMilliseconds: z.number(), laterMilliseconds: z.number(), trials: z.number() });
export type SearchRow = z.infer<typeof searchRow>;

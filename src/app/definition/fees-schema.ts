import { z } from "zod";
import { FEE_CURRENCIES } from "../../core/fill-model.ts";
import type { MarketsSettings } from "./markets-schema.ts";
import { type Problem, suggestion } from "./problems.ts";
import { symbolSchema } from "./symbol-schema.ts";

const rate = z.number().min(0).max(0.1);

const rates = {
  maker: rate.describe("fraction of the notional"),
  taker: rate.describe("fraction of the notional"),
  slippage: rate.describe("what a taker pays beyond the price, fraction"),
};
/** Without defaults, so that what a symbol does not say is what all pay. */
const ownFeesSchema = z.strictObject(rates).partial();

/** What trading costs: what all symbols pay, and what single ones pay instead. */
export const feesSchema = z.strictObject({
  maker: rates.maker.default(0.001),
  taker: rates.taker.default(0.001),
  currency: z.enum(FEE_CURRENCIES).default("received").describe("what the fee of a buy is paid in: the asset received, or quote"),
  slippage: rates.slippage.default(0.0005),
  of: z.record(symbolSchema, ownFeesSchema).optional().describe("fees of single symbols, as of another exchange; what one does not name is as for all"),
});

/** Fees of symbols that are not traded: a name that is misspelled would leave its symbol with the common fees. */
export function feeProblems({ fees: { of = {} }, symbols, markets }: { readonly fees: z.infer<typeof feesSchema>; readonly symbols: readonly string[]; readonly markets?: MarketsSettings | undefined }): Problem[] {
  const known = tradable(symbols, markets);
  if (known === null) return [];
  const where = markets === undefined ? "this definition's symbols" : "the symbols that `markets` chooses from";
  return Object.keys(of).filter((one) => !known.includes(one)).map((one) => ({ path: ["fees", "of", one], message: `is not among ${where}${suggestion(one, known)}` }));
}

/** Every symbol that may come to be traded; null while only the candle store knows them. */
function tradable(symbols: readonly string[], markets: MarketsSettings | undefined): readonly string[] | null {
  if (markets === undefined) return symbols;
  if (markets.chosen !== undefined) return [...markets.chosen.symbols, ...markets.chosen.leftOut].map((one) => one.symbol);
  if (markets.from === undefined) return symbols;
  return typeof markets.from === "string" ? null : markets.from;
}

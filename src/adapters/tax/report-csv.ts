import { textOf } from "../../core/holdings/exact.ts";
import type { PriceUse } from "../../core/tax/entries.ts";
import type { TaxYear } from "../../core/tax/year.ts";
import { type CsvCell, csvText } from "./csv-write.ts";
import type { Unread } from "./format.ts";

/** The lists of a year as CSV texts by the name of their file; amounts exact, times in ISO 8601 UTC. */
export function yearCsvs(year: TaxYear, unread: readonly Unread[]): ReadonlyMap<string, string> {
  const { currency } = year.settings;
  return new Map([
    ["gains.csv", csvText(
      ["disposed", "acquired", "kind", "account", "asset", "quantity", "proceeds", "cost", "gain", "currency", "term", "counted", "origin", "lot"],
      year.disposals.map((one) => [iso(one.time), iso(one.acquired), one.kind, one.account, one.asset, textOf(one.quantity), textOf(one.proceeds), textOf(one.cost), textOf(one.gain), currency, one.term, one.counted ? "yes" : "no", one.origin, one.lot]),
    )],
    ["income.csv", csvText(["time", "kind", "account", "asset", "quantity", "value", "currency", "origin"], year.income.map((one) => [iso(one.time), one.kind, one.account, one.asset, textOf(one.quantity), textOf(one.value), currency, one.origin]))],
    ["fees.csv", csvText(["time", "account", "asset", "quantity", "value", "currency", "treatment", "origin"], year.fees.map((one) => [iso(one.time), one.account, one.asset, textOf(one.quantity), one.value === null ? null : textOf(one.value), currency, one.treatment, one.origin]))],
    ["lots.csv", csvText(["account", "asset", "acquired", "quantity", "cost", "currency", "lot"], year.lots.map((one) => [one.account, one.asset, iso(one.acquired), textOf(one.quantity), textOf(one.cost), currency, one.lot]))],
    ["balances.csv", csvText(["account", "asset", "quantity"], year.balances.map((one) => [one.account, one.asset, textOf(one.quantity)]))],
    ["problems.csv", csvText(["time", "kind", "asset", "quantity", "text", "origin"], [
      ...year.problems.map((one): CsvCell[] => [iso(one.time), one.kind, one.asset, textOf(one.quantity), one.text, one.origin]),
      ...unread.map((one): CsvCell[] => [one.time === null ? null : iso(one.time), "not understood", null, null, one.text, one.origin]),
    ])],
    ["prices.csv", csvText(["time", "asset", "quantity", "value", "currency", "source", "candles", "origin"], year.prices.map((one) => [iso(one.time), one.asset, textOf(one.quantity), textOf(one.value), currency, one.source, legsText(one), one.origin]))],
  ]);
}

/** The candles of a price in words: symbol, close, when it closed, and the file or store. */
export const legsText = ({ legs }: PriceUse): string => legs.map(({ symbol, source, close, closedAt, inverted }) => `${inverted ? "1 / " : ""}${symbol} ${close} closed ${iso(closedAt)} (${source})`).join("; ");

const iso = (time: number): string => new Date(time).toISOString();

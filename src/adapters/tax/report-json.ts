import { type Exact, textOf } from "../../core/holdings/exact.ts";
import type { TaxYear } from "../../core/tax/year.ts";
import type { ReportContext } from "./report-html.ts";

/** The year as plain data: decimals as texts, maps as objects, times in epoch milliseconds. */
export function yearJson(year: TaxYear, context: ReportContext): unknown {
  return plain({ ...year, sources: context.sources, zone: context.zone, unread: context.unread, notes: context.notes, complete: year.problems.length + context.unread.length === 0 });
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), plain(one)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return isExact(value) ? textOf(value) : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

const isExact = (value: object): value is Exact => "units" in value && typeof value.units === "bigint";

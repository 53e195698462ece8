import { type Exact, textOf } from "../../core/holdings/exact.ts";
import type { TaxYear } from "../../core/tax/year.ts";
import type { ReportContext } from "./report-html.ts";
import type { TaxReport } from "./report-schema.ts";

/** What `plain` makes of a value: decimals as texts, maps as objects. */
type Plain<T> = T extends Exact
  ? string
  : T extends ReadonlyMap<infer Key, infer Value>
    ? Record<Key & string, Plain<Value>>
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T;

/** The year as plain data: decimals as texts, maps as objects, times in epoch milliseconds. */
export function yearJson(year: TaxYear, context: ReportContext): TaxReport {
  return plain({ ...year, sources: context.sources, zone: context.zone, unread: context.unread, notes: context.notes, complete: year.problems.length + context.unread.length === 0 });
}

// What follows from the type of a value at run time is beyond the compiler; `Plain` says the same as `plainly` does.
const plain = <T>(value: T): Plain<T> => plainly(value) as Plain<T>;

function plainly(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), plainly(one)]));
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== "object" || value === null) return value;
  return isExact(value) ? textOf(value) : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainly(one)]));
}

const isExact = (value: object): value is Exact => "units" in value && typeof value.units === "bigint";

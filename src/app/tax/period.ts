import type { TaxPeriod } from "../../core/tax/year.ts";
import { UserError } from "../../core/user-error.ts";

/** A calendar year in a time zone such as Europe/Berlin; instants in epoch milliseconds. */
export function periodOf(year: number, zone: string): TaxPeriod {
  try {
    return { name: String(year), from: startOf(year, zone), to: startOf(year + 1, zone) };
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`--zone ${zone}: there is no such time zone; write one such as Europe/Berlin or UTC.`);
    throw error;
  }
}

function startOf(year: number, zone: string): number {
  const wanted = Date.UTC(year, 0, 1);
  // Twice, because the zone's offset at the first guess may be that of the old year.
  const guess = wanted - offsetAt(wanted, zone);
  return wanted - offsetAt(guess, zone);
}

/** How far a zone's clocks are ahead of UTC at an instant, milliseconds. */
function offsetAt(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - time;
}

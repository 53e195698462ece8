const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** The parts of a local time in digits, by name; epoch milliseconds in. */
export function partsOf(time: number, timeZone: string): Record<string, string> {
  return Object.fromEntries(formatOf(timeZone).formatToParts(time).map(({ type, value }) => [type, value]));
}

const known = (time: number): boolean => Number.isFinite(time) && Math.abs(time) < 8.64e15;

/** "2024-01-31 13:05 CET": local time of a zone with its name; epoch milliseconds in. */
export function moment(time: number, timeZone: string): string {
  if (!known(time)) return "?";
  const { year, month, day, hour, minute, timeZoneName } = partsOf(time, timeZone);
  return `${year ?? ""}-${month ?? ""}-${day ?? ""} ${hour ?? ""}:${minute ?? ""} ${timeZoneName ?? ""}`;
}

/** "01-31 13:05": the same, short, for tables whose zone is said beside them. */
export function shortMoment(time: number, timeZone: string): string {
  if (!known(time)) return "?";
  const { month, day, hour, minute } = partsOf(time, timeZone);
  return `${month ?? ""}-${day ?? ""} ${hour ?? ""}:${minute ?? ""}`;
}

/** The name of a zone as it is at a time: "CET", "GMT+9". */
export function zoneName(time: number, timeZone: string): string {
  return known(time) ? (partsOf(time, timeZone)["timeZoneName"] ?? timeZone) : timeZone;
}

/** When the local day began, epoch milliseconds. */
export function startOfDay(time: number, timeZone: string): number {
  const { year, month, day } = partsOf(time, timeZone);
  return localMidnight(Number(year), Number(month), Number(day), timeZone);
}

/** When the local day `days` days before began, epoch milliseconds; a day of the calendar, be it of 23 or 25 hours. */
export function startOfDayBefore(time: number, days: number, timeZone: string): number {
  const { year, month, day } = partsOf(time, timeZone);
  return localMidnight(Number(year), Number(month), Number(day) - days, timeZone);
}

/** When a local calendar day began, "2024-01-31" in, epoch milliseconds out; days on from it, when they are given. */
export function startOfDate(day: string, timeZone: string, days = 0): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return localMidnight(year, month, date + days, timeZone);
}

/** The local calendar year of a time, epoch milliseconds in. */
export function yearOf(time: number, timeZone: string): number {
  return Number(partsOf(time, timeZone)["year"]);
}

/** When a local calendar year began, epoch milliseconds. */
export function startOfYear(year: number, timeZone: string): number {
  return localMidnight(year, 1, 1, timeZone);
}

function localMidnight(year: number, month: number, day: number, timeZone: string): number {
  const wanted = Date.UTC(year, month - 1, day);
  // The offset at the answer may differ from that at the first guess: twice is enough for every zone.
  const first = wanted - offsetAt(wanted, timeZone);
  return wanted - offsetAt(first, timeZone);
}

/** Local time less UTC, ms. */
function offsetAt(time: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(time, timeZone);
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - Math.floor(time / 1_000) * 1_000;
}

import { partsOf } from "./text/times.ts";

const DAY = 24 * 60;
const MINUTE = 60_000;

/** Minutes since midnight of "07:30". */
export function minutesOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(":").map(Number);
  return hours * 60 + minutes;
}

/** "14:03" in a zone. */
export function clockText(time: number, timeZone: string): string {
  const { hour, minute } = partsOf(time, timeZone);
  return `${hour ?? ""}:${minute ?? ""}`;
}

/** "2024-01-31" in a zone. */
export function dateText(time: number, timeZone: string): string {
  const { year, month, day } = partsOf(time, timeZone);
  return `${year ?? ""}-${month ?? ""}-${day ?? ""}`;
}

/** The next instant after `time` at which the clock of a zone shows a time of day; on a day that skips it, up to an hour after the skip. */
export function nextTimeOfDay(timeOfDay: string, timeZone: string, time: number): number {
  const now = minutesOf(clockText(time, timeZone));
  const wait = (minutesOf(timeOfDay) - now + DAY) % DAY || DAY;
  const at = Math.floor(time / MINUTE) * MINUTE + wait * MINUTE;
  // Clocks that are changed in between show another time then.
  const off = ((minutesOf(timeOfDay) - minutesOf(clockText(at, timeZone)) + 1.5 * DAY) % DAY) - DAY / 2;
  const right = at + off * MINUTE;
  return right > time && minutesOf(clockText(right, timeZone)) === minutesOf(timeOfDay) ? right : at;
}

/** When quiet hours that `time` lies in are over; `time` itself when it lies in none. */
export function afterQuietHours(hours: { readonly from: string; readonly to: string } | undefined, timeZone: string, time: number): number {
  if (hours === undefined) return time;
  const now = minutesOf(clockText(time, timeZone));
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const isQuiet = from <= to ? now >= from && now < to : now >= from || now < to;
  return isQuiet ? nextTimeOfDay(hours.to, timeZone, time) : time;
}

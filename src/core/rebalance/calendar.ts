import { DAY } from "../timeframe.ts";

/** When a portfolio is looked at: at every bar, or at the first one of a UTC day, week (from Monday) or month. */
export const CALENDARS = ["none", "daily", "weekly", "monthly"] as const;
export type Calendar = (typeof CALENDARS)[number];

/** The first of January 1970 was a Thursday: the Monday before lies this many days back. */
const DAYS_SINCE_MONDAY = 3;

/** The number of the period that a time (epoch milliseconds) lies in; 0 without a calendar. */
export function periodOf(time: number, calendar: Calendar): number {
  const day = Math.floor(time / DAY);
  switch (calendar) {
    case "none":
      return 0;
    case "daily":
      return day;
    case "weekly":
      return Math.floor((day + DAYS_SINCE_MONDAY) / 7);
    case "monthly":
      return monthOf(day);
  }
}

/** Months since the year 0 of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days). */
function monthOf(day: number): number {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Counted from March, so that the day that comes every four years is the last of its year.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  return (era * 400 + yearOfEra) * 12 + monthFromMarch;
}

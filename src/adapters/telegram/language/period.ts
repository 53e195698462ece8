import { dateText } from "../local-time.ts";
import { numberFromWords } from "./number-words.ts";

/** Calendar days that a sentence speaks of, both inclusive, and the sentence without them. */
export interface Period {
  readonly from: string | null;
  readonly to: string | null;
  readonly rest: string;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const short = (names: readonly string[]): string => names.map((name) => `${name}|${name.slice(0, 3)}`).join("|");
const COUNT = String.raw`\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|couple of|few`;
const UNIT = "hours?|days?|weeks?|months?|years?";
const DAY = [
  String.raw`\d{4}-\d{2}-\d{2}`,
  String.raw`\d{1,2}\.\d{1,2}\.(?:\d{4})?`,
  `(?:\\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:${short(MONTHS)})|(?:${short(MONTHS)}) \\d{1,2}(?:st|nd|rd|th)?)(?:,? \\d{4})?`,
  `(?:last |this |on )?(?:${short(WEEKDAYS)})`,
  "today|yesterday|(?:the )?day before yesterday|(?:the |this |last )*weekend",
  "(?:the )?(?:beginning|start|first|1st)(?: day)? of (?:the|this) (?:week|month|year)|new year(?:'s day)?",
  `(?:${COUNT}) (?:${UNIT}) ago|last (?:week|month|year)`,
  `(?:${short(MONTHS)})(?: \\d{4})?`,
].join("|");

const RANGE = new RegExp(String.raw`(?:from|between|since) (${DAY}) (?:to|until|till|and|through) (${DAY})(?![\w])`);
const SINCE = new RegExp(String.raw`(?:since|from|after|starting) (${DAY})(?: on| onwards?)?(?![\w])`);
const LAST = new RegExp(String.raw`(?:(?:in|over|during|for|within) )?(?:the |my )?(?:last|past|previous) (?:(${COUNT}) )?(hours?|days?|weeks|months|years|24h|7d|30d)(?![\w])`);
const NAMED = /(?:(?:in|over|during|for|of) )?(?:the )?(this|last|past|current|previous) (week|month|year)(?![\w])/;
const SINGLE = new RegExp(String.raw`(?:on |in |of |for )?(today|yesterday|(?:the )?day before yesterday|${DAY})(?:'s)?(?![\w])`);
const EVER = /(?:so far|ever|all[ -]time|in total|overall|altogether|since (?:it|you|we|the bot) (?:began|started)|since the (?:beginning|start)|from the (?:beginning|start)|until now|to date)(?! of)(?![\w])/;

/** Finds the days that a sentence speaks of, by the calendar of a zone; null when it speaks of none. Lower case in. */
export function periodIn(text: string, now: number, timeZone: string): Period | null {
  const today = dateText(now, timeZone);
  const without = (match: RegExpExecArray): string => `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.replaceAll(/\s+/g, " ").trim();
  const within = (match: RegExpExecArray, from: string | null, to: string | null): Period | null => {
    if ((from !== null && from > today) || (from !== null && to !== null && to < from)) return null;
    return { from, to, rest: without(match) };
  };
  const range = RANGE.exec(text);
  if (range) {
    const [from, to] = [dayOf(range[1], today, "first"), dayOf(range[2], today, "last")];
    return from === null || to === null ? null : within(range, from, to);
  }
  const since = SINCE.exec(text);
  if (since) {
    const from = dayOf(since[1], today, "first");
    return from === null ? null : within(since, from, null);
  }
  const ever = EVER.exec(text);
  if (ever) return within(ever, null, null);
  const last = LAST.exec(text);
  if (last) return within(last, back(today, countOf(last[1]), last[2] ?? "", 1), null);
  const named = NAMED.exec(text);
  if (named) return within(named, ...calendar(today, named[1] === "this" || named[1] === "current", named[2] ?? ""));
  const single = SINGLE.exec(text);
  const day = single && dayOf(single[1], today, "first");
  if (!single || !day) return null;
  const end = dayOf(single[1], today, "last");
  return within(single, day, end === today ? null : end);
}

const isoDay = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
const fieldsOf = (day: string): [number, number, number] => [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** The calendar day some days before (or, below zero, after) another. */
export function daysBefore(day: string, days: number): string {
  const [year, month, date] = fieldsOf(day);
  return isoDay(year, month, date - days);
}

function countOf(word: string | undefined): number {
  if (word === undefined || word === "a" || word === "an") return 1;
  if (word === "couple of") return 2;
  if (word === "few") return 3;
  return /^\d+$/.test(word) ? Number(word) : (numberFromWords(word) ?? 1);
}

/** The day from which on `count` units are counted back; of days and weeks today is one of them. */
function back(today: string, count: number, unit: string, inclusive: 0 | 1): string | null {
  const [year, month, day] = fieldsOf(today);
  if (count > 3_650) return null;
  if (unit === "24h" || unit.startsWith("hour")) return daysBefore(today, Math.max(1, Math.ceil(count / 24)));
  if (unit === "7d" || unit === "30d") return daysBefore(today, Number.parseInt(unit, 10) - inclusive);
  if (unit.startsWith("day")) return daysBefore(today, count - inclusive);
  if (unit.startsWith("week")) return daysBefore(today, 7 * count - inclusive);
  if (count > 120) return null;
  return unit.startsWith("month") ? isoDay(year, month - count, day) : isoDay(year - count, month, day);
}

function calendar(today: string, isThis: boolean, unit: string): [string, string | null] {
  const [year, month] = fieldsOf(today);
  const monday = daysBefore(today, (weekdayOf(today) + 6) % 7);
  if (unit === "week") return isThis ? [monday, null] : [daysBefore(monday, 7), daysBefore(monday, 1)];
  if (unit === "month") return isThis ? [isoDay(year, month, 1), null] : [isoDay(year, month - 1, 1), isoDay(year, month, 0)];
  return isThis ? [isoDay(year, 1, 1), null] : [isoDay(year - 1, 1, 1), isoDay(year - 1, 12, 31)];
}

/** The first or last day of what is named by one expression; the latest that has begun. */
function dayOf(words: string | undefined, today: string, end: "first" | "last"): string | null {
  const text = (words ?? "").replace(/^the /, "");
  const [year] = fieldsOf(today);
  if (/^\d{4}-/.test(text)) return real(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)));
  if (text === "today") return today;
  if (text === "yesterday") return daysBefore(today, 1);
  if (text === "day before yesterday") return daysBefore(today, 2);
  if (text.endsWith("weekend")) return daysBefore(today, ((weekdayOf(today) + 1) % 7) - (end === "last" && weekdayOf(today) !== 6 ? 1 : 0));
  if (text.startsWith("new year")) return isoDay(year, 1, 1);
  const start = /of (?:the|this) (week|month|year)$/.exec(text);
  if (start) return calendar(today, true, start[1] ?? "")[0];
  const ago = new RegExp(`^(${COUNT}) (${UNIT}) ago$`).exec(text);
  if (ago) return back(today, countOf(ago[1]), ago[2] ?? "", 0);
  const named = /^last (week|month|year)$/.exec(text);
  if (named) return calendar(today, false, named[1] ?? "")[end === "first" ? 0 : 1];
  const weekday = WEEKDAYS.findIndex((name) => new RegExp(`\\b(?:${name}|${name.slice(0, 3)})$`).test(text));
  if (weekday >= 0) return daysBefore(today, (weekdayOf(today) - weekday + 7) % 7 || (text.startsWith("last ") ? 7 : 0));
  const digits = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(text);
  if (digits) return latest(Number(digits[2]), Number(digits[1]), digits[3], today);
  const month = MONTHS.findIndex((name) => new RegExp(`\\b(?:${name}|${name.slice(0, 3)})\\b`).test(text)) + 1;
  if (month === 0) return null;
  const written = /\b\d{4}\b/.exec(text)?.[0];
  const date = /\b(\d{1,2})(?:st|nd|rd|th)?\b/.exec(text)?.[1];
  if (date !== undefined) return latest(month, Number(date), written, today);
  const first = latest(month, 1, written, today);
  return first === null || end === "first" ? first : isoDay(Number(first.slice(0, 4)), month + 1, 0);
}

/** A day that is in the calendar; null for 31 February. */
function real(year: number, month: number, day: number): string | null {
  if (year < 2000 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const iso = isoDay(year, month, day);
  return fieldsOf(iso)[2] === day ? iso : null;
}

/** The last such day that is not after today, unless its year is written. */
function latest(month: number, day: number, year: string | undefined, today: string): string | null {
  if (year !== undefined) return real(Number(year), month, day);
  const [now] = fieldsOf(today);
  const own = real(now, month, day);
  return own !== null && own > today ? real(now - 1, month, day) : (own ?? real(now - 1, month, day));
}

/** 2014-09-17, 2019-10-17 09:00[:00[.000000]], T, Z and +00:00, and the 12-hour "2019-10-17 09-AM" of CryptoDataDownload. */
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d)(?:-(AM|PM)|:(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

/** Epoch milliseconds of a date or date and time, UTC unless it says another offset; `NaN` when it is none. */
export function parseInstant(text: string): number {
  const match = INSTANT.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour = "0", half, minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  let hours = Number(hour);
  if (half) {
    if (hours < 1 || hours > 12) return Number.NaN;
    hours = (hours % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  }
  const milliseconds = Math.floor(Number(`0.${fraction || "0"}`) * 1_000);
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second), milliseconds);
  const date = new Date(time);
  // Date.UTC rolls the 31st of April over into May; a date that is none must not become another.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day) || hours > 23 || Number(minute) > 59 || Number(second) > 59) return Number.NaN;
  return time - offsetOf(zone);
}

function offsetOf(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}

/** Epoch milliseconds of a count of seconds, milliseconds, microseconds or nanoseconds, told apart by size (years 1973 to 5138). */
export function fromEpoch(count: number): number {
  if (count < 1e11) return count * 1_000;
  if (count < 1e14) return count;
  return count < 1e17 ? Math.floor(count / 1_000) : Math.floor(count / 1_000_000);
}

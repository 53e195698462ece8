const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** One day in milliseconds. */
export const DAY = 86_400_000;

/** Milliseconds of a timeframe such as `1m`, `4h` or `1d`; `null` when the text is none. */
export function parseTimeframe(text: string): number | null {
  const match = /^([1-9]\d{0,3})([smhdw])$/.exec(text);
  if (!match) return null;
  const unit = UNITS[match[2] ?? ""];
  return unit === undefined ? null : Number(match[1]) * unit;
}

/** The shortest usual text for a timeframe in milliseconds: 3,600,000 gives `1h`. */
export function formatTimeframe(milliseconds: number): string {
  for (const unit of ["w", "d", "h", "m", "s"]) {
    const size = UNITS[unit] ?? 1;
    // A week is written in days unless it is whole weeks, so that 7d and 1w are one text.
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

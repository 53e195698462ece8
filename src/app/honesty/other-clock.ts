/** Another year, month, day of the month, day of the week, hour, minute and second. */
const SHIFT = ((397 * 24 + 7) * 60 + 13) * 60_000 + 11_317;

const otherDate: DateConstructor = new Proxy(Date, {
  construct: (target, given: unknown[], self): object => Reflect.construct(target, given.length === 0 ? [target.now() + SHIFT] : given, self) as object,
  apply: (target): string => new target(target.now() + SHIFT).toString(),
  get: (target, key, self): unknown => (key === "now" ? () => target.now() + SHIFT : Reflect.get(target, key, self)),
});

/**
 * Does something while the clock shows another time: who reads the day of the week or the year would otherwise say the same in
 * two runs of one minute, and something else tomorrow. Nothing that waits may be done in it.
 */
export function otherClock<Result>(act: () => Result): Result {
  const own = globalThis.Date;
  // Called within itself it leaves the time shifted once.
  globalThis.Date = otherDate;
  try {
    return act();
  } finally {
    globalThis.Date = own;
  }
}

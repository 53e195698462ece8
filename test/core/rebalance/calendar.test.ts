import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { periodOf } from "../../../src/core/rebalance/calendar.ts";

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);

describe("the periods of a calendar", () => {
  it("change at midnight UTC, on Monday, on the first of the month, or never", () => {
    const times = (before: string, after: string, calendar: "daily" | "weekly" | "monthly"): number => periodOf(at(after), calendar) - periodOf(at(before), calendar);
    expect(times("2024-03-05T23:59:59.999Z", "2024-03-06T00:00:00Z", "daily")).toBe(1);
    // 4 March 2024 was a Monday.
    expect(times("2024-03-03T23:59:59.999Z", "2024-03-04T00:00:00Z", "weekly")).toBe(1);
    expect(times("2024-03-04T00:00:00Z", "2024-03-10T23:59:59.999Z", "weekly")).toBe(0);
    expect(times("2024-02-29T23:59:59.999Z", "2024-03-01T00:00:00Z", "monthly")).toBe(1);
    expect(times("2023-12-31T23:59:59.999Z", "2024-01-01T00:00:00Z", "monthly")).toBe(1);
    expect(periodOf(at("2024-03-05T12:00:00Z"), "none")).toBe(periodOf(0, "none"));
  });

  it("are the months of the Gregorian calendar, on every day of six centuries", () => {
    const days = fc.integer({ min: Math.floor(at("1700-01-01") / DAY), max: Math.floor(at("2300-01-01") / DAY) });
    fc.assert(
      fc.property(days, (day) => {
        const [today, tomorrow] = [new Date(day * DAY), new Date((day + 1) * DAY)];
        const changes = today.getUTCMonth() === tomorrow.getUTCMonth() ? 0 : 1;
        expect(periodOf((day + 1) * DAY, "monthly") - periodOf(day * DAY, "monthly")).toBe(changes);
        expect(periodOf((day + 1) * DAY, "weekly") - periodOf(day * DAY, "weekly")).toBe(tomorrow.getUTCDay() === 1 ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });
});

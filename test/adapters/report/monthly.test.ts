import { describe, expect, it } from "vitest";
import { monthlyReturns } from "../../../src/adapters/report/monthly.ts";
import { renderReport } from "../../../src/adapters/report/html.ts";
import { fixture } from "./fixture.ts";

describe("monthly returns", () => {
  it("measure each month's last value against the last before it, and the first against the start", () => {
    const times = [Date.UTC(2023, 10, 10), Date.UTC(2023, 10, 30), Date.UTC(2023, 11, 31), Date.UTC(2024, 0, 15)];
    const [first, second] = monthlyReturns(times, [105, 110, 99, 198], 100);
    expect(first!.year).toBe(2023);
    expect(first!.months[9]).toBe(null);
    expect(first!.months[10]).toBeCloseTo(0.1);
    expect(first!.months[11]).toBeCloseTo(-0.1);
    expect(first!.whole).toBeCloseTo(-0.01);
    expect([second!.year, second!.months[0], second!.whole]).toEqual([2024, 1, 1]);
  });

  it("count a sample at midnight of the first as the close of the month before", () => {
    const [year] = monthlyReturns([Date.UTC(2024, 1, 1), Date.UTC(2024, 1, 2)], [110, 121], 100);
    expect(year!.months[0]).toBeCloseTo(0.1);
    expect(year!.months[1]).toBeCloseTo(0.1);
  });

  it("compound over months to the year, and over years to the run, across a month without samples", () => {
    const times = [Date.UTC(2022, 11, 20), Date.UTC(2023, 0, 20), Date.UTC(2023, 4, 20), Date.UTC(2024, 6, 2)];
    const years = monthlyReturns(times, [95, 120, 80, 131], 100);
    const grown = (list: readonly (number | null)[]): number => list.reduce<number>((worth, one) => worth * (1 + (one ?? 0)), 1);
    for (const { months, whole } of years) expect(grown(months)).toBeCloseTo(1 + whole, 12);
    expect(grown(years.map(({ whole }) => whole))).toBeCloseTo(1.31, 12);
  });

  it("stand in the report with those of buy and hold below, and not where no equity was kept", () => {
    const { output, series } = fixture();
    const html = renderReport(output, series);
    expect(html).toMatch(/id="monthly"[\s\S]*<th scope="row">2024<\/th>[\s\S]*<th scope="row">hold<\/th>/);
    expect(renderReport({ ...output, equity: [] }, series)).not.toContain('id="monthly"');
  });
});

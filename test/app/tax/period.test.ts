import { expect, it } from "vitest";
import { periodOf } from "../../../src/app/tax/period.ts";

it.each([
  ["UTC", "2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"],
  ["Europe/Berlin", "2023-12-31T23:00:00.000Z", "2024-12-31T23:00:00.000Z"],
  ["America/New_York", "2024-01-01T05:00:00.000Z", "2025-01-01T05:00:00.000Z"],
  ["Pacific/Auckland", "2023-12-31T11:00:00.000Z", "2024-12-31T11:00:00.000Z"],
])("the year 2024 of %s begins and ends at its own midnight", (zone, from, to) => {
  const period = periodOf(2024, zone);
  expect([new Date(period.from).toISOString(), new Date(period.to).toISOString()]).toEqual([from, to]);
});

it("a zone that does not exist is told", () => {
  expect(() => periodOf(2024, "Europe/Nowhere")).toThrow("--zone Europe/Nowhere: there is no such time zone");
});

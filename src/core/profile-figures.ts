import type { RiskProfile } from "./risk-profiles.ts";

/** One number of a profile, for people. */
export interface ProfileFigure {
  /** Its key, as a definition overrides it. */
  readonly key: string;
  readonly label: string;
  /** "65 %", "20". */
  readonly text: string;
}

/** What a number is called, and whether it is a fraction. What is not here is shown by its key: no number is left out. */
const KNOWN: Readonly<Record<string, { readonly label: string; readonly unit: "share" | "count" }>> = {
  maxExposure: { label: "Most in the market", unit: "share" },
  maxSymbolShare: { label: "Most in one symbol", unit: "share" },
  maxOrderShare: { label: "Most in one order", unit: "share" },
  reserve: { label: "Always in cash", unit: "share" },
  stopDrawdown: { label: "All sold at a fall of", unit: "share" },
  maxVar: { label: "Value at risk of a day (95 %)", unit: "share" },
  maxCvar: { label: "Mean loss of a bad day (95 %)", unit: "share" },
  gridWidth: { label: "Half width of a grid", unit: "share" },
  gridLevels: { label: "Most levels of a grid", unit: "count" },
  dcaRungs: { label: "Most safety orders of a deal", unit: "count" },
};
const ORDER = Object.keys(KNOWN);

/** Every number of a profile with its name and unit; those that it has no limit for are left out. */
export function profileFigures(profile: RiskProfile): readonly ProfileFigure[] {
  const given = Object.entries(profile).filter(([key, value]) => key !== "name" && key !== "title" && value !== undefined);
  const rank = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  return given
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .flatMap(([key, value]): ProfileFigure[] =>
      key === "groups" ? (profile.groups ?? []).map(({ name, most }) => ({ key, label: `Most in ${name}`, text: shown(most, "share") })) : [{ key, label: KNOWN[key]?.label ?? key, text: shown(value, KNOWN[key]?.unit) }],
    );
}

function shown(value: unknown, unit: "share" | "count" | undefined): string {
  if (typeof value !== "number") return JSON.stringify(value);
  // 0.07 x 100 is not 7 in floats.
  return unit === "share" ? `${Number((value * 100).toPrecision(6))} %` : String(value);
}

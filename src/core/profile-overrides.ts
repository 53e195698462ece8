import { type ProfileOverrides, RISK_PROFILES, type RiskProfile, type RiskProfileName } from "./risk-profiles.ts";

/** A number of a profile. */
type Figure = Exclude<keyof ProfileOverrides, "groups">;

/** Which way each number is bolder: more of it, or less. */
const BOLDER: Readonly<Record<Figure, "more" | "less">> = {
  maxExposure: "more",
  maxSymbolShare: "more",
  maxOrderShare: "more",
  stopDrawdown: "more",
  gridWidth: "less",
  gridLevels: "more",
  dcaRungs: "more",
  reserve: "less",
  maxVar: "more",
  maxCvar: "more",
};

/** The numbers that may be overridden, in the order of the table. */
export const PROFILE_FIGURES = Object.keys(BOLDER) as readonly Figure[];

/** The profile with its owner's numbers in it; the table's own object where there are none. */
export function profileWith(name: RiskProfileName, overrides: ProfileOverrides): RiskProfile {
  const table = RISK_PROFILES[name];
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return given.length === 0 ? table : { ...table, ...(Object.fromEntries(given) as ProfileOverrides as Partial<RiskProfile>) };
}

/** Whether a number is bolder than another; without a limit is the boldest. */
export function isBolder(figure: Figure, value: number | undefined, than: number | undefined): boolean {
  const open = BOLDER[figure] === "more" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const [a, b] = [value ?? open, than ?? open];
  return BOLDER[figure] === "more" ? a > b : a < b;
}

/** Numbers of the owner that are bolder than the profile's. */
export function bolderFigures(name: RiskProfileName, overrides: ProfileOverrides): readonly Figure[] {
  return PROFILE_FIGURES.filter((figure) => overrides[figure] !== undefined && isBolder(figure, overrides[figure], RISK_PROFILES[name][figure]));
}

/**
 * What becomes of the owner's numbers when another profile is put in force while the bot runs: those that are more careful than
 * it stay, those that are bolder fall away, since who asks for a profile does not ask for more than it allows. Under the
 * profile that they were written for all of them are in force.
 */
export function overridesUnder(name: RiskProfileName, written: { readonly name: RiskProfileName; readonly overrides: ProfileOverrides }): { readonly kept: ProfileOverrides; readonly dropped: readonly Figure[] } {
  const { overrides } = written;
  if (name === written.name) return { kept: overrides, dropped: [] };
  const dropped = bolderFigures(name, overrides);
  return { kept: Object.fromEntries(Object.entries(overrides).filter(([figure]) => !dropped.includes(figure as Figure))), dropped };
}

/** The profile of that name as it would be in force in a bot: with what becomes of its owner's numbers. */
export function profileUnder({ profile, overrides = {} }: { readonly profile: RiskProfile | null; readonly overrides?: ProfileOverrides }, name: RiskProfileName): RiskProfile {
  return profile === null || name === profile.name ? (profile ?? RISK_PROFILES[name]) : profileWith(name, overridesUnder(name, { name: profile.name, overrides }).kept);
}

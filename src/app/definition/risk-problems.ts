import { bolderFigures } from "../../core/profile-overrides.ts";
import { RISK_PROFILES } from "../../core/risk-profiles.ts";
import { percent } from "../../core/trading-limits.ts";
import { type Problem, suggestion } from "./problems.ts";
import { profileOf, type RiskSection, riskOf } from "./risk-schema.ts";
import type { z } from "zod";
import type { treasurySchema } from "./treasury-schema.ts";

/** The keys of a definition that say what may be risked and what may not be touched. */
interface Cautions {
  readonly symbols: readonly string[];
  readonly capital: number;
  readonly riskProfile: RiskSection;
  readonly treasury?: z.infer<typeof treasurySchema> | undefined;
  readonly agents: Readonly<Record<string, unknown>>;
  readonly strategies: Readonly<Record<string, unknown>>;
}

/** What is named in the risk section or the treasury and is not in the definition. `unbudgeted` are the strategies to whose budget none could be added. */
export function riskProblems({ symbols, riskProfile, treasury, strategies }: Cautions, unbudgeted: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const known = (named: readonly string[] | undefined, path: readonly string[]): void => {
    for (const symbol of named ?? []) {
      if (!symbols.includes(symbol)) problems.push({ path, message: `${symbol} is not among this definition's symbols${suggestion(symbol, symbols)}` });
    }
  };
  for (const [i, group] of (riskOf(riskProfile).overrides.groups ?? []).entries()) known(group.symbols, ["riskProfile", "groups", String(i), "symbols"]);
  const chosen = Object.keys(strategies).filter((name) => strategies[name] !== undefined);
  for (const [i, { strategy, symbols: named }] of (treasury?.idle ?? []).entries()) {
    if (!chosen.includes(strategy)) problems.push({ path: ["treasury", "idle", String(i), "strategy"], message: `${strategy} is not among this definition's strategies${suggestion(strategy, chosen)}` });
    else if (unbudgeted.includes(strategy)) problems.push({ path: ["treasury", "idle", String(i), "strategy"], message: `${strategy} takes no budget from its council, and so no idle cash` });
    known(named, ["treasury", "idle", String(i), "symbols"]);
  }
  return problems;
}

/** What the owner should know about the numbers of the risk section and the treasury, one sentence each. */
export function riskWarnings({ riskProfile, treasury, agents, capital }: Cautions): readonly string[] {
  const { name, overrides } = riskOf(riskProfile);
  const profile = profileOf(riskProfile);
  const hasCouncil = Object.values(agents).some((params) => params !== undefined);
  const said: string[] = [];
  const given = Object.keys(overrides).filter((key) => overrides[key as keyof typeof overrides] !== undefined);
  if (!hasCouncil) {
    if (given.length > 0) said.push(`riskProfile.${given.join(", ")}: without agents no risk profile applies; only treasury.reserve does`);
    if (treasury && treasury.idle.length > 0) said.push("treasury.idle has no effect: without agents every strategy has its share of all the capital");
  } else {
    for (const figure of bolderFigures(name, overrides)) {
      said.push(`riskProfile.${figure} is ${shown(figure, overrides[figure])}, which is bolder than the ${shown(figure, RISK_PROFILES[name][figure])} of ${name}`);
    }
    const reserve = Math.max(profile.reserve, treasury?.reserve.share ?? 0, (treasury?.reserve.amount ?? 0) / capital);
    // A breath of rounding: 1 - 0.75 and 0.25 are to count as the same.
    if (reserve > 1 - profile.maxExposure + 1e-9 && reserve < 1) said.push(`the reserve of ${percent(reserve)} leaves ${percent(1 - reserve)} for the market, less than the ${percent(profile.maxExposure)} of maxExposure: the reserve holds`);
    if (reserve >= 1) said.push(`the reserve is no less than the capital of ${capital}: nothing will be bought`);
  }
  if (!hasCouncil && treasury && ((treasury.reserve.amount ?? 0) >= capital || (treasury.reserve.share ?? 0) >= 1)) said.push(`the reserve is no less than the capital of ${capital}: nothing will be bought`);
  return said;
}

function shown(figure: string, value: number | undefined): string {
  if (value === undefined) return "none";
  return figure === "gridLevels" || figure === "dcaRungs" ? String(value) : percent(value);
}

import type { RiskProfile } from "../../../core/risk-profiles.ts";
import type { RiskView } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, code, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, share } from "../text/numbers.ts";
import { pairLines, tableLines } from "../text/table.ts";

/** The limits in force, how much of them is used, and what another profile would change. */
export const risk: TelegramCommand = {
  name: "risk",
  description: "Limits in force; with a profile's name: what it changes",
  role: "viewer",
  run: ({ operator, argument }) => {
    const view = operator.risk();
    const wanted = view.profiles.find((name) => name === argument.toLowerCase());
    const { profile } = view;
    if (wanted !== undefined && profile !== null) return Promise.resolve({ html: message(comparison(profile, operator.profile(wanted), view)), buttons: profileButtons(view) });
    const parts: Part[] = [profile === null ? `${bold("Risk")}: no agents vote, so no profile is in force.` : `${bold("Risk")}: ${bold(profile.name)}, ${escaped(profile.title)}`];
    for (const sentence of view.tripped) parts.push(`⛔ ${escaped(sentence)}`);
    parts.push({
      pre: pairLines([
        ["In the market", profile === null ? share(view.exposure) : `${share(view.exposure)} of ${share(profile.maxExposure, 0)}`],
        ["Under its high", profile === null ? share(view.drawdown) : `${share(view.drawdown)} of ${share(profile.stopDrawdown, 0)}`],
        ["Today (UTC)", view.dayChange === null ? "no bar yet" : percent(view.dayChange)],
      ]),
    });
    if (profile !== null) parts.push(bold("Profile"), { pre: pairLines(figures(profile)) });
    if (view.limits.length > 0) parts.push(bold("Further limits"), { pre: pairLines(view.limits.map(({ name, value }) => [name, value] as const)) });
    if (wanted !== undefined) parts.push(escaped(`${wanted} would change nothing: no agents vote.`));
    else if (argument !== "") parts.push(escaped(`"${argument.slice(0, 40)}" is no profile: ${view.profiles.join(", ")}.`));
    return Promise.resolve({ html: message(parts), buttons: profileButtons(view) });
  },
};

function figures(profile: RiskProfile): [string, string][] {
  return [
    ["Most in the market", share(profile.maxExposure, 0)],
    ["Most in a symbol", share(profile.maxSymbolShare, 0)],
    ["Most in an order", share(profile.maxOrderShare, 0)],
    ["All sold at a fall of", share(profile.stopDrawdown, 0)],
    ["Grid half width", share(profile.gridWidth, 0)],
    ["Grid levels", String(profile.gridLevels)],
    ["DCA rungs", String(profile.dcaRungs)],
  ];
}

/** A profile is a part of the definition, and every decision in the journal was taken under it: a run keeps the one that it began with. */
function comparison(now: RiskProfile, then: RiskProfile, { exposure, drawdown }: RiskView): Part[] {
  if (now.name === then.name) return [`${bold(now.name)} is in force already.`];
  const after = figures(then);
  const rows = figures(now).map(([name, value], i) => [name, value, after[i]?.[1] === value ? "=" : (after[i]?.[1] ?? "")]);
  const said: Part[] = [`${bold(now.name)} to ${bold(then.name)}: ${escaped(then.title)}`, { pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], rows) }];
  if (exposure > then.maxExposure) said.push(`⚠️ ${share(exposure)} of equity is in the market now, over its ${share(then.maxExposure, 0)}: nothing would be bought until it is under it.`);
  if (drawdown >= then.stopDrawdown) said.push(`⚠️ Equity is ${share(drawdown)} under its high now, over its stop of ${share(then.stopDrawdown, 0)}: everything would be sold at once.`);
  said.push(`A run keeps the profile that it began with. To change it: /flatten, then ${code(`riskProfile: ${then.name}`)} in the definition and a run with a new state folder.`);
  return said;
}

const profileButtons = ({ profile, profiles }: RiskView): { readonly text: string; readonly action: { readonly command: string; readonly argument: string } }[][] =>
  profile === null ? [] : profiles.filter((name) => name !== profile.name).map((name) => [{ text: `compare ${name}`, action: { command: "risk", argument: name } }]);

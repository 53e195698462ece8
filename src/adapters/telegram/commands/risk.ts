import { profileFigures } from "../../../core/profile-figures.ts";
import type { RiskProfileName } from "../../../core/risk-profiles.ts";
import type { ProfilePreview, RiskView } from "../../../ports/operator.ts";
import type { Asked, Button, Proposal, Reply, TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, share } from "../text/numbers.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { byUser } from "../text/words.ts";
import { AGAIN_BUTTON, askOrAssess, assessmentParts, QUESTIONNAIRE, QUESTIONS_BUTTON } from "../questions.ts";

/** Behind a profile's name: change to it, as the button under the comparison does. */
const NOW = "now";

/** The limits in force, how much of them is used, and what another profile would change; the owner changes it here. */
export const risk: TelegramCommand = {
  name: "risk",
  description: "Limits in force; with a profile: what it changes, and do it",
  role: "viewer",
  run: (asked) => {
    const { operator, argument } = asked;
    const view = operator.risk();
    const [name = "", second = ""] = argument.toLowerCase().split(/\s+/);
    if (name === QUESTIONNAIRE) return Promise.resolve(questionnaire(asked, view, second));
    const wanted = second === "" || second === NOW ? view.profiles.find((one) => one === name) : undefined;
    const { profile } = view;
    if (wanted !== undefined && profile !== null) return Promise.resolve(second === NOW ? change(asked, wanted) : compare(asked, view, wanted));
    const parts: Part[] = [profile === null ? `${bold("Risk")}: no agents vote, so no profile is in force.` : `${bold("Risk")}: ${bold(profile.name)}, ${escaped(profile.title)}`];
    for (const sentence of view.tripped) parts.push(`⛔ ${escaped(sentence)}`);
    parts.push({
      pre: pairLines([
        ["In the market", profile === null ? share(view.exposure) : `${share(view.exposure)} of ${share(profile.maxExposure, 0)}`],
        ["Under its high", profile === null ? share(view.drawdown) : `${share(view.drawdown)} of ${share(profile.stopDrawdown, 0)}`],
        ["Free cash", view.reserve > 0 ? `${share(view.free)}, at least ${share(view.reserve)}` : share(view.free)],
        ["A bad day (95 %)", within(view.valueAtRisk, profile?.maxVar)],
        ["Worse days, mean", within(view.shortfall, profile?.maxCvar)],
        ["Today (UTC)", view.dayChange === null ? "no bar yet" : percent(view.dayChange)],
      ]),
    });
    if (view.guess !== null) parts.push(escaped(view.guess));
    if (profile !== null) parts.push(bold("Profile"), { pre: pairLines(profileFigures(profile).map(({ label, text }) => [label, text] as const)) });
    if (view.limits.length > 0) parts.push(bold("Further limits"), { pre: pairLines(view.limits.map(({ name, value }) => [name, value] as const)) });
    if (wanted !== undefined) parts.push(escaped(`${wanted} would change nothing: no agents vote.`));
    else if (argument !== "") parts.push(escaped(`"${argument.slice(0, 40)}" is no profile: ${view.profiles.join(", ")}.`));
    return Promise.resolve({ html: message(parts), buttons: [...profileButtons(view), [QUESTIONS_BUTTON]] });
  },
};

/** A loss of a day with its limit, where there is one. */
const within = (loss: number, limit: number | undefined): string => (limit === undefined ? share(loss) : `${share(loss)} of ${share(limit, 0)}`);

/** The next of the seven questions; behind the last what the answers come to, and for the owner what another profile would change. */
function questionnaire(asked: Asked, view: RiskView, given: string): Reply {
  const next = askOrAssess(given);
  if ("question" in next) return next.question;
  const { profile: wanted } = next.assessment;
  const said = assessmentParts(next.assessment, asked.operator);
  const end = (sentence: string): Reply => ({ html: message([...said, "", sentence]), buttons: [[AGAIN_BUTTON]] });
  if (view.profile === null) return end("No agents vote in this bot, so no profile is in force and none is changed.");
  if (view.profile.name === wanted) return end(`${bold(wanted)} is in force already.`);
  return compare(asked, view, wanted, [...said, ""], [AGAIN_BUTTON]);
}

/** Limits side by side, with a button for the owner. */
function compare({ operator, user }: Asked, view: RiskView, wanted: RiskProfileName, before: readonly Part[] = [], after: readonly Button[] = []): Reply {
  const preview = operator.previewProfile(wanted);
  const parts = [...before, ...comparison(preview, operator.profile(wanted).title)];
  const others = after.length > 0 ? [after] : profileButtons(view, wanted);
  if (preview.refusals.length > 0) return { html: message([...parts, ...refused(preview)]), buttons: others };
  if (user.role !== "owner") return { html: message([...parts, `Only an owner changes the profile; yours is the role ${escaped(user.role)}.`]), buttons: others };
  const button: Button = { text: `change to ${wanted}${preview.isBolder ? " ..." : ""}`, action: { command: "risk", argument: `${wanted} ${NOW}` } };
  const how = preview.isBolder ? "It is bolder, so the button asks once more." : "The button changes it at once.";
  return { html: message([...parts, `${how} It stays until it is changed again, restarts included.`]), buttons: [[button], ...others] };
}

/** Changes the profile: at once to a more careful one, in two steps to a bolder one. */
function change({ operator, user }: Asked, wanted: RiskProfileName): Reply | Proposal {
  // Looking at the limits is a viewer's; changing them is not.
  if (user.role !== "owner") return { html: `Only an owner changes the profile; yours is the role ${escaped(user.role)}.` };
  const preview = operator.previewProfile(wanted);
  if (preview.refusals.length > 0) return { html: message(refused(preview)) };
  const go = (): Reply => {
    operator.setProfile(wanted, byUser(user));
    return { html: `✅ The profile is ${bold(wanted)} now. It stays until it is changed again, restarts included.`, buttons: [[{ text: "risk", action: { command: "risk", argument: "" } }]] };
  };
  if (!preview.isBolder) return go();
  return { html: message([`⚠️ ${bold("Take more risk?")}`, ...comparison(preview, operator.profile(wanted).title), "More can be lost with it before anything stops the bot."]), carryOut: () => Promise.resolve(operator.previewProfile(wanted).from === preview.from ? go() : { html: `⛔ ${bold("Nothing was changed.")} The profile is another one since you were asked: /risk ${escaped(wanted)} compares anew.` }) };
}

const refused = ({ refusals }: ProfilePreview): string[] => refusals.map((sentence) => `⛔ ${escaped(sentence, 400)}`);

/** What differs, in full. */
function comparison({ from, to, changes, effects }: ProfilePreview, title: string): Part[] {
  const rows = changes.map((one) => [one.name, one.from, one.to]);
  const parts: Part[] = [`${from === null ? "No profile" : bold(from)} to ${bold(to)}: ${escaped(title)}`];
  if (rows.length > 0) parts.push({ pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], [["", "now", "then"], ...rows]) });
  for (const effect of effects) parts.push(`⚠️ ${escaped(effect, 400)}`);
  return parts;
}

/** A button for each other profile; none for the one that is shown. */
function profileButtons({ profile, profiles }: RiskView, shown?: RiskProfileName): Button[][] {
  return profile === null ? [] : profiles.filter((name) => name !== profile.name && name !== shown).map((name) => [{ text: `compare ${name}`, action: { command: "risk", argument: name } }]);
}

import type { ResumePreview } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { money, share } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";
import { byUser } from "../text/words.ts";

const RESUMED = `▶️ ${bold("Trading again.")}`;

/** Lets the bot trade again: at once after a pause, in two steps after anything harder. */
export const resume: TelegramCommand = {
  name: "resume",
  description: "Trade again; after a stop it asks first",
  role: "trader",
  run: ({ operator, user }) => {
    const before = operator.previewResume();
    const isPlain = before.rearms.length === 0 && before.troubles.length === 0;
    if (before.hold === "run" && isPlain) return Promise.resolve({ html: "It is trading already." });
    const go = (): void => {
      operator.command("run", byUser(user));
    };
    if (before.hold === "pause" && isPlain) {
      go();
      return Promise.resolve({ html: RESUMED });
    }
    // A limit that was hit is the owner's: a trader acts inside the limits.
    if (before.rearms.length > 0 && user.role !== "owner") {
      return Promise.resolve({ html: message(["A limit was hit, and only an owner arms it anew:", ...before.rearms.map((sentence) => escaped(sentence))]) });
    }
    return Promise.resolve({
      html: message(what(before)),
      carryOut: () => {
        const changed = changedSince(before, operator.previewResume());
        if (changed !== null) return Promise.resolve({ html: message([`⛔ ${bold("Not resumed.")} Since you were asked: ${escaped(changed, 400)}`, "/resume asks anew."]) });
        go();
        return Promise.resolve({ html: RESUMED });
      },
    });
  },
};

/** What has come about that was not in the question; null when nothing has. Plain text. */
function changedSince(then: ResumePreview, now: ResumePreview): string | null {
  if (now.hold !== then.hold) return `the switch was at ${then.hold} and is at ${now.hold}.`;
  // A rest after a stop-loss counts down its minutes in its sentence: what it is about does not change.
  const known = new Set([...then.rearms, ...then.troubles].map(withoutNumbers));
  return [...now.rearms, ...now.troubles].find((sentence) => !known.has(withoutNumbers(sentence))) ?? null;
}

const withoutNumbers = (sentence: string): string => sentence.replaceAll(/\d+/g, "");

/** What will happen, in full. */
function what({ hold, quote, exposure, maxExposure, cash, equity, troubles, rearms, stances }: ResumePreview): Part[] {
  const most = maxExposure ?? 1;
  const room = Math.max(0, Math.min(cash, most * equity - exposure * equity));
  const parts: Part[] = [`▶️ ${bold("Trade again?")} The switch stands at ${bold(hold)}.`];
  for (const sentence of rearms) parts.push(`Armed anew: ${escaped(sentence)}`);
  for (const trouble of troubles) parts.push(`⚠️ You say that you have looked at this: ${escaped(trouble)}`);
  parts.push({
    pre: pairLines([
      ["In the market now", share(exposure)],
      ["May become", share(most, 0)],
      ["It may spend about", money(room, quote)],
      ...stances.slice(0, 15).map(({ symbol, stance }) => [symbol, stance ?? "no council"] as const),
    ]),
  });
  parts.push("The strategies place their orders again at the prices of then; their sizes and fees are in the definition and in /orders once they stand.");
  return parts;
}

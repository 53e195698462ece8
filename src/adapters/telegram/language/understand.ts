import { distance } from "fastest-levenshtein";
import type { LanguageModel } from "../../../ports/language-model.ts";
import { type AnswerParts, type Answered, say } from "../answer.ts";
import type { Action, Button, TelegramCommand } from "../command.ts";
import type { Guest } from "../gate.ts";
import { cut } from "../plain-text.ts";
import { errorText } from "../../../core/redact.ts";
import { mayDo } from "../roles.ts";
import { code, escaped, italic } from "../text/html.ts";
import { message } from "../text/message.ts";
import { type Offer, offerFor } from "./action.ts";
import type { Intent, Setting } from "./intent.ts";
import { PROMPT_HASH, PROMPT_VERSION, readByModel } from "./model.ts";
import { readByRules } from "./rules.ts";

/** What free text is understood with. */
export interface UnderstandParts extends AnswerParts {
  /** Asked where rules do not reach; absent: it is not. */
  readonly languageModel?: LanguageModel;
  /** Ends what a model is asked. */
  readonly signal?: AbortSignal;
}

interface Reading {
  readonly intent: Intent;
  /** The model that read it; null: rules did. */
  readonly by: string | null;
  /** Why the model did not help; null when it was not needed, or did. */
  readonly trouble: string | null;
}

const MOST_LABEL = 60;
const NEAREST = 3;

/** Reads free text and shows what it would be as a command, with a button to run it. Nothing is run here. */
export async function understand(parts: UnderstandParts, { text, user }: { readonly text: string; readonly user: Guest }): Promise<Answered> {
  try {
    const { operator, timeZone, clock } = parts;
    const setting: Setting = { symbols: operator.symbols, quote: operator.status().quote, now: clock(), timeZone };
    const reading = await read(parts, text, setting);
    return offered(parts, reading, offerFor(reading.intent, operator), user, text);
  } catch (error) {
    const why = errorText(error, parts.redact);
    return { outcome: `failed: ${why}`, shown: say(`That did not work: ${why}`) };
  }
}

async function read({ languageModel, redact, signal }: UnderstandParts, text: string, setting: Setting): Promise<Reading> {
  const intent = readByRules(text, setting);
  // A hint says what is missing: a model would have to make it up.
  if (intent.kind !== "unknown" || intent.hint !== undefined || languageModel === undefined) return { intent, by: null, trouble: null };
  const answer = await readByModel(text, setting, languageModel, redact, signal);
  return "intent" in answer ? { intent: answer.intent, by: languageModel.name, trouble: null } : { intent, by: null, trouble: answer.failed };
}

function offered({ commands, redact }: UnderstandParts, { intent, by, trouble }: Reading, { question, notes, actions }: Offer, user: Guest, text: string): Answered {
  const known = actions.flatMap((action) => {
    const command = commands.get(action.command);
    return command ? [{ action, command }] : [];
  });
  const mine = known.filter(({ command }) => mayDo(user.role, command.role));
  if (mine.length === 0) return nothingToPress(intent, notes, trouble, known.map(({ command }) => command), [...commands.values()], user, text, redact);
  const html = message([
    mine.length > 1 ? escaped(question ?? "As commands, that is:") : "As a command, that is:",
    ...mine.map(({ action }) => code(typedAction(action))),
    ...notes.map((note) => escaped(note, 400)),
    italic(`${by === null ? "" : `Read by ${by}: look whether it is what you mean. `}Nothing is done before you press.`),
  ]);
  const buttons: Button[][] = mine.map(({ action }) => [{ text: cut(typedAction(action), MOST_LABEL), action }]);
  const model = by === null ? "" : ` (${by}, ${PROMPT_VERSION}, ${PROMPT_HASH.slice(0, 12)})`;
  return { outcome: `offered: ${mine.map(({ action }) => typedAction(action)).join(" | ")}${model}`, shown: { html: redact(html), buttons } };
}

/** An action as it would be typed. */
const typedAction = ({ command, argument }: Action): string => `/${command}${argument === "" ? "" : ` ${argument}`}`;

function nothingToPress(intent: Intent, notes: readonly string[], trouble: string | null, needed: readonly TelegramCommand[], commands: readonly TelegramCommand[], user: Guest, text: string, redact: (text: string) => string): Answered {
  const [first] = needed;
  if (first) return { outcome: `refused: needs the role ${first.role}`, shown: say(`That is /${first.name}, which needs the role ${first.role}; yours is ${user.role}. The owner sets roles in the definition, under telegram.users.`) };
  if (notes.length > 0) return { outcome: "asked back", shown: say(redact(notes.join("\n"))) };
  if (intent.kind !== "unknown") return { outcome: "not a command of this bot", shown: say("This bot has no command for that. /help lists those that it has.") };
  const near = nearest(text, commands.filter(({ role }) => mayDo(user.role, role)));
  const help = near.length === 0 ? "/help lists what you can say." : `Nearest: ${near.map((name) => `/${name}`).join(", ")}; /help lists all.`;
  const why = trouble === null ? "" : ` The language model did not help: ${trouble}`;
  return { outcome: trouble === null ? "not understood" : `not understood; the language model: ${trouble}`, shown: say(redact(`I did not understand that. ${help}${why}`)) };
}

/** Names of the commands that the words of a text come nearest to: slips of the finger, or the first letters. */
function nearest(text: string, commands: readonly TelegramCommand[]): string[] {
  const words = text.toLowerCase().slice(0, 400).match(/[a-z]{3,}/g) ?? [];
  const edits = (name: string): number => Math.min(...words.slice(0, 40).map((word) => (word.length >= 4 && name.startsWith(word) ? 0.5 : distance(name, word))));
  return commands
    .map(({ name }) => ({ name, far: edits(name) }))
    .filter(({ name, far }) => far <= 2 && far < name.length / 2)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, NEAREST)
    .map(({ name }) => name);
}

import { distance } from "fastest-levenshtein";
import type { Operator } from "../../ports/operator.ts";
import type { Research } from "../../ports/research.ts";
import type { AlertStore } from "./alerts/alert-store.ts";
import type { Proposal, Reply, TelegramCommand } from "./command.ts";
import type { Guest } from "./gate.ts";
import { escapeHtml } from "./text/html.ts";
import { type Redact, errorText } from "../../core/redact.ts";
import { mayDo } from "./roles.ts";
import type { VirtualBook } from "./virtual/book.ts";

/** What answers are made from. */
export interface AnswerParts {
  readonly commands: ReadonlyMap<string, TelegramCommand>;
  readonly operator: Operator;
  readonly timeZone: string;
  readonly redact: Redact;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly research?: Research;
  readonly alerts?: AlertStore;
  readonly virtual?: VirtualBook;
}

/** What came of a command: what is shown, and a few words for the journal. */
export interface Answered {
  readonly outcome: string;
  readonly shown: Reply | Proposal;
}

/** More edits than this are no slip of the finger. */
const FARTHEST = 3;

export const isProposal = (shown: Reply | Proposal): shown is Proposal => "carryOut" in shown;

/** A sentence as a reply. */
export const say = (text: string): Reply => ({ html: escapeHtml(text) });

/** Runs a command for somebody; whatever goes wrong becomes a sentence. */
export async function answer(parts: AnswerParts, asked: { readonly name: string; readonly argument: string; readonly user: Guest; readonly chat: number }): Promise<Answered> {
  const { commands, operator, timeZone, clock, redact, research, virtual, alerts } = parts;
  const { name, argument, user, chat } = asked;
  const command = commands.get(name);
  if (!command) return { outcome: "unknown command", shown: say(unknownText(name, [...commands.values()], user)) };
  if (!mayDo(user.role, command.role)) {
    return { outcome: `refused: needs the role ${command.role}`, shown: say(`/${name} needs the role ${command.role}; yours is ${user.role}. The owner sets roles in the definition, under telegram.users.`) };
  }
  try {
    const shown = await command.run({ operator, argument, user, now: clock(), timeZone, ...(alerts ? { alerts: alerts.desk(user.id, chat) } : {}), ...(research ? { research } : {}), ...(virtual ? { virtual } : {}) });
    return { outcome: isProposal(shown) ? "proposed" : "answered", shown: withoutSecrets(shown, redact) };
  } catch (error) {
    return failed(error, redact);
  }
}

/** Carries out what was confirmed; whatever goes wrong becomes a sentence. */
export async function carryOut(proposal: Proposal, redact: Redact): Promise<Answered & { readonly shown: Reply }> {
  try {
    const reply = await proposal.carryOut();
    return { outcome: "carried out", shown: { ...reply, html: redact(reply.html) } };
  } catch (error) {
    return failed(error, redact);
  }
}

function failed(error: unknown, redact: Redact): Answered & { readonly shown: Reply } {
  const text = errorText(error, redact);
  return { outcome: `failed: ${text}`, shown: say(`That did not work: ${text}`) };
}

function withoutSecrets(shown: Reply | Proposal, redact: Redact): Reply | Proposal {
  return { ...shown, html: redact(shown.html) };
}

function unknownText(name: string, commands: readonly TelegramCommand[], user: Guest): string {
  const near = commands
    .filter(({ role }) => mayDo(user.role, role))
    .map((command) => ({ name: command.name, edits: distance(command.name, name) }))
    .sort((a, b) => a.edits - b.edits)[0];
  const hint = near && near.edits <= FARTHEST && near.edits < near.name.length ? ` Did you mean /${near.name}?` : "";
  return `There is no command /${name}.${hint} /start lists those that you can use.`;
}

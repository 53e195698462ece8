import type { Operator } from "../../../ports/operator.ts";
import { pause } from "../api.ts";
import type { Outbox, Outgoing } from "../outbox.ts";
import type { Redact } from "../../../core/redact.ts";
import type { TelegramSettings } from "../settings.ts";
import { code, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { price } from "../text/numbers.ts";
import { alertCommand, alertText } from "./alert-text.ts";
import { type LevelsOf, type Look, councilNow, happened, priceNow } from "./alert-look.ts";
import type { AlertStore, KeptAlert } from "./alert-store.ts";

/** What a watch over alerts works with. */
export interface AlertWatchParts {
  readonly store: AlertStore;
  readonly operator: Operator;
  readonly outbox: Outbox;
  readonly settings: Pick<TelegramSettings, "users" | "chats" | "timeZone">;
  readonly redact: Redact;
  /** Wall clock, epoch milliseconds. */
  readonly clock: () => number;
  /** Between two looks, milliseconds. */
  readonly every: number;
  readonly warn: (what: string, error: unknown) => void;
}

/** How long an alert that stays is quiet after it was told, milliseconds of the venue's time. */
export const REST = 3_600_000;
const LASTING = 24 * 3_600_000;

/** Looks at the bot again and again until the signal ends it, and tells of what alerts wait for. */
export async function watchAlerts(parts: AlertWatchParts, signal: AbortSignal): Promise<void> {
  const look = alertLooks(parts);
  const said = new Set<string>();
  while (!signal.aborted) {
    try {
      look();
    } catch (error) {
      // Once each: what is wrong now is wrong a second later too.
      const text = error instanceof Error ? error.message : "";
      if (!said.has(text)) parts.warn("alerts could not be looked after", error);
      said.add(text);
    }
    await pause(parts.every, signal);
  }
}

/** One look at a time: puts what has happened into the outbox and settles the alerts that it was told of, both or neither. */
export function alertLooks({ store, operator, outbox, settings, redact, clock }: Omit<AlertWatchParts, "every" | "warn">): () => void {
  const users = new Set(settings.users.map(({ id }) => id));
  const chats = new Set(settings.chats ?? users);
  let before: ReadonlyMap<string, LevelsOf> = new Map();

  const messageOf = (kept: KeptAlert, lines: readonly string[], { quote }: Look): Outgoing => {
    const { id, chat, alert, told } = kept;
    const now = alert.type === "drawdown" ? null : priceNow(operator, alert.symbol);
    const parts: Part[] = [
      ...lines.map((line, i) => (i === 0 ? `🔔 ${line}` : line)),
      ...(now === null ? [] : [`Now ${escaped(`${price(now)} ${quote}`)}.`]),
      `You asked (alert ${id}): ${escaped(alertText(alert, quote))}.`,
      "every" in alert && alert.every ? `It rests for an hour; /alert off ${id} ends it.` : `Set it again: ${code(alertCommand(alert, operator.symbols))}`,
    ];
    return { key: `alert:${id}:${told}`, chat, html: redact(message(parts)), answer: false, line: true, notBefore: clock(), expires: clock() + LASTING };
  };

  const settle = (kept: KeptAlert, time: number): void => {
    const { alert, id } = kept;
    if (!("every" in alert) || !alert.every) store.drop(id);
    else store.rearm(kept, time + REST, alert.type === "vote" ? councilNow(operator, alert.symbol, kept.council) : null);
  };

  return () => {
    const own = store.all().filter(({ user, chat }) => users.has(user) && chats.has(chat));
    if (own.length === 0) {
      before = new Map();
      return;
    }
    const { time, quote } = operator.status();
    const current = levelsNow(operator, own);
    const look: Look = {
      operator, quote, time, timeZone: settings.timeZone,
      levels: (symbol) => {
        const [then, now] = [before.get(symbol), current.get(symbol)];
        return [...(then && then.time !== now?.time ? [then] : []), ...(now ? [now] : [])];
      },
    };
    const fired: { readonly kept: KeptAlert; readonly outgoing: Outgoing }[] = [];
    for (const kept of own) {
      const lines = happened(kept, look);
      if (lines !== null) fired.push({ kept, outgoing: messageOf(kept, lines, look) });
      else keepUp(kept);
    }
    // What was told must be off the list and in the outbox together: a process that dies in between would tell it twice, or never.
    if (fired.length > 0) outbox.put(fired.map(({ outgoing }) => outgoing), () => fired.forEach(({ kept }) => settle(kept, time)));
    before = current;
  };

  /** An agent that votes for the first time has a sign to change from then on. */
  function keepUp(kept: KeptAlert): void {
    const { alert, council } = kept;
    if (alert.type !== "vote" || !operator.symbols.includes(alert.symbol)) return;
    const now = councilNow(operator, alert.symbol, council);
    if (now === null) return;
    const isNew = council === null || Object.keys(now.scores).some((agent) => council.scores[agent] === undefined);
    if (isNew) store.compareWith(kept, council === null ? now : { stance: council.stance, scores: { ...now.scores, ...council.scores } });
  }
}

/** The levels in force, of symbols that somebody wants to hear of. */
function levelsNow(operator: Operator, kept: readonly KeptAlert[]): ReadonlyMap<string, LevelsOf> {
  const levels = new Map<string, LevelsOf>();
  for (const { alert } of kept) {
    if (alert.type !== "level" || levels.has(alert.symbol) || !operator.symbols.includes(alert.symbol)) continue;
    const decided = operator.votes(alert.symbol);
    if (decided !== null) levels.set(alert.symbol, { time: decided.time, rows: operator.levels(alert.symbol) });
  }
  return levels;
}

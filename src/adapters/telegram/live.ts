import { z } from "zod";
import type { Live, Reply } from "./command.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { type Redact, errorText } from "../../core/redact.ts";
import type { TelegramStore } from "./store.ts";
import { escapeHtml } from "./text/html.ts";

/** A message of which something new is to be shown in its place. */
export interface Edit {
  readonly key: string;
  readonly chat: number;
  readonly message: number;
  readonly html: string;
  /** The inline keyboard, JSON; null for none. */
  readonly markup: string | null;
}

/** What live messages are made with. */
export interface LiveParts {
  readonly store: TelegramStore;
  readonly outbox: Outbox;
  readonly redact: Redact;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Least time between two edits of a message, ms: Telegram bans bots that edit more. */
  readonly every: number;
  /** Ends the work when the door closes. */
  readonly signal: AbortSignal;
}

/** What came of work behind a message: a reply to show in a message of its own (null: none), and a few words for the journal. */
export type Ended = (reply: Reply | null, outcome: string) => void;

const TABLE = "CREATE TABLE IF NOT EXISTS live (key TEXT PRIMARY KEY, chat INTEGER NOT NULL, message INTEGER, closing TEXT, begun INTEGER NOT NULL) STRICT";
const rows = z.array(z.object({ key: z.string(), chat: z.int(), message: z.int().nullable(), closing: z.string().nullable(), begun: z.int() }));

const STOPPED = "⏹ The bot was stopped while this was going on: nothing came of it. Send the command again.";
const DIED = "⏹ The bot was started anew while this was going on: nothing came of it. Send the command again.";
const FAILED = "✖ It ended without a result.";
/** Telegram does not let a bot edit what is older. */
const EDITABLE = 48 * 3_600_000;

interface Entry {
  readonly chat: number;
  readonly markup: string | null;
  /** Telegram's number of it; null until it is there. */
  message: number | null;
  /** What the message says, or will say once it is there. */
  shown: string;
  /** What it is to say next; null when it says it already. */
  html: string | null;
  notBefore: number;
  /** Nothing is to be shown after what waits. */
  over: boolean;
}

/**
 * Messages that show in their place how far some work is. The postman carries the edits, one after another with
 * everything else, so that whatever waits for Telegram waits for all of it. A message whose work ended is remembered on
 * the disk until it says so, and one whose work died with the process is told so by the next.
 */
export class LiveMessages {
  readonly #parts: LiveParts;
  readonly #entries = new Map<string, Entry>();
  readonly #tasks = new Set<Promise<void>>();
  #onChange: () => void = () => undefined;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    const { store, clock } = parts;
    store.exec(TABLE);
    store.prepare("DELETE FROM live WHERE begun < ?").run(clock() - EDITABLE);
    for (const row of rows.parse(store.prepare("SELECT key, chat, message, closing, begun FROM live").all())) this.#takeUp(row);
  }

  /** Calls back whenever something new waits to be shown. */
  onChange(wake: () => void): void {
    this.#onChange = wake;
  }

  /** Sends a message and begins the work behind it. */
  run(work: Live, message: Outgoing, ended: Ended): void {
    const { store, outbox, clock, signal } = this.#parts;
    const { key, chat, html, markup = null } = message;
    this.#entries.set(key, { chat, markup, message: null, shown: html, html: null, notBefore: 0, over: false });
    outbox.put([message], () => store.prepare("INSERT OR REPLACE INTO live VALUES (?, ?, NULL, NULL, ?)").run(key, chat, clock()));
    const task = work((next) => this.#show(key, next), signal)
      .then(
        (reply) => this.#end(key, signal.aborted ? STOPPED : null, () => ended(signal.aborted ? null : reply, signal.aborted ? "ended with the bot" : "done")),
        (error: unknown) => {
          const text = errorText(error, this.#parts.redact, 1_000);
          const reply = signal.aborted ? null : { html: escapeHtml(`That did not work: ${text}`) };
          this.#end(key, signal.aborted ? STOPPED : FAILED, () => ended(reply, signal.aborted ? "ended with the bot" : `failed: ${text}`));
        },
      )
      // The file may be closed by now: what did not end before that is told by the next start.
      .catch(() => undefined)
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  /** Comes once no work goes on any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#tasks);
  }

  /** A message has come to its chat. */
  placed(key: string, message: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.message = message;
    this.#parts.store.prepare("UPDATE live SET message = ? WHERE key = ?").run(message, key);
    if (entry.html !== null) this.#onChange();
    else if (entry.over) this.#forget(key);
  }

  /** The edit that is due; what ended goes first. Null for none. */
  next(now: number): Edit | null {
    let found: Edit | null = null;
    for (const [key, { chat, markup, message, html, notBefore, over }] of this.#entries) {
      if (message === null || html === null || notBefore > now) continue;
      if (over) return { key, chat, message, html, markup: null };
      found ??= { key, chat, message, html, markup };
    }
    return found;
  }

  /** When the next edit is due, epoch milliseconds; null when none waits. */
  nextAt(): number | null {
    const times = [...this.#entries.values()].filter(({ message, html }) => message !== null && html !== null).map(({ notBefore }) => notBefore);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** An edit was made. */
  done({ key, html }: Edit, now: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.shown = html;
    entry.notBefore = now + this.#parts.every;
    if (entry.html !== html) return;
    entry.html = null;
    if (entry.over) this.#forget(key);
  }

  /** Telegram does not let the message be edited (any more): nothing is shown in it from now on. */
  drop({ key }: Edit): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.over) this.#forget(key);
    else entry.message = null;
  }

  /** Nothing of a chat is shown that nobody can read there any more. */
  dropChat(chat: number): void {
    for (const [key, entry] of this.#entries) if (entry.chat === chat) this.drop({ key, chat, message: 0, html: "", markup: null });
  }

  #show(key: string, html: string): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.over) return;
    const next = this.#parts.redact(html);
    entry.html = next === entry.shown ? null : next;
    if (entry.message !== null && entry.html !== null) this.#onChange();
  }

  #end(key: string, closing: string | null, tell: () => void): void {
    const entry = this.#entries.get(key);
    if (entry) {
      // Also what is shown already is shown once more: the buttons have to go.
      const last = closing ?? entry.html ?? entry.shown;
      entry.html = last;
      entry.notBefore = 0;
      entry.over = true;
      this.#parts.store.prepare("UPDATE live SET closing = ? WHERE key = ?").run(last, key);
    }
    tell();
    this.#onChange();
  }

  /** What the process before this one has left. */
  #takeUp({ key, chat, message, closing }: z.infer<typeof rows>[number]): void {
    const { outbox, clock } = this.#parts;
    if (message !== null) {
      this.#entries.set(key, { chat, markup: null, message, shown: "", html: closing ?? DIED, notBefore: 0, over: true });
      return;
    }
    // It was never sent, or nobody knows its number: what is said of it is said in a message of its own.
    const waited = outbox.withdraw(key, clock());
    if (waited || closing === null) outbox.put([{ key: `${key}:died`, chat, html: closing ?? DIED, answer: true, line: false, notBefore: clock(), expires: clock() + EDITABLE }]);
    this.#forget(key);
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    this.#parts.store.prepare("DELETE FROM live WHERE key = ?").run(key);
  }
}

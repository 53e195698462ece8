import { z } from "zod";
import type { TelegramStore } from "./store.ts";

/** A file that goes with a message; a photo is shown, anything else is offered for download. */
export interface Attachment {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly photo: boolean;
}

/** What is to be sent to one chat. */
export interface Outgoing {
  /** Sent once under this key, however often it is put in; restarts included. */
  readonly key: string;
  readonly chat: number;
  /** Telegram's HTML. */
  readonly html: string;
  /** The inline keyboard, JSON. */
  readonly markup?: string;
  readonly attachment?: Attachment;
  /** An answer to somebody who waits goes before what nobody asked for. */
  readonly answer: boolean;
  /** Waiting lines of a chat are sent as one message. */
  readonly line: boolean;
  /** Not before, and not after; epoch milliseconds. */
  readonly notBefore: number;
  readonly expires: number;
}

/** One message as it is sent: several lines may have become one. */
export interface Parcel {
  readonly ids: readonly number[];
  /** Of the first of them. */
  readonly key: string;
  readonly chat: number;
  readonly html: string;
  readonly markup: string | null;
  readonly attachment: Attachment | null;
}

const rowSchema = z.object({
  id: z.int(), key: z.string(), chat: z.int(), line: z.int(), html: z.string(), markup: z.string().nullable(), file_name: z.string().nullable(), file: z.instanceof(Uint8Array).nullable(), photo: z.int(),
});
type Row = z.infer<typeof rowSchema>;
const timeSchema = z.object({ at: z.int().nullable() });

/** Room of one message in Telegram, characters. */
const MOST = 4_096;
/** Keys of what was sent are known for this long, ms. */
const REMEMBERED = 48 * 3_600_000;
/** More waiting than this are not kept: the oldest that nobody asked for go. */
const MOST_WAITING = 5_000;

/** Messages that have to reach Telegram: on the disk until they were sent, each key once. Nothing here waits for Telegram. */
export class Outbox {
  readonly #store: TelegramStore;
  readonly #insert: ReturnType<TelegramStore["prepare"]>;
  readonly #next: ReturnType<TelegramStore["prepare"]>;
  readonly #more: ReturnType<TelegramStore["prepare"]>;
  readonly #sent: ReturnType<TelegramStore["prepare"]>;
  readonly #share: number;
  #onPut: () => void = () => undefined;

  /** `share`: how long lines wait for others, ms; whoever goes first takes along those that wait no longer than that. */
  constructor(store: TelegramStore, share = 0) {
    this.#store = store;
    this.#share = share;
    this.#insert = store.prepare(
      "INSERT OR IGNORE INTO outbox (key, chat, priority, line, html, markup, file_name, file, photo, not_before, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    const columns = "id, key, chat, line, html, markup, file_name, file, photo";
    this.#next = store.prepare(`SELECT ${columns} FROM outbox WHERE sent_at IS NULL AND not_before <= ? ORDER BY priority, id LIMIT 1`);
    this.#more = store.prepare(`SELECT ${columns} FROM outbox WHERE sent_at IS NULL AND line = 1 AND chat = ? AND not_before <= ? AND id > ? ORDER BY id LIMIT 100`);
    // What was sent leaves its key behind, and nothing of what it said.
    this.#sent = store.prepare("UPDATE outbox SET sent_at = ?, html = '', markup = NULL, file = NULL WHERE id = ?");
  }

  /** Calls back whenever something new waits. */
  onPut(wake: () => void): void {
    this.#onPut = wake;
  }

  /** Puts messages in, in one write; a key that is known is left as it is. What `along` writes to the same file is kept with them, or neither is. */
  put(messages: readonly Outgoing[], along: () => void = () => undefined): void {
    this.#store.exec("BEGIN IMMEDIATE");
    try {
      for (const { key, chat, html, markup, attachment, answer, line, notBefore, expires } of messages) {
        this.#insert.run(key, chat, answer ? 0 : 1, line ? 1 : 0, html, markup ?? null, attachment?.name ?? null, attachment?.bytes ?? null, attachment?.photo ? 1 : 0, notBefore, expires);
      }
      along();
      this.#store.exec("COMMIT");
    } catch (error) {
      this.#store.exec("ROLLBACK");
      throw error;
    }
    this.#onPut();
  }

  /** The next to be sent: answers first, then in the order in which they came; null when nothing is due. */
  next(now: number): Parcel | null {
    const found = this.#next.get(now);
    if (found === undefined) return null;
    const first = rowSchema.parse(found);
    if (first.line === 0) return parcelOf([first]);
    const rows = [first];
    let length = first.html.length;
    for (const more of this.#more.all(first.chat, now + this.#share, first.id).map((row) => rowSchema.parse(row))) {
      length += more.html.length + 1;
      if (length > MOST) break;
      rows.push(more);
    }
    return parcelOf(rows);
  }

  /** What only waits for others to share its message waits no longer. */
  release(now: number): void {
    this.#store.prepare("UPDATE outbox SET not_before = ?1 WHERE sent_at IS NULL AND not_before > ?1 AND not_before <= ?2").run(now, now + this.#share);
  }

  /** When the next of them is due, epoch milliseconds; null when nothing waits. */
  nextAt(): number | null {
    return timeSchema.parse(this.#store.prepare("SELECT min(not_before) AS at FROM outbox WHERE sent_at IS NULL").get()).at;
  }

  get waiting(): number {
    return timeSchema.parse(this.#store.prepare("SELECT count(*) AS at FROM outbox WHERE sent_at IS NULL").get()).at ?? 0;
  }

  /** Done with: sent, or never to be. */
  done({ ids }: Parcel, now: number): void {
    for (const id of ids) this.#sent.run(now, id);
  }

  /** What waits under a key is not sent; false when nothing does. */
  withdraw(key: string, now: number): boolean {
    return Number(this.#store.prepare("UPDATE outbox SET sent_at = ?, html = '', markup = NULL, file = NULL WHERE key = ? AND sent_at IS NULL").run(now, key).changes) > 0;
  }

  /** Nothing of a chat is sent that nobody can read there any more. */
  dropChat(chat: number, now: number): void {
    this.#store.prepare("UPDATE outbox SET sent_at = ?, html = '', markup = NULL, file = NULL WHERE chat = ? AND sent_at IS NULL").run(now, chat);
  }

  /** Nothing is sent any more but to these chats. */
  dropOthers(chats: readonly number[], now: number): void {
    this.#store.prepare("UPDATE outbox SET sent_at = ?, html = '', markup = NULL, file = NULL WHERE sent_at IS NULL AND chat NOT IN (SELECT value FROM json_each(?))").run(now, JSON.stringify(chats));
  }

  /** Forgets what is out of date. */
  tidy(now: number): void {
    this.#store.prepare("UPDATE outbox SET sent_at = ?, html = '', markup = NULL, file = NULL WHERE sent_at IS NULL AND expires < ?").run(now, now);
    this.#store.prepare("DELETE FROM outbox WHERE sent_at < ?").run(now - REMEMBERED);
    this.#store
      .prepare("DELETE FROM outbox WHERE sent_at IS NULL AND priority = 1 AND id <= (SELECT id FROM outbox WHERE sent_at IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?)")
      .run(MOST_WAITING);
  }
}

function parcelOf(rows: readonly Row[]): Parcel {
  const [first] = rows;
  if (!first) throw new Error("a parcel of nothing");
  const { key, chat, markup, file, file_name: name, photo } = first;
  return {
    ids: rows.map(({ id }) => id),
    key,
    chat,
    html: rows.map(({ html }) => html).join("\n"),
    markup,
    attachment: file === null ? null : { name: name ?? "file", bytes: file, photo: photo === 1 },
  };
}

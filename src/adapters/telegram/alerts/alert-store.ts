import { z } from "zod";
import type { TelegramStore } from "../store.ts";
import { type Alert, alertSchema } from "./alert.ts";

/** What the council said when a vote alert was set, or last told: the stance, and of each agent the last score that was not zero. */
export const councilSchema = z.object({ stance: z.string(), scores: z.record(z.string(), z.number()) });
export type CouncilThen = z.infer<typeof councilSchema>;

/** An alert as it is kept. */
export interface KeptAlert {
  /** Never given twice. */
  readonly id: number;
  readonly user: number;
  readonly chat: number;
  readonly alert: Alert;
  /** Venue time from which on it counts, epoch milliseconds; in the future while it rests. */
  readonly since: number;
  /** For a vote alert; null before the first decision. */
  readonly council: CouncilThen | null;
  /** How often it was told. */
  readonly told: number;
}

/** What one user has asked for in one chat. */
export interface AlertDesk {
  /** Oldest first. */
  list(): readonly KeptAlert[];
  /** The number it has from then on; null when the user has MOST_ALERTS already. */
  add(alert: Alert, since: number, council: CouncilThen | null): number | null;
  /** Whether there was one of that number. */
  remove(id: number): boolean;
  /** How many there were. */
  removeAll(): number;
  /** Symbols that the user watches; null for all of the bot's. */
  watched(): readonly string[] | null;
  watch(symbols: readonly string[] | null): void;
}

/** Alerts that one user can have. */
export const MOST_ALERTS = 50;

const TABLES = `
  CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL, chat INTEGER NOT NULL, alert TEXT NOT NULL,
    since INTEGER NOT NULL, council TEXT, told INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS watched (user INTEGER NOT NULL, chat INTEGER NOT NULL, symbols TEXT NOT NULL, PRIMARY KEY (user, chat)) STRICT;
`;

const json = <T extends z.ZodType>(schema: T) => z.string().transform((text, context): z.output<T> => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    context.addIssue("not what is kept here");
    return z.NEVER;
  }
});
const rowSchema = z.object({ id: z.int(), user: z.int(), chat: z.int(), alert: json(alertSchema), since: z.int(), council: json(councilSchema).nullable(), told: z.int() });
const symbolsSchema = z.object({ symbols: json(z.array(z.string())) });

/** The alerts and watch lists of everybody, in the door's own file. */
export class AlertStore {
  readonly #store: TelegramStore;
  /** Read once: nobody else writes them. */
  #kept: readonly KeptAlert[] | null = null;

  constructor(store: TelegramStore) {
    this.#store = store;
    store.exec(TABLES);
  }

  /** Every alert, oldest first. One that cannot be understood, of another version, is left alone. */
  all(): readonly KeptAlert[] {
    this.#kept ??= this.#store.prepare("SELECT id, user, chat, alert, since, council, told FROM alerts ORDER BY id").all().flatMap((row) => {
      const parsed = rowSchema.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    });
    return this.#kept;
  }

  /** What a user has asked for in a chat. */
  desk(user: number, chat: number): AlertDesk {
    return {
      list: () => this.all().filter((one) => one.user === user && one.chat === chat),
      add: (alert, since, council) => {
        if (this.all().filter((one) => one.user === user).length >= MOST_ALERTS) return null;
        const { lastInsertRowid: id } = this.#change("INSERT INTO alerts (user, chat, alert, since, council, told) VALUES (?, ?, ?, ?, ?, 0)", user, chat, JSON.stringify(alert), Math.round(since), council === null ? null : JSON.stringify(council));
        return Number(id);
      },
      remove: (id) => Number(this.#change("DELETE FROM alerts WHERE id = ? AND user = ? AND chat = ?", id, user, chat).changes) > 0,
      removeAll: () => Number(this.#change("DELETE FROM alerts WHERE user = ? AND chat = ?", user, chat).changes),
      watched: () => {
        const parsed = symbolsSchema.safeParse(this.#store.prepare("SELECT symbols FROM watched WHERE user = ? AND chat = ?").get(user, chat));
        return parsed.success ? parsed.data.symbols : null;
      },
      watch: (symbols) => {
        if (symbols === null) this.#change("DELETE FROM watched WHERE user = ? AND chat = ?", user, chat);
        else this.#change("INSERT INTO watched VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET symbols = excluded.symbols", user, chat, JSON.stringify(symbols));
      },
    };
  }

  /** Told and done with. */
  drop(id: number): void {
    this.#change("DELETE FROM alerts WHERE id = ?", id);
  }

  /** Told, and counts again from a time on. */
  rearm({ id, told }: KeptAlert, since: number, council: CouncilThen | null): void {
    this.#change("UPDATE alerts SET since = ?, council = ?, told = ? WHERE id = ?", Math.round(since), council === null ? null : JSON.stringify(council), told + 1, id);
  }

  /** What a vote alert is held against from now on. */
  compareWith({ id }: KeptAlert, council: CouncilThen): void {
    this.#change("UPDATE alerts SET council = ? WHERE id = ?", JSON.stringify(council), id);
  }

  #change(sql: string, ...values: (number | string | null)[]) {
    this.#kept = null;
    return this.#store.prepare(sql).run(...values);
  }
}

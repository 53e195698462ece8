import { z } from "zod";
import type { TelegramStore } from "../store.ts";
import { type VirtualAccount, type VirtualFill, type VirtualRates, applyFill, openAccount } from "./account.ts";

/** Where a paper portfolio began: units of quote and prices as in its books; the rest is what it is compared with. */
export interface VirtualStart {
  readonly user: number;
  readonly time: number;
  readonly quote: string;
  readonly cash: bigint;
  /** The symbol that could have been held instead, and its price then, units. */
  readonly symbol: string;
  readonly price: bigint;
  /** Equity of the bot then, quote. */
  readonly botEquity: number;
}

/** A trade with its time, epoch milliseconds of the venue. */
export interface VirtualTrade extends VirtualFill {
  readonly time: number;
}

/** Worth of a portfolio at a time, quote, and what holding and the bot were worth for the same money then. */
export interface VirtualSample {
  readonly time: number;
  readonly equity: number;
  readonly hold: number;
  readonly bot: number;
}

/** The paper portfolios, one a user, in the door's own file. */
export interface VirtualBook {
  readonly rates: (symbol: string) => VirtualRates;
  /** Users that have one. */
  users(): readonly number[];
  begun(user: number): VirtualStart | null;
  account(user: number): VirtualAccount | null;
  /** Begins one; the one before is gone with all its trades. */
  begin(start: VirtualStart): void;
  /** Keeps a trade, or throws and keeps nothing. */
  trade(user: number, trade: VirtualTrade): VirtualAccount;
  /** Newest first. */
  trades(user: number): readonly VirtualTrade[];
  reset(user: number): void;
  /** Keeps a sample, unless there is one of that time or a later one. */
  sample(user: number, sample: VirtualSample): void;
  /** Oldest first. */
  samples(user: number): readonly VirtualSample[];
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS virtual (
    user INTEGER PRIMARY KEY, time INTEGER NOT NULL, quote TEXT NOT NULL, cash TEXT NOT NULL,
    symbol TEXT NOT NULL, price TEXT NOT NULL, bot_equity REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS virtual_trades (
    id INTEGER PRIMARY KEY, user INTEGER NOT NULL, time INTEGER NOT NULL, side TEXT NOT NULL, symbol TEXT NOT NULL,
    quantity TEXT NOT NULL, price TEXT NOT NULL, worth TEXT NOT NULL, fee TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS virtual_trades_of ON virtual_trades (user, id);
  CREATE TABLE IF NOT EXISTS virtual_samples (
    user INTEGER NOT NULL, time INTEGER NOT NULL, equity REAL NOT NULL, hold REAL NOT NULL, bot REAL NOT NULL, PRIMARY KEY (user, time)
  ) STRICT, WITHOUT ROWID;
`;

/** Hours of two years: older samples go. */
const MOST_SAMPLES = 17_520;

const units = z.string().regex(/^\d{1,30}$/).transform((text) => BigInt(text));
const startRow = z
  .object({ user: z.int(), time: z.int(), quote: z.string(), cash: units, symbol: z.string(), price: units, bot_equity: z.number() })
  .transform(({ bot_equity: botEquity, ...rest }): VirtualStart => ({ ...rest, botEquity }));
const tradeRow = z.object({ time: z.int(), side: z.enum(["buy", "sell"]), symbol: z.string(), quantity: units, price: units, worth: units, fee: units });
const sampleRow = z.object({ time: z.int(), equity: z.number(), hold: z.number(), bot: z.number() });
const userRow = z.object({ user: z.int() });

/** The portfolios of a file. */
export function openVirtualBook(store: TelegramStore, rates: VirtualBook["rates"]): VirtualBook {
  store.exec(TABLES);
  const columns = "time, side, symbol, quantity, price, worth, fee";
  const oldestFirst = store.prepare(`SELECT ${columns} FROM virtual_trades WHERE user = ? ORDER BY id`);
  const insert = store.prepare(`INSERT INTO virtual_trades (user, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const tradesOf = (user: number): VirtualTrade[] => oldestFirst.all(user).map((row) => tradeRow.parse(row));

  const begun = (user: number): VirtualStart | null => {
    const row = store.prepare("SELECT * FROM virtual WHERE user = ?").get(user);
    return row === undefined ? null : startRow.parse(row);
  };
  const account = (user: number): VirtualAccount | null => {
    const start = begun(user);
    return start && tradesOf(user).reduce(applyFill, openAccount(start.cash));
  };
  const clear = (user: number): void => {
    for (const table of ["virtual", "virtual_trades", "virtual_samples"]) store.prepare(`DELETE FROM ${table} WHERE user = ?`).run(user);
  };
  const whole = (work: () => void): void => {
    store.exec("BEGIN IMMEDIATE");
    try {
      work();
      store.exec("COMMIT");
    } catch (error) {
      store.exec("ROLLBACK");
      throw error;
    }
  };

  return {
    rates,
    users: () => store.prepare("SELECT user FROM virtual ORDER BY user").all().map((row) => userRow.parse(row).user),
    begun,
    account,
    begin: ({ user, time, quote, cash, symbol, price, botEquity }) => {
      whole(() => {
        clear(user);
        store.prepare("INSERT INTO virtual VALUES (?, ?, ?, ?, ?, ?, ?)").run(user, time, quote, String(cash), symbol, String(price), botEquity);
      });
    },
    trade: (user, trade) => {
      const before = account(user);
      if (!before) throw new RangeError("there is no paper portfolio");
      const after = applyFill(before, trade);
      insert.run(user, trade.time, trade.side, trade.symbol, String(trade.quantity), String(trade.price), String(trade.worth), String(trade.fee));
      return after;
    },
    trades: (user) => tradesOf(user).reverse(),
    reset: (user) => {
      whole(() => clear(user));
    },
    sample: (user, { time, equity, hold, bot }) => {
      store.prepare("INSERT INTO virtual_samples SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM virtual_samples WHERE user = ?1 AND time >= ?2)").run(user, time, equity, hold, bot);
      store.prepare("DELETE FROM virtual_samples WHERE user = ?1 AND time <= (SELECT time FROM virtual_samples WHERE user = ?1 ORDER BY time DESC LIMIT 1 OFFSET ?2)").run(user, MOST_SAMPLES);
    },
    samples: (user) => store.prepare("SELECT time, equity, hold, bot FROM virtual_samples WHERE user = ? ORDER BY time").all(user).map((row) => sampleRow.parse(row)),
  };
}

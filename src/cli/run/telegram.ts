import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { money } from "../../adapters/report/format.ts";
import type { Notification } from "../../adapters/telegram/notifications.ts";
import type { TelegramDoor } from "../../adapters/telegram/open.ts";
import { feesOf } from "../../core/fill-model.ts";
import { errorText, redactor } from "../../core/redact.ts";
import type { TelegramSettings } from "../../adapters/telegram/settings.ts";
import type { SessionListener, SessionParts } from "../../app/trade/parts.ts";
import { statusOf } from "../../app/trade/report.ts";
import type { Session } from "../../app/trade/session.ts";
import type { AccountKeys } from "../../adapters/ccxt/accounts/client.ts";
import type { LanguageModel } from "../../ports/language-model.ts";
import { UserError } from "../../core/user-error.ts";
import { type HoldingsRun, holdingsRun } from "./holdings.ts";
import { knownSecrets, readTelegramToken } from "./keys.ts";
import { harmless, noticeListener } from "./notices.ts";
import type { ReceiptsRun } from "./receipts.ts";
import { researchOf } from "./research.ts";

/** How long a stop waits for what is to be said, ms, after the drain of the orders. */
const DRAIN = 800;
/** Told before the door is open; more is not kept. */
const MOST_EARLY = 200;

/** The bot's door to Telegram within a run. */
export interface TelegramRun {
  /** Where the session tells what happens. */
  readonly listener: SessionListener;
  /** Opens the door in the background. */
  open(session: Session, languageModel: LanguageModel | null): void;
  /** Says that the bot stops, and why, and takes in nothing more. */
  stopping(why: string): void;
  /** Sends what waits for a moment at the most, and lets go. What is left is sent by the next start. */
  close(): Promise<void>;
}

/** What the door is made of. */
export interface TelegramRunParts {
  readonly settings: TelegramSettings;
  readonly folder: string;
  /** The candle store, from which backtests of a replay take theirs. */
  readonly dataDir: string;
  /** Stored keys of the accounts of the portfolio, by label. */
  readonly accountKeys?: ReadonlyMap<string, AccountKeys>;
  readonly parts: Pick<SessionParts, "botId" | "mode" | "definition" | "venue" | "journal" | "clock" | "outside">;
  /** The chain of receipts, once it is followed. */
  readonly receipts: () => ReceiptsRun | null;
  /** Ends the run. */
  readonly stop: () => void;
  readonly warn: (text: string) => void;
}

const environment = z.object({ CAUCUS_TELEGRAM_API_ROOT: z.url().optional() });

/** The door to Telegram of a run; null, with a warning, when there is no token. */
export function telegramRun(run: TelegramRunParts): TelegramRun | null {
  const token = readTelegramToken();
  if (token === null) {
    run.warn("telegram: there is no token in CAUCUS_TELEGRAM_TOKEN (or CAUCUS_TELEGRAM_TOKEN_FILE), so the bot is not in Telegram.");
    return null;
  }
  const apiRoot = readApiRoot();
  const { settings, folder, dataDir, parts, warn } = run;
  const redact = redactor([token]);
  const complain = (what: string, error: unknown): void => warn(`telegram: ${what}: ${errorText(error, redact)}`);
  const { definition, mode } = parts;
  const research = researchOf({ definition, mode, folder, dataDir, now: () => parts.venue.now() });
  const instance = randomUUID();
  let early: Notification[] = [];
  let door: TelegramDoor | null = null;
  let opening: Promise<void> = Promise.resolve();
  let stopped = false;
  let life: string = instance;
  let session: Session | null = null;
  let holdings: HoldingsRun | null = null;

  const tell = (notification: Notification): void => {
    // Trade ids begin again with every replay: the key is of this run alone.
    const own = { ...notification, key: `${life}:${notification.key}` };
    if (door) door.tell(own);
    else if (early.length < MOST_EARLY) early.push(own);
  };

  const openNow = async (started: Session, languageModel: LanguageModel | null): Promise<void> => {
    const [{ openTelegram }, { commands }, { operatorOf }] = await Promise.all([
      import("../../adapters/telegram/open.ts"), import("../../adapters/telegram/commands/index.ts"), import("../../app/operator/operator.ts"),
    ]);
    const operator = operatorOf({ session: started, parts, version: versionOf(), stop: () => run.stop(), receipts: { known: () => run.receipts()?.known() ?? null, signed: async (number) => (await run.receipts()?.signed(number)) ?? null } });
    holdings = await holdingsRun(definition, complain, run.accountKeys);
    door = openTelegram({
      token, settings, folder, operator, commands: holdings?.commands(commands) ?? commands, warn, clock: parts.clock, research, rates: (symbol) => feesOf(definition.fees, symbol),
      ...(apiRoot === undefined ? {} : { apiRoot }),
      secrets: [...knownSecrets(), ...(holdings?.secrets ?? [])],
      ...(languageModel === null ? {} : { languageModel }),
      journal: (entry) => started.desk.note("operator", entry, parts.venue.now()),
    });
    for (const notification of early) door.tell(notification);
    early = [];
    if (stopped) door.deafen();
  };

  return {
    listener: harmless(noticeListener(() => parts.venue.now(), tell), (error) => complain("something could not be told", error)),
    open: (started, languageModel) => {
      session = started;
      for (const { hash } of parts.journal.entries(1)) {
        life = hash;
        break;
      }
      tell({ kind: "start", key: `start:${instance}`, text: `${parts.botId} has started (${parts.mode}) on ${started.bot.plan.symbols.map(({ instrument }) => instrument.symbol).join(", ")}. ${standing(started)}`, urgent: true });
      opening = openNow(started, languageModel).catch((error: unknown) => complain("it could not be opened", error));
    },
    stopping: (why) => {
      if (stopped || session === null) return;
      stopped = true;
      door?.deafen();
      tell({ kind: "stop", key: `stop:${instance}`, text: `${parts.botId} stops: ${why} ${standing(session)}`, urgent: true });
    },
    // Together: what a job says when it is ended still goes out with the rest.
    close: () => opening.then(() => Promise.all([research.close(), door?.close(DRAIN)])).then(() => holdings?.close()).catch((error: unknown) => complain("it could not be closed", error)),
  };
}

function readApiRoot(): string | undefined {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) throw new UserError("CAUCUS_TELEGRAM_API_ROOT must be an address such as http://127.0.0.1:8081; without it Telegram's own is used.");
  return parsed.data.CAUCUS_TELEGRAM_API_ROOT;
}

function standing(session: Session): string {
  const { equity, openOrders } = statusOf(session);
  return `Equity ${money(equity, { currency: session.bot.plan.symbols[0]?.instrument.quote ?? "", digits: 2 })}, ${openOrders} open orders.`;
}

function versionOf(): string {
  const manifest = z.looseObject({ version: z.string() });
  return manifest.parse(JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "..", "package.json"), "utf8"))).version;
}

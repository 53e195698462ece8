import { join } from "node:path";
import { Telegraf } from "telegraf";
import type { LanguageModel } from "../../ports/language-model.ts";
import type { Operator } from "../../ports/operator.ts";
import type { Research } from "../../ports/research.ts";
import { AlertStore } from "./alerts/alert-store.ts";
import { watchAlerts } from "./alerts/alert-watch.ts";
import { BackOff, callOptions, failureOf, isOver, pause } from "./api.ts";
import type { TelegramCommand } from "./command.ts";
import { tellDaily } from "./daily.ts";
import { createGate } from "./gate.ts";
import { LiveMessages } from "./live.ts";
import { setMenus } from "./menu.ts";
import { type Notification, createNotifications } from "./notifications.ts";
import { Outbox } from "./outbox.ts";
import { poll } from "./poll.ts";
import { deliver } from "./postman.ts";
import { Reception } from "./reception.ts";
import { errorText, redactor } from "../../core/redact.ts";
import { TELEGRAM_PATIENCE, type TelegramPatience, type TelegramSettings } from "./settings.ts";
import { startCommand } from "./start-command.ts";
import { openStore, seenUpdates } from "./store.ts";
import { updateSchema } from "./update.ts";
import { listen } from "./webhook.ts";
import type { VirtualRates } from "./virtual/account.ts";
import { openVirtualBook } from "./virtual/book.ts";
import { sampleVirtual } from "./virtual/sampling.ts";

/** Telegram takes no more edits of a message than this without a ban to come, ms. */
const EDITS_APART = 2_000;

/** Between two looks at what alerts wait for, ms. */
const LOOK_EVERY = 1_000;

/** What a door to Telegram is made of. */
export interface TelegramParts {
  readonly token: string;
  /** Another address of the Bot API than Telegram's own. */
  readonly apiRoot?: string;
  readonly settings: TelegramSettings;
  /** Where telegram.sqlite lies: the run's state folder. */
  readonly folder: string;
  readonly operator: Operator;
  readonly commands: readonly TelegramCommand[];
  /** Keys that must never be said, beside the token. */
  readonly secrets: readonly string[];
  /** Writes one entry of the bot's journal. */
  readonly journal: (entry: Record<string, unknown>) => void;
  /** Hears of trouble with Telegram; secrets are taken out. */
  readonly warn: (text: string) => void;
  /** Wall clock, epoch milliseconds. */
  readonly clock: () => number;
  readonly patience?: TelegramPatience;
  /** Reads free text where rules do not reach; absent: nothing does. */
  readonly languageModel?: LanguageModel;
  /** Backtests and searches; absent: there are none. */
  readonly research?: Research;
  /** What paper portfolios pay to trade; absent: nothing. */
  readonly rates?: (symbol: string) => VirtualRates;
}

/** An open door. */
export interface TelegramDoor {
  /** Tells the owner; returns at once. */
  tell(notification: Notification): void;
  /** Takes in nothing more. */
  deafen(): void;
  /** Takes in nothing more, sends what waits for at most `drain` milliseconds, and lets go. What is left is sent by the next start. */
  close(drain: number): Promise<void>;
}

/** Opens the door and returns at once: whatever Telegram does or does not do happens beside the bot. */
export function openTelegram(parts: TelegramParts): TelegramDoor {
  const { token, apiRoot, settings, operator, clock, patience = TELEGRAM_PATIENCE } = parts;
  const redact = redactor([token, ...parts.secrets]);
  const warn = (what: string, error: unknown): void => parts.warn(`Telegram: ${redact(what)}${error === null ? "" : `: ${errorText(error, redact)}`}`);
  const store = openStore(join(parts.folder, "telegram.sqlite"));
  const outbox = new Outbox(store, settings.batchSeconds * 1_000);
  // Who was taken off the list hears nothing more, neither what waits from before.
  if (settings.users.length > 0) outbox.dropOthers(settings.users.map(({ id }) => id), clock());
  const alerts = new AlertStore(store);
  const notifications = createNotifications({ settings, outbox, redact, clock, warn });
  const others = parts.commands.filter(({ name }) => name !== "start");
  const commands = [startCommand(others), ...others];
  const byName = new Map(commands.map((command) => [command.name, command]));

  const bot = new Telegraf(token, { telegram: apiRoot === undefined ? {} : { apiRoot } });
  const { telegram } = bot;
  const intake = new AbortController();
  const live = new LiveMessages({ store, outbox, redact, clock, every: patience.edits ?? EDITS_APART, signal: intake.signal });
  const virtual = openVirtualBook(store, parts.rates ?? (() => ({ taker: 0, slippage: 0 })));
  const beside = { virtual, signal: intake.signal, ...(parts.languageModel ? { languageModel: parts.languageModel } : {}), ...(parts.research ? { research: parts.research } : {}) };
  const reception = new Reception({ commands: byName, operator, timeZone: settings.timeZone, redact, clock, alerts, telegram, outbox, live, patience, journal: parts.journal, warn, ...beside });
  let heardAt = clock();
  const pressedSince = (): number => (settings.webhook === undefined ? heardAt : clock());
  const gate = createGate({ pressedSince, settings, seen: seenUpdates(store), isHonouredLate: (name) => byName.get(name)?.honouredLate === true, botName: () => bot.botInfo?.username ?? "", clock });
  const visits = new Set<Promise<void>>();
  const delivery = new AbortController();

  bot.use(({ update }) => {
    const parsed = updateSchema.safeParse(update);
    if (!parsed.success || intake.signal.aborted) return;
    // The gate decides in the order of arrival; a slow answer keeps nobody else waiting.
    const visit = reception
      .receive(gate(parsed.data), parsed.data.update_id)
      .catch((error: unknown) => warn("an update was not dealt with", error))
      .finally(() => visits.delete(visit));
    visits.add(visit);
  });
  bot.catch((error) => warn("an update was not dealt with", error));

  const taking = takeIn().catch((error: unknown) => warn("no updates are taken in any more", error));
  const daily = tellDaily({ settings, operator, clock, tell: notifications.tell, warn }, intake.signal).catch((error: unknown) => warn("no daily summary any more", error));
  const alerting = watchAlerts({ store: alerts, operator, outbox, settings, redact, clock, every: patience.looks ?? LOOK_EVERY, warn }, intake.signal).catch((error: unknown) => warn("no alerts any more", error));
  const sampling = sampleVirtual({ book: virtual, operator, warn }, intake.signal);
  const delivering = deliver({ telegram, outbox, live, patience, clock, warn }, delivery.signal);

  async function takeIn(): Promise<void> {
    const { signal } = intake;
    await insist("Telegram does not answer", async (one) => {
      bot.botInfo = await telegram.callApi("getMe", {}, callOptions(one));
      if (settings.webhook === undefined) await telegram.callApi("deleteWebhook", {}, callOptions(one));
    });
    const menus = insist("the menu cannot be registered", (one) => setMenus(telegram, settings.users, commands, one));
    if (settings.webhook === undefined) await poll({ telegram, handle: (update) => bot.handleUpdate(update), answered: () => void (heardAt = clock()), patience, warn }, signal);
    else await listen({ bot, webhook: settings.webhook, patience, warn }, signal);
    await menus;
  }

  /** Tries until it works, or Telegram will not have it, or the door closes. */
  async function insist(trouble: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = intake;
    const backOff = new BackOff(patience.backOff);
    let said = false;
    while (!signal.aborted) {
      try {
        await work(AbortSignal.any([signal, AbortSignal.timeout(patience.deadline)]));
        return;
      } catch (error) {
        if (isOver(signal)) return;
        const failure = failureOf(error);
        if (!said) warn(failure.kind === "denied" ? "Telegram refuses the token" : trouble, error);
        said = true;
        if (failure.kind === "bad" || failure.kind === "unreachable") return;
        await pause(Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next()), signal);
      }
    }
  }

  async function close(drain: number): Promise<void> {
    deafen();
    const ends = AbortSignal.timeout(Math.max(1, drain));
    await Promise.race([Promise.allSettled([taking, daily, alerting, sampling, live.settled(), ...visits]), pause(drain, ends)]);
    notifications.flush();
    while (!ends.aborted && (outbox.next(clock()) ?? live.next(clock())) !== null) await pause(10, ends);
    delivery.abort();
    await delivering;
    notifications.end();
    store.close();
  }
  let closed: Promise<void> | undefined;

  function deafen(): void {
    intake.abort();
    // What is told after this comes after what waited for others.
    notifications.flush();
    try {
      outbox.release(clock());
    } catch (error) {
      warn("the outbox cannot be written", error);
    }
  }

  return { tell: notifications.tell, deafen, close: (drain) => (closed ??= close(drain)) };
}

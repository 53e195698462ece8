import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import type { TelegramCommand } from "../../src/adapters/telegram/command.ts";
import { openTelegram, type TelegramDoor, type TelegramParts } from "../../src/adapters/telegram/open.ts";
import { NOTICE_KINDS, type TelegramSettings } from "../../src/adapters/telegram/settings.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { operatorOf } from "../../src/app/operator/operator.ts";
import type { Operator } from "../../src/ports/operator.ts";
import { MINUTE, START, ONE_MARKET, candlesOf, openBot, openExchange } from "../app/trade/harness.ts";
import { type BotApi, type Person, startBotApi, TOKEN } from "./bot-api/server.ts";

export const ANN: Person = { id: 11, first_name: "Ann" };
export const TOM: Person = { id: 22, first_name: "Tom" };
export const VIC: Person = { id: 33, first_name: "Vic" };
export const EVE: Person = { id: 99, first_name: "Eve" };

/** Everything on, one user of each role, no waiting. */
export const SETTINGS: TelegramSettings = {
  users: [{ id: ANN.id, role: "owner" }, { id: TOM.id, role: "trader" }, { id: VIC.id, role: "viewer" }],
  timeZone: "UTC",
  summaryAt: "08:00",
  batchSeconds: 0,
  notify: Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, true])) as TelegramSettings["notify"],
};
/** The deadline is met on a busy machine too: a send that runs into it is repeated, and then counts are wrong. */
export const HASTE = { poll: 2_000, deadline: 2_000, backOff: { first: 5, longest: 20 } };

const GRID = `
${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
`;

const toClose: (() => Promise<unknown>)[] = [];

/** Closes everything that a test has opened, the newest first; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of toClose.splice(0).reverse()) await close();
}

/** A bot that trades on the local exchange, seen as an operator sees it. `end` it after the tests that share it. */
export async function runningBot() {
  const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
  exchange.engine.advance(START + 60 * MINUTE);
  const bot = await openBot(exchange, { yaml: GRID });
  const definition = loadDefinition({ text: GRID, name: "test.yaml", overrides: [], agents, strategies });
  const stops: string[] = [];
  const operator: Operator = operatorOf({
    session: bot.session,
    parts: { botId: "test", mode: "live", definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() },
    version: "0.0.0",
    stop: (by) => void stops.push(by),
  });
  const end = async (): Promise<void> => {
    await bot.close();
    await exchange.close();
  };
  return { ...bot, exchange, operator, stops, end };
}
export type RunningBot = Awaited<ReturnType<typeof runningBot>>;

/** Commands that show what came through. */
export function probes(): { readonly commands: readonly TelegramCommand[]; readonly ran: string[] } {
  const ran: string[] = [];
  const command = (name: string, role: TelegramCommand["role"], run: TelegramCommand["run"], honouredLate = false): TelegramCommand => ({
    name, role, description: `does ${name}`, honouredLate,
    run: (asked) => {
      ran.push(`${name} ${asked.argument}`.trim());
      return run(asked);
    },
  });
  const commands = [
    command("status", "viewer", ({ operator }) => Promise.resolve({ html: `hold: ${operator.status().hold}` })),
    command("pages", "viewer", ({ argument }) => {
      const page = Number(argument || "1");
      return Promise.resolve({ html: `page ${page}`, buttons: [[{ text: "Next", action: { command: "pages", argument: String(page + 1) } }]] });
    }),
    command("pause", "trader", ({ operator, user }) => {
      operator.command("pause", `telegram:${user.id}`);
      return Promise.resolve({ html: "paused" });
    }, true),
    command("resume", "trader", ({ operator, user }) => {
      operator.command("run", `telegram:${user.id}`);
      return Promise.resolve({ html: "runs" });
    }),
    command("flatten", "owner", ({ operator, user }) =>
      Promise.resolve({
        html: "<b>Everything</b> is sold",
        carryOut: () => {
          ran.push("carried out");
          operator.command("flatten", `telegram:${user.id}`);
          return Promise.resolve({ html: "flattening" });
        },
      })),
    command("break", "viewer", ({ argument }) => Promise.reject(new Error(argument || "broken"))),
  ];
  return { commands, ran };
}

export interface Doorway {
  readonly api: BotApi;
  readonly door: TelegramDoor;
  readonly journal: Record<string, unknown>[];
  readonly warnings: string[];
  readonly folder: string;
}

/** The real door, through the real telegraf, on a Bot API server of our own. */
export async function openDoor(operator: Operator, commands: readonly TelegramCommand[], changes: Partial<TelegramParts> & { readonly api?: BotApi } = {}): Promise<Doorway> {
  const api = changes.api ?? (await startBotApi());
  if (!changes.api) toClose.push(() => api.close());
  const folder = changes.folder ?? scratchFolder();
  for (const { id } of (changes.settings ?? SETTINGS).users) api.desk.chats.add(id);
  const journal: Record<string, unknown>[] = [];
  const warnings: string[] = [];
  const door = openTelegram({
    token: TOKEN, apiRoot: api.url, settings: SETTINGS, folder, operator, commands, secrets: [], patience: HASTE, clock: () => Date.now(),
    journal: (entry) => void journal.push(entry),
    warn: (text) => void warnings.push(text),
    ...changes,
  });
  toClose.push(() => door.close(0));
  return { api, door, journal, warnings, folder };
}

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-telegram-"));
  toClose.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a person's chat shows, in order. */
export const texts = (api: BotApi, person: Person): string[] => api.chat(person).map(({ text }) => text);

import { existsSync, readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { KeyRequest } from "../../adapters/control/protocol.ts";
import { askControl, socketPath } from "../../adapters/control/socket.ts";
import { readJournal } from "../../adapters/sqlite/reader.ts";
import { idPrefix } from "../../app/trade/client-order-id.ts";
import { genesisSchema } from "../../app/trade/genesis.ts";
import { UserError } from "../../core/user-error.ts";
import type { Shell } from "../shell.ts";

/** A live bot whose journal lies in a state folder, running or not. */
export interface KnownBot {
  readonly folder: string;
  readonly exchange: string;
  readonly symbols: readonly string[];
  /** Its `trade.url`: another address of the exchange. */
  readonly url: string | undefined;
  /** How its client order ids begin. */
  readonly prefix: string;
}

const tradeShape = z.looseObject({ trade: z.looseObject({ exchange: z.string(), url: z.string().optional() }) });

/** The live bots whose state lies beside a key store or in the named folders. A journal that cannot be read is told of, and not passed over in silence. */
export function knownBots(store: string, named: readonly string[], tell: (line: string) => void): readonly KnownBot[] {
  const root = dirname(resolve(store));
  const beside = existsSync(root) ? readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(root, entry.name)] : [])) : [];
  const folders = [...new Set([...named, ...beside, join(process.cwd(), "state")].map((folder) => resolve(folder)))];
  return folders.flatMap((folder) => {
    const path = join(folder, "journal.sqlite");
    if (!existsSync(path)) {
      if (named.some((name) => resolve(name) === folder)) throw new UserError(`There is no journal in ${folder}. Name the state folder of a run with --state.`);
      return [];
    }
    try {
      const bot = botIn(folder, path);
      return bot ? [bot] : [];
    } catch (error) {
      tell(`${path} cannot be read, so nothing is known of its orders: ${error instanceof Error ? error.message : "no reason given"}`);
      return [];
    }
  });
}

function botIn(folder: string, path: string): KnownBot | null {
  const journal = readJournal(path);
  try {
    const [first] = journal.entries(1);
    if (first?.type !== "genesis") return null;
    const genesis = genesisSchema.parse(JSON.parse(first.payload));
    if (genesis.mode !== "live") return null;
    const { trade } = tradeShape.parse(genesis.definition);
    return { folder, exchange: trade.exchange, url: trade.url, symbols: Object.keys(genesis.instruments), prefix: idPrefix(genesis.botId) };
  } finally {
    journal.close();
  }
}

const inUseShape = z.looseObject({ exchange: z.string(), key: z.string().nullable() });

/** A bot that runs now, and the stored key that it trades with; `null` for one of its environment. */
export interface RunningBot {
  readonly bot: KnownBot;
  readonly key: string | null;
}

const PATIENCE = 10_000;

/** Which of the bots run. Their sockets must have been allowed. */
export async function runningBots(bots: readonly KnownBot[]): Promise<readonly RunningBot[]> {
  const found: RunningBot[] = [];
  for (const bot of bots) {
    const answer = await askBot(bot, { command: "key", by: userInfo().username }, PATIENCE).catch((error: unknown) => {
      // Nobody listens: it does not run. What listens and does not answer is an error.
      if (error instanceof UserError) return null;
      throw error;
    });
    if (answer !== null) found.push({ bot, key: inUseShape.parse(answer).key });
  }
  return found;
}

/** Asks a running bot about its keys. `patience` in milliseconds. */
export function askBot({ folder }: KnownBot, request: KeyRequest, patience: number): Promise<Record<string, unknown>> {
  return askControl(folder, request, patience);
}

/** Lets this process reach the sockets of bots. */
export function allowSockets(bots: readonly KnownBot[], { egress }: Pick<Shell, "egress">): void {
  for (const { folder } of bots) egress?.allowSocket(socketPath(folder));
}

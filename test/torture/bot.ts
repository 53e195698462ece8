import { loadExchange } from "../../src/adapters/ccxt/load.ts";
import { join } from "node:path";
import { agents } from "../../agents/index.ts";
import { openCcxtVenue } from "../../src/adapters/ccxt/venue/venue.ts";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { Session } from "../../src/app/trade/session.ts";
import { strategies } from "../../strategies/index.ts";
import { HURRY, KEY } from "../app/trade/harness.ts";
import { compare } from "./compare.ts";
import { Fate, mortal } from "./deaths.ts";
import { BOT, GRID } from "./grid.ts";
import { type ChildMessage, type ParentMessage, orderSchema } from "./messages.ts";

/** The process that is killed: a bot on the real client and the real journal, told over the parent's channel what to do. */
const fate = new Fate();
let running: Promise<Running> | null = null;

type Running = Awaited<ReturnType<typeof open>>;

async function open({ url, wsUrl, folder, death }: Extract<ParentMessage, { type: "start" }>) {
  const definition = loadDefinition({ text: GRID, name: "torture.yaml", overrides: [], agents, strategies });
  const real = await openCcxtVenue({
    exchange: "binance", ...KEY, urls: { http: url, ws: wsUrl }, staleAfterMs: 60_000, deadlineMs: 800, recvWindow: 5_000, rateLimit: false,
  });
  const opened = openJournal(join(folder, "journal.sqlite"), { name: BOT, now: () => Date.now() });
  fate.choose(death);
  const { journal, venue } = mortal(opened, real, fate);
  const session = await Session.start({
    botId: BOT, mode: "live", definition, agents, strategies, venue, journal, patience: HURRY, clock: () => Date.now(),
    listener: {
      event: ({ type }, { notices }) => {
        say(type);
        for (const { type: kind, symbol, key, reason, detail } of notices) say(`${kind} ${symbol} ${key}: ${reason}: ${detail}`);
      },
      state: ({ symbol, key, state }, from, why) => say(`${symbol} ${key}: ${from} -> ${state} (${why})`),
      alert: ({ kind, message }) => say(`alert ${kind}: ${message}`),
    },
  });
  return { session, journal };
}

/** Its parent keeps the end of it, and shows it when something does not agree. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function obey(message: ParentMessage): Promise<void> {
  if (message.type === "start") {
    running = open(message);
    await running;
    tell({ type: "ready" });
    return;
  }
  if (message.type === "die") {
    fate.choose(message.death);
    return;
  }
  if (!running) return;
  const { session, journal } = await running;
  if (message.type === "command") session.command(message.command, "torture");
  else tell({ type: "compared", problems: compare(session, journal, message.truth, message.deep), hold: session.bot.hold });
}

process.on("message", (raw) => {
  obey(orderSchema.parse(raw)).catch((error: unknown) => {
    // As the real process does: what cannot start says why and ends, to be started again.
    process.send?.({ type: "failed", message: textOf(error) } satisfies ChildMessage, () => process.exit(1));
  });
});
process.on("disconnect", () => process.exit(0));

await loadExchange("binance", "pro");
tell({ type: "warm" });

import { join } from "node:path";
import { agents } from "../../agents/index.ts";
import { openCcxtVenue } from "../../src/adapters/ccxt/venue/venue.ts";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { Session } from "../../src/app/trade/session.ts";
import { strategies } from "../../strategies/index.ts";
import { HURRY, KEY } from "../app/trade/harness.ts";

/** An hour of this market takes seconds: streams that were up for three of them count as steady, else the wait for a new one grows and grows. */
const STALE_AFTER_MS = 3_000;
/** Looks at all symbols take a while: they come less often than in tests of one. */
const PATIENCE = { ...HURRY, reconcileEvery: 1_500 };

/** A bot in this process through the real client, with a journal on disk and nobody who keeps what it tells. */
export async function openBot(exchange: { readonly url: string; readonly wsUrl: string }, yaml: string, folder: string) {
  const definition = loadDefinition({ text: yaml, name: "soak.yaml", overrides: [], agents, strategies });
  const venue = await openCcxtVenue({
    exchange: "binance", ...KEY, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: STALE_AFTER_MS, deadlineMs: 1_500, recvWindow: 5_000, rateLimit: false,
  });
  const journal = openJournal(join(folder, "journal.sqlite"), { name: "soak", now: () => Date.now() });
  const alerts = new Map<string, number>();
  const session = await Session.start({
    botId: "soak", mode: "live", definition, agents, strategies, venue, journal, patience: PATIENCE, clock: () => Date.now(),
    listener: { event: () => undefined, state: () => undefined, alert: ({ kind }) => void alerts.set(kind, (alerts.get(kind) ?? 0) + 1) },
  });
  return {
    session, venue, journal,
    /** How often it alerted, by kind. */
    alerts: alerts as ReadonlyMap<string, number>,
    close: async () => {
      await session.stop("keep");
      journal.close();
    },
  };
}

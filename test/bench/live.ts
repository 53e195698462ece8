/**
 * `node test/bench/live.ts`: how long a running bot takes from a closed candle to its orders, and what it keeps in
 * memory. The exchange is a process of its own; the bot trades on it through the real client, with its journal on disk.
 */
import { fork } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { openCcxtVenue } from "../../src/adapters/ccxt/venue/venue.ts";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { PATIENCE } from "../../src/app/trade/patience.ts";
import { Session } from "../../src/app/trade/session.ts";
import { keepHeapSmall } from "../../src/cli/run/heap.ts";
import { renderTable } from "../../src/cli/table.ts";
import { strategies } from "../../strategies/index.ts";

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);
const SYMBOLS = ["BTC", "ETH", "SOL", "XRP", "ADA", "DOT", "LTC", "BCH", "UNI", "ETC"].map((base) => `${base}/USDT`);
const KEY = { apiKey: "bench", secret: "bench" };
/** Minutes that are played before anything is counted, and minutes that are. */
const WARM = Number(process.env["BENCH_WARM"] ?? 60);
const COUNTED = Number(process.env["BENCH_MINUTES"] ?? 240);
/** The market's minutes pass faster than ours: over more than one of ours, on a slow machine, the clocks come apart by hours. */
const patience = { ...PATIENCE, clock: { every: 60_000, limit: Number.POSITIVE_INFINITY } };
/** The whole council votes every minute on every symbol. Deals on a schedule, so that most decisions lead to an order. */
const YAML = `
symbols: [${SYMBOLS.join(", ")}]
capital: 500000
timeframe: { fill: 1m, decision: 1m }
riskProfile: growth
coordinator: { quorum: 0.1, enter: 0.02, leave: 0.01, dwell: 1 }
agents: { momentum: , regime: , risk-profile: , support-resistance: }
strategies:
  grid: { levels: 16 }
  dca: { mode: schedule, every: 0.016, amount: 20, takeProfit: 0.02 }
trade: { mode: live, limits: { dailyLoss: 1, drawdown: 1, ordersPerMinute: 1000000, rejectionsPerHour: 1000000 } }
`;

/** First requests for an order of each symbol since they were cleared: when the HTTP client wrote them to the socket. */
const wrote = new Map<string, number>();
const requestSchema = z.object({ request: z.object({ method: z.literal("POST"), path: z.literal("/api/v3/order"), body: z.instanceof(Uint8Array) }) });
subscribe("undici:client:sendHeaders", (message) => {
  const sent = requestSchema.safeParse(message);
  const symbol = sent.success ? new URLSearchParams(Buffer.from(sent.data.request.body).toString()).get("symbol") : null;
  if (symbol !== null && !wrote.has(symbol)) wrote.set(symbol, Number(process.hrtime.bigint()) / 1e6);
});

const child = fork(join(import.meta.dirname, "live-exchange.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
async function ask(message: unknown): Promise<Record<string, unknown>> {
  const answered = once(child, "message");
  child.send(message as object);
  const [answer] = (await answered) as [unknown];
  return z.record(z.string(), z.unknown()).parse(answer);
}

/** Waits until the bot has nothing left to say; `bar` is the open time of the bar that all symbols must know. */
async function settled(session: Session, bar: number | null): Promise<void> {
  const ends = performance.now() + 10_000;
  for (let quiet = 0; quiet < 3; ) {
    if (performance.now() > ends) throw new Error(`the bot did not settle: ${session.troubles.join("; ")}`);
    if (session.failure !== null) throw new Error("the session failed", { cause: session.failure });
    const known = bar === null || [...session.bot.symbols.values()].every(({ bars }) => (bars.series.time[bars.series.length - 1] ?? 0) >= bar);
    quiet = known && session.settled() ? quiet + 1 : 0;
    await sleep(2);
  }
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

const advancedSchema = z.object({ left: z.record(z.string(), z.number()) });

/** Milliseconds. */
interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

const figures = (sorted: readonly number[]): Figures => ({ p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), most: sorted.at(-1) ?? Number.NaN });

keepHeapSmall();
const folder = await mkdtemp(join(tmpdir(), "caucus-bench-"));
try {
  const opened = z.object({ url: z.string(), wsUrl: z.string() }).parse(await ask({ type: "open", symbols: SYMBOLS, days: 3, start: START, key: KEY }));
  const begin = START + 12 * 60 * MINUTE;
  await ask({ type: "advance", to: begin });
  const venue = await openCcxtVenue({ exchange: "binance", ...KEY, urls: { http: opened.url, ws: opened.wsUrl }, staleAfterMs: 3_600_000, deadlineMs: 10_000, recvWindow: 5_000, rateLimit: false });
  const journal = openJournal(join(folder, "journal.sqlite"), { name: "bench", now: () => Date.now() });
  let decisions = 0;
  const definition = loadDefinition({ text: YAML, name: "bench.yaml", overrides: [], agents, strategies });
  const session = await Session.start({
    botId: "bench", mode: "live", definition, agents, strategies, venue, journal, patience, clock: () => Date.now(),
    listener: { event: (_event, { decision }) => (decisions += decision ? 1 : 0), state: () => undefined, alert: ({ kind, message }) => process.stderr.write(`${kind}: ${message}\n`) },
  });
  await settled(session, null);
  const onWire: number[] = [];
  for (let minute = 1; minute <= WARM + COUNTED; minute++) {
    const close = begin + minute * MINUTE;
    // What fills inside the minute is answered before it closes: only what the close leads to is measured.
    await ask({ type: "advance", to: close - 1 });
    await venue.syncClock();
    await sleep(10);
    await settled(session, null);
    if (minute === WARM + 1) {
      await ask({ type: "take" });
      decisions = 0;
    }
    wrote.clear();
    const { left } = advancedSchema.parse(await ask({ type: "advance", to: close }));
    await settled(session, close - MINUTE);
    if (minute <= WARM) continue;
    for (const [symbol, time] of Object.entries(left)) {
      const sent = wrote.get(symbol);
      if (sent !== undefined) onWire.push(sent - time);
    }
  }
  onWire.sort((a, b) => a - b);
  const arrived = z.array(z.number()).parse((await ask({ type: "take" }))["waits"]).toSorted((a, b) => a - b);
  const memory = process.memoryUsage().rss / 1e6;
  const fills = session.bot.ledger.sleeves.reduce((sum, sleeve) => sum + sleeve.fills, 0);
  await session.stop("keep");
  journal.close();
  report({ symbols: SYMBOLS.length, decisions, orders: onWire.length, fills, onWire: figures(onWire), arrived: figures(arrived), rssMegabytes: memory });
} finally {
  child.send({ type: "close" });
  await rm(folder, { recursive: true });
}

function report(row: { symbols: number; decisions: number; orders: number; fills: number; onWire: Figures; arrived: Figures; rssMegabytes: number }): void {
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ node: process.version, ...row }, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    `${row.symbols} symbols close at once, the exchange is a process of its own; Node ${process.version}, ${row.rssMegabytes.toFixed(0)} MB resident.\n` +
      `${row.decisions} decisions, ${row.orders} closes that led to orders, ${row.fills} fills. From the closed candle leaving the exchange until the\nfirst order of its symbol is\n`,
  );
  const line = (name: string, { p50, p99, most }: Figures): string[] => [name, p50.toFixed(1), p99.toFixed(1), most.toFixed(1)];
  process.stdout.write(renderTable(["", "p50 ms", "p99 ms", "most ms"], [line("on the wire", row.onWire), line("in the exchange's book", row.arrived)], [1, 2, 3]));
}

import { setTimeout as sleep } from "node:timers/promises";
import { PATIENCE } from "../../app/trade/patience.ts";
import { Session } from "../../app/trade/session.ts";
import { timeframesOf } from "../../app/trade/venue-candles.ts";
import { indexAtOrAfter } from "../../core/candle.ts";
import { barStart } from "../../core/resample.ts";
import { RunError } from "../../core/user-error.ts";
import type { Engine } from "../../exchange/engine/model.ts";
import type { Venue } from "../../ports/venue.ts";

/** Why a session stopped, in words. */
export function failureText(failure: unknown): string {
  return failure instanceof Error ? failure.message : "an unknown failure";
}

/** Waits of a replay: the exchange is in this very process, so nothing is lost on a wire and nothing comes late. */
export const REPLAY_PATIENCE: typeof PATIENCE = {
  ...PATIENCE,
  gather: { quiet: 0, longest: 0 },
  // An order that was written down and not sent when the bot died has to be given up long before the market has waited long enough.
  notFound: { tries: 3, span: 1_000, afterSend: 1_000 },
  askEvery: 200,
  tradesEvery: 20,
  reconcileEvery: 5_000,
  tickEvery: 20,
};

/** How long the bot may take to answer one step of the market, ms. */
const LONGEST_ANSWER = 20_000;

/**
 * Plays the market: it moves until the next decision or the next fill, whichever comes first, and waits there until
 * the bot has answered. So a replay shows what the bot does with each event, at whatever speed.
 */
export async function playMarket(parts: {
  readonly session: Session;
  readonly venue: Venue;
  readonly engine: Engine;
  /** Where the play ends, epoch milliseconds. */
  readonly end: number;
  /** Market milliseconds per millisecond; 0 for as fast as the bot answers. */
  readonly speed: number;
  readonly decision: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { session, venue, engine, end, speed, decision, signal } = parts;
  while (engine.now < end && !signal.aborted) {
    const from = engine.now;
    const target = Math.min(end, barStart(from, decision) + decision);
    const reached = engine.advance(target, true);
    await venue.syncClock();
    await answered(session, engine, reached >= target && target % decision === 0 ? { open: target - decision, end: target } : null);
    if (speed > 0) await sleep((reached - from) / speed, undefined, { signal }).catch(() => undefined);
  }
}

/** A decision bar, epoch milliseconds. */
interface Bar {
  readonly open: number;
  readonly end: number;
}

/** Waits until the bot knows every trade, has taken in the bar, and nothing is on its way. */
async function answered(session: Session, engine: Engine, bar: Bar | null): Promise<void> {
  const ends = performance.now() + LONGEST_ANSWER;
  for (;;) {
    if (session.failure !== null) throw new RunError(`The bot stopped: ${failureText(session.failure)}`);
    if (session.settled() && knowsTrades(session, engine) && (bar === null || knowsBar(session, engine, bar))) return;
    if (performance.now() > ends) throw new RunError("The bot did not answer the local exchange in time: the replay was stopped. Its state is kept; run it again to go on.");
    await sleep(1);
  }
}

function knowsTrades(session: Session, engine: Engine): boolean {
  const { journal, venue } = session.desk.parts;
  for (const symbol of session.bot.symbols.keys()) {
    const trades = engine.trades(0, symbol);
    if ("code" in trades) return false;
    const last = trades.at(-1);
    if (last && !journal.hasFill(venue, symbol, String(last.id))) return false;
  }
  return true;
}

function knowsBar(session: Session, engine: Engine, bar: Bar): boolean {
  for (const { symbol, bars } of session.bot.symbols.values()) {
    const { time, length } = bars.series;
    if ((time[length - 1] ?? 0) < bar.open && isWhole(engine, symbol, bar)) return false;
  }
  return true;
}

/** Whether the candles that are played have all of a bar: from one with a hole in it the bot makes none. */
function isWhole(engine: Engine, symbol: string, { open, end }: Bar): boolean {
  const market = engine.plan.markets.find(({ instrument }) => instrument.symbol === symbol);
  if (!market) return false;
  const { series } = market;
  return indexAtOrAfter(series, end) - indexAtOrAfter(series, open) === (end - open) / series.timeframe;
}

/** When a replay's play begins and ends: after the bars that agents need first, for so many days, epoch milliseconds. */
export function spanOf(engine: Engine, definition: Parameters<typeof timeframesOf>[0], warmupBars: number, from: number | null): { readonly begin: number; readonly end: number } {
  const { decision } = timeframesOf(definition);
  const first = Math.min(...engine.plan.markets.map(({ series }) => series.time[0] ?? 0));
  const begin = barStart(Math.max(from ?? 0, first + warmupBars * decision) + decision - 1, decision);
  return { begin, end: Math.min(engine.end, begin + definition.trade.days * 86_400_000) };
}

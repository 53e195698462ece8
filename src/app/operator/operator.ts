import { profileUnder } from "../../core/profile-overrides.ts";
import { RunError } from "../../core/user-error.ts";
import type { Operator } from "../../ports/operator.ts";
import { balanceRows, positions, statusView } from "./account.ts";
import { configText } from "./config.ts";
import { votesView } from "./council.ts";
import { equityCurve } from "./equity.ts";
import { tradesBack, tradesPage } from "./fills.ts";
import { failureText, healthView } from "./health.ts";
import { dcaViews, gridViews } from "./ladders.ts";
import { riskView } from "./limits.ts";
import { ordersOf } from "./instructions.ts";
import { logPage } from "./log.ts";
import { barsView, levelRows, signalRows } from "./market.ts";
import { openOrders } from "./orders.ts";
import { pageOf } from "./page.ts";
import { cancelPreview, flattenPreview, resumePreview } from "./preview.ts";
import { performanceView, profitView } from "./profit.ts";
import { closedTrips, receiptView } from "./records.ts";
import { type Watched, symbolOf } from "./watched.ts";
import { whyView } from "./why.ts";

/** What an operator can see of a running bot and do to it. */
export function operatorOf(watched: Watched): Operator {
  const { session, parts, version } = watched;
  const { bot, desk } = session;
  const { journal, venue } = parts;
  const started = parts.clock();
  const began = beganAt(watched);
  const barLength = (): number => [...bot.symbols.values()][0]?.candles.timeframe ?? 0;
  return {
    symbols: [...bot.symbols.keys()],
    status: () => statusView(watched),
    balances: () => balanceRows(bot),
    portfolio: () => positions(bot),
    profit: (from, to) => profitView(bot, from, to),
    performance: () => performanceView(bot, began, venue.now()),
    equity: (bars) => equityCurve(bot, tradesBack(bot, journal, venue.now() - (bars + 1) * barLength()), began, bars),
    trades: (page, size) => tradesPage(bot, journal, page, size),
    closed: (from, to) => closedTrips(bot, from, to),
    receipt: (from) => receiptView(bot, journal, from, venue.now(), watched.receipts?.known() ?? null),
    signedReceipt: (number) => watched.receipts?.signed(number) ?? Promise.resolve(null),
    orders: (page, size) => pageOf(openOrders(bot, desk.open()), page, size),
    grids: () => gridViews(bot, desk.open()),
    dcas: () => dcaViews(bot),
    votes: (symbol) => votesView(bot, symbol),
    why: (symbol) => whyView(bot, journal, symbol),
    levels: (symbol) => levelRows(bot, symbol),
    bars: (symbol, count) => {
      const { candles } = symbolOf(bot, symbol);
      const since = candles.length > 0 ? candles.time(Math.min(count, candles.length) - 1) : venue.now();
      return barsView(bot, symbol, count, tradesBack(bot, journal, since));
    },
    extremes: (symbol, since) => session.extremes(symbolOf(bot, symbol).symbol, since),
    signals: () => signalRows(bot),
    risk: () => riskView(bot, venue.now()),
    profile: (name) => profileUnder(bot.plan, name),
    config: () => configText(parts.definition),
    health: () => healthView(watched, started),
    version: () => ({ version, node: process.versions.node }),
    log: (page, size) => logPage(journal, page, size),
    previewFlatten: () => flattenPreview(bot, desk.open(), (symbol) => session.extremes(symbol, 0).last?.price ?? null),
    previewCancel: () => cancelPreview(bot, desk.open()),
    previewResume: () => resumePreview(bot, session.troubles, venue.now()),
    ...ordersOf(watched),
    command: (command, by) => {
      // Nothing is sent any more: to say that it will be would be a lie.
      if (session.failure !== null) throw new RunError(`The bot has stopped and sends nothing more (${failureText(session.failure)}). Look at its orders at the exchange.`);
      session.command(command, by);
    },
    stop: (by) => {
      watched.stop(by);
    },
  };
}

/** When the run began, restarts included: the venue's time of the journal's first entry. */
function beganAt({ parts: { journal, venue } }: Watched): number {
  for (const { time } of journal.entries(1)) return time;
  return venue.now();
}

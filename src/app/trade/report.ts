import { baseOf, quoteOf } from "../../core/instrument.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import { cashOf, equityOf } from "../../core/valuation.ts";
import type { Session } from "./session.ts";

/** What a running bot says of itself; money in quote. */
export interface StatusReport extends Record<string, unknown> {
  readonly hold: string;
  readonly equity: number;
  readonly cash: number;
  readonly startEquity: number;
  readonly closedProfit: number;
  readonly feesPaid: number;
  readonly fills: number;
  readonly openOrders: number;
  readonly unknownOrders: number;
  readonly foreignOrders: number;
  readonly troubles: readonly string[];
  readonly symbols: readonly {
    readonly symbol: string;
    readonly price: number | null;
    readonly base: number;
    readonly stance: string | null;
    readonly reason: string | null;
    readonly openOrders: number;
  }[];
}

/** How a session stands. */
export function statusOf(session: Session): StatusReport {
  const { bot } = session;
  const open = session.desk.open();
  const instrument = bot.plan.symbols[0]?.instrument;
  const sum = (pick: (sleeve: (typeof bot.ledger.sleeves)[number]) => number): number => bot.ledger.sleeves.reduce((total, sleeve) => total + pick(sleeve), 0);
  const money = (units: number): number => (instrument ? quoteOf(instrument, units) : 0);
  return {
    hold: bot.hold,
    equity: equityOrCash(session),
    cash: cashOf(bot),
    startEquity: money(bot.ledger.startUnits),
    closedProfit: money(sum(({ closedProfit }) => closedProfit)),
    feesPaid: money(sum(({ feesQuote }) => feesQuote)),
    fills: sum(({ fills }) => fills),
    openOrders: open.length,
    unknownOrders: open.filter(({ state }) => state === "UNKNOWN").length,
    foreignOrders: session.foreignOrders,
    troubles: session.troubles,
    symbols: [...bot.symbols.values()].map(({ symbol, price, sleeves, decision, instrument: own }) => ({
      symbol,
      price: Number.isFinite(price) ? price : null,
      base: baseOf(own, sleeves.reduce((total, { account }) => total + baseUnitsOf(account), 0)),
      stance: decision?.stance ?? null,
      reason: decision?.reason ?? null,
      openOrders: open.filter((row) => row.symbol === symbol).length,
    })),
  };
}

/** Before the first price nothing is held, so cash is all there is. */
function equityOrCash({ bot }: Session): number {
  const equity = equityOf(bot);
  return Number.isFinite(equity) ? equity : cashOf(bot);
}

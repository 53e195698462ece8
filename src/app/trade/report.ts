import { z } from "zod";
import { HOLDS } from "../../core/bot.ts";
import { baseOf, quoteOf } from "../../core/instrument.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import { cashOf, equityOf } from "../../core/valuation.ts";
import type { OutsideStatus } from "../../ports/outside-status.ts";
import { TRADE_MODES } from "../definition/trade-schema.ts";
import type { Session } from "./session.ts";

const figure = z.number();
const count = z.int().min(0);

const outsideSchema = z.strictObject({
  sources: z.array(z.strictObject({ source: z.string(), good: z.boolean().nullable().describe("null: not asked yet"), why: z.string().describe("empty while it answers") })),
  model: z
    .strictObject({ name: z.string(), day: z.string().describe("UTC"), calls: count, tokens: count, cost: figure.nullable().describe("dollars of this day; null without prices"), notes: z.array(z.string()) })
    .nullable(),
});

/** What `caucus status --json` prints, and every other answer of a running bot to its owner. */
export const statusSchema = z.strictObject({
  hold: z.enum(HOLDS).describe("the owner's switch: run, pause, cancel or flatten"),
  equity: figure.describe("quote, what is held at the last price"),
  cash: figure.describe("quote, free and reserved"),
  startEquity: figure.describe("quote"),
  closedProfit: figure.describe("quote, realised by closed lots, after fees"),
  feesPaid: figure.describe("quote"),
  fills: count.describe("since the run began, restarts included"),
  openOrders: count,
  unknownOrders: count.describe("of unknown fate: they are being asked after"),
  foreignOrders: count.describe("open on the account and not the bot's: never touched"),
  troubles: z.array(z.string()).describe("why nothing new is sent; empty while all is well"),
  symbols: z.array(
    z.strictObject({
      symbol: z.string(),
      price: figure.nullable().describe("quote, the last that the bot knows"),
      base: figure.describe("base held"),
      stance: z.string().nullable().describe("of the last decision"),
      reason: z.string().nullable().describe("of the last decision"),
      openOrders: count,
    }),
  ),
  outside: outsideSchema.optional().describe("what is looked at outside; absent when nothing is"),
  refusedHosts: z.array(z.strictObject({ kind: z.string(), target: z.string(), count })).optional().describe("what was tried to be reached or started and is not on the list of hosts; absent when nothing was"),
});
/** What a running bot says of itself; money in quote. */
export type StatusReport = z.infer<typeof statusSchema>;

/** What `caucus run --json` prints at its end. */
export const runSummarySchema = statusSchema.extend({
  mode: z.enum(TRADE_MODES),
  state: z.string().describe("the state folder"),
  interrupted: z.boolean().describe("stopped before its end: the same command goes on"),
});
/** How a run ended. */
export type RunSummary = z.infer<typeof runSummarySchema>;

/** How a session stands. */
export function statusOf(session: Session, outside?: OutsideStatus): StatusReport {
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
    troubles: [...session.troubles],
    ...(outside ? { outside: { sources: outside.sources.map((one) => ({ ...one })), model: outside.model === null ? null : { ...outside.model, notes: [...outside.model.notes] } } } : {}),
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

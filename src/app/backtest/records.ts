import type { Vote } from "../../core/agent.ts";
import type { Decision } from "../../core/decision.ts";
import type { Instrument } from "../../core/instrument.ts";
import { notionalUnits, priceOf, quantityOf } from "../../core/instrument.ts";
import type { RoundTrip } from "../../core/ledger.ts";
import type { DecisionRecord, EquityRecord, FillRecord, LadderRecord, RoundTripRecord, VoteRecord } from "../result.ts";
import type { RunRecord } from "./record.ts";

/** Rounds to `decimals` places, so that a sum of exact money prints as the decimal it is. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

function instruments(record: RunRecord): ReadonlyMap<string, Instrument> {
  return new Map(record.bot.plan.symbols.map(({ instrument }) => [instrument.symbol, instrument]));
}

function instrumentOf(all: ReadonlyMap<string, Instrument>, symbol: string): Instrument {
  const instrument = all.get(symbol);
  if (!instrument) throw new Error(`no instrument ${symbol}`);
  return instrument;
}

/** Fills in decimals. */
export function fillRecords(record: RunRecord): FillRecord[] {
  const all = instruments(record);
  return record.fills.map((fill) => {
    const instrument = instrumentOf(all, fill.symbol);
    const inBase = fill.feeCurrency === "base";
    return {
      id: fill.id,
      time: fill.time,
      symbol: fill.symbol,
      strategy: fill.strategy,
      key: fill.key,
      side: fill.side,
      price: priceOf(instrument, fill.ticks),
      quantity: quantityOf(instrument, fill.steps),
      notional: notionalUnits(instrument, fill.ticks, fill.steps) / instrument.quoteScale,
      fee: fill.feeUnits / (inBase ? instrument.baseScale : instrument.quoteScale),
      feeCurrency: inBase ? instrument.base : instrument.quote,
      liquidity: fill.liquidity,
      reason: fill.reason,
    };
  });
}

/** Evidence as JSON can hold it: a number that is not finite is null. A copy only where there is one, since years of votes are many. */
function evidenceOf(vote: Vote): VoteRecord["evidence"] {
  if (Object.values(vote.evidence).every((value) => typeof value !== "number" || Number.isFinite(value))) return vote.evidence;
  const evidence: Record<string, number | string | boolean | null> = {};
  for (const [name, value] of Object.entries(vote.evidence)) {
    evidence[name] = typeof value === "number" && !Number.isFinite(value) ? null : value;
  }
  return evidence;
}

/** Votes in the order they were given. */
export function voteRecords(decisions: readonly Decision[]): VoteRecord[] {
  return decisions.flatMap((decision) =>
    decision.votes.map((vote) => ({
      time: vote.time,
      expires: vote.expires,
      symbol: vote.symbol,
      agent: vote.agent,
      score: vote.score,
      confidence: vote.confidence,
      reason: vote.reason,
      evidence: evidenceOf(vote),
      ...(vote.levels ? { levels: vote.levels } : {}),
      ...(vote.veto ? { veto: { ...vote.veto } } : {}),
      ...(vote.ranging === undefined ? {} : { ranging: vote.ranging }),
      ...(vote.size === undefined ? {} : { size: vote.size }),
    })),
  );
}

/** Decisions without their votes, which are listed apart. */
export function decisionRecords(decisions: readonly Decision[]): DecisionRecord[] {
  return decisions.map((decision) => ({
    time: decision.time,
    symbol: decision.symbol,
    stance: decision.stance,
    conviction: decision.conviction,
    exposure: decision.exposure,
    shares: decision.shares,
    levels: decision.levels,
    vetoes: decision.vetoes.map(({ agent, maxExposure, limit }) => ({ agent, maxExposure, limit })),
    reason: decision.reason,
  }));
}

/** The equity curve at every decision. */
export function equityRecords(record: RunRecord): EquityRecord[] {
  return record.samples.map((sample) => ({
    time: sample.time,
    equity: rounded(sample.equity, 8),
    cash: rounded(sample.cash, 8),
    exposure: sample.equity > 0 ? rounded(sample.inventory / sample.equity, 6) : 0,
  }));
}

/** Round trips in decimals. */
export function roundTripRecords(record: RunRecord): RoundTripRecord[] {
  const all = instruments(record);
  return record.bot.ledger.roundTrips.map((trip) => roundTripRecord(trip, instrumentOf(all, trip.symbol)));
}

function roundTripRecord(trip: RoundTrip, instrument: Instrument): RoundTripRecord {
  const { quoteScale } = instrument;
  const price = (units: number, base: number): number => (base > 0 ? rounded(units / quoteScale / base, 10) : 0);
  const sold = trip.soldBase / instrument.baseScale;
  return {
    symbol: trip.symbol,
    strategy: trip.strategy,
    lot: trip.lot,
    openTime: trip.openTime,
    closeTime: trip.closeTime,
    quantity: sold,
    entryPrice: price(trip.boughtUnits, quantityOf(instrument, trip.boughtSteps)),
    exitPrice: price(trip.soldUnits, sold),
    fees: trip.fees / quoteScale,
    profit: trip.profit / quoteScale,
    return: trip.cost > 0 ? trip.profit / trip.cost : 0,
  };
}

/** The strategies' price levels over time. */
export function ladderRecords(record: RunRecord): LadderRecord[] {
  return record.ladders.map(({ time, symbol, strategy, prices }) => ({ time, symbol, strategy, prices: [...prices] }));
}

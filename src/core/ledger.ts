import { type Instrument, notionalUnits } from "./instrument.ts";
import type { Fill } from "./fill.ts";
import type { Order } from "./order.ts";

/** What one lot (a grid cell, a DCA deal) holds: base units, and the quote units paid for them, fees included. */
interface Lot {
  units: number;
  cost: number;
  openTime: number;
  /** Since the lot opened: bought and sold steps with their notional, and fees in quote units. */
  boughtSteps: number;
  boughtUnits: number;
  soldSteps: number;
  soldUnits: number;
  soldCost: number;
  fees: number;
  profit: number;
}

/** Entry to exit of one lot; money in quote units, quantities in steps. */
export interface RoundTrip {
  readonly symbol: string;
  readonly strategy: string;
  readonly lot: string;
  readonly openTime: number;
  readonly closeTime: number;
  readonly steps: number;
  readonly boughtSteps: number;
  readonly boughtUnits: number;
  readonly soldUnits: number;
  readonly fees: number;
  readonly cost: number;
  readonly profit: number;
}

/** The account of one strategy on one symbol. All amounts are whole units. */
export interface SleeveAccount {
  readonly symbol: string;
  readonly strategy: string;
  readonly instrument: Instrument;
  baseFree: number;
  baseReserved: number;
  /** Quote units paid for what is held in lots, fees included. */
  cost: number;
  dustUnits: number;
  dustCost: number;
  closedProfit: number;
  feesQuote: number;
  fills: number;
  tradedUnits: number;
  readonly lots: Map<string, Lot>;
}

/** Cash, base and profit of the whole account. Quote cash is shared; base belongs to the sleeve that bought it. */
export interface Ledger {
  quoteFree: number;
  quoteReserved: number;
  readonly startUnits: number;
  readonly sleeves: SleeveAccount[];
  readonly roundTrips: RoundTrip[];
}

/** A ledger that holds `units` of quote and nothing else. */
export function createLedger(units: number): Ledger {
  return { quoteFree: units, quoteReserved: 0, startUnits: units, sleeves: [], roundTrips: [] };
}

/** Opens the account of a strategy on a symbol. */
export function openSleeve(ledger: Ledger, instrument: Instrument, strategy: string): SleeveAccount {
  const sleeve: SleeveAccount = {
    symbol: instrument.symbol,
    strategy,
    instrument,
    baseFree: 0,
    baseReserved: 0,
    cost: 0,
    dustUnits: 0,
    dustCost: 0,
    closedProfit: 0,
    feesQuote: 0,
    fills: 0,
    tradedUnits: 0,
    lots: new Map(),
  };
  ledger.sleeves.push(sleeve);
  return sleeve;
}

/** Sets money aside for an order; false, and nothing changed, when there is not enough. */
export function reserve(ledger: Ledger, sleeve: SleeveAccount, order: Order, units: number): boolean {
  if (order.desired.side === "buy") {
    if (units > ledger.quoteFree) return false;
    ledger.quoteFree -= units;
    ledger.quoteReserved += units;
  } else {
    if (units > sleeve.baseFree) return false;
    sleeve.baseFree -= units;
    sleeve.baseReserved += units;
  }
  order.reserved = units;
  return true;
}

/** Gives back what a finished or canceled order still has set aside. */
export function release(ledger: Ledger, sleeve: SleeveAccount, order: Order): void {
  if (order.desired.side === "buy") {
    ledger.quoteReserved -= order.reserved;
    ledger.quoteFree += order.reserved;
  } else {
    sleeve.baseReserved -= order.reserved;
    sleeve.baseFree += order.reserved;
  }
  order.reserved = 0;
}

/** Takes `units` from what the order set aside, the rest (fee roundings) from what is free. */
function spend(account: { free: number; reserved: number }, order: Order, units: number): void {
  const fromReserved = Math.min(units, order.reserved);
  order.reserved -= fromReserved;
  account.reserved -= fromReserved;
  account.free -= units - fromReserved;
}

/** Books one fill: money, lots, profit. The order's `filled` counts the steps before this fill. */
export function book(ledger: Ledger, sleeve: SleeveAccount, order: Order, fill: Fill): void {
  const instrument = sleeve.instrument;
  const notional = notionalUnits(instrument, fill.ticks, fill.steps);
  const baseUnits = fill.steps * instrument.stepUnits;
  const feeInBase = fill.feeCurrency === "base";
  const feeQuote = feeInBase ? Math.round((notional * fill.feeUnits) / baseUnits) : fill.feeUnits;
  sleeve.fills += 1;
  sleeve.tradedUnits += notional;
  sleeve.feesQuote += feeQuote;
  const quote = { free: ledger.quoteFree, reserved: ledger.quoteReserved };
  const base = { free: sleeve.baseFree, reserved: sleeve.baseReserved };
  if (fill.side === "buy") {
    spend(quote, order, notional + (feeInBase ? 0 : fill.feeUnits));
    base.free += baseUnits - (feeInBase ? fill.feeUnits : 0);
  } else {
    spend(base, order, baseUnits + (feeInBase ? fill.feeUnits : 0));
    quote.free += notional - (feeInBase ? 0 : fill.feeUnits);
  }
  ledger.quoteFree = quote.free;
  ledger.quoteReserved = quote.reserved;
  sleeve.baseFree = base.free;
  sleeve.baseReserved = base.reserved;
  spreadOverLots(ledger, sleeve, order, fill, { notional, feeQuote });
}

interface Amounts {
  readonly notional: number;
  readonly feeQuote: number;
}

/** Splits a fill over the order's lots in their order, so that a partial fill completes the first lots first. */
function spreadOverLots(ledger: Ledger, sleeve: SleeveAccount, order: Order, fill: Fill, total: Amounts): void {
  const { lots } = order.desired;
  const single = lots.length === 1 ? lots[0] : undefined;
  if (single) {
    apply(ledger, sleeve, single.lot, fill, fill.steps, total, fill.feeCurrency === "base" ? fill.feeUnits : 0);
    return;
  }
  let cumulative = 0;
  let lotStart = 0;
  const fillStart = order.filledBefore + order.filled;
  const all = order.filledBefore + order.steps;
  const fillEnd = fillStart + fill.steps;
  let left = { steps: fill.steps, notional: total.notional, feeQuote: total.feeQuote, feeBase: fill.feeCurrency === "base" ? fill.feeUnits : 0 };
  lots.forEach((part, index) => {
    cumulative += part.quantity;
    const isLast = index === lots.length - 1;
    const rounded = Math.round(cumulative / sleeve.instrument.filters.quantityStep);
    const lotEnd = isLast ? all : Math.min(rounded, all);
    const steps = Math.min(lotEnd, fillEnd) - Math.max(lotStart, fillStart);
    lotStart = lotEnd;
    if (steps <= 0) return;
    const share = steps / left.steps;
    const piece = {
      notional: steps === left.steps ? left.notional : Math.round(left.notional * share),
      feeQuote: steps === left.steps ? left.feeQuote : Math.round(left.feeQuote * share),
      feeBase: steps === left.steps ? left.feeBase : Math.round(left.feeBase * share),
    };
    left = {
      steps: left.steps - steps,
      notional: left.notional - piece.notional,
      feeQuote: left.feeQuote - piece.feeQuote,
      feeBase: left.feeBase - piece.feeBase,
    };
    apply(ledger, sleeve, part.lot, fill, steps, piece, piece.feeBase);
  });
}

function apply(
  ledger: Ledger,
  sleeve: SleeveAccount,
  name: string,
  fill: Fill,
  steps: number,
  amounts: Amounts,
  feeBase: number,
): void {
  const baseUnits = steps * sleeve.instrument.stepUnits;
  const feeInQuote = fill.feeCurrency === "quote" ? amounts.feeQuote : 0;
  const lot = sleeve.lots.get(name) ?? openLot(sleeve, name, fill.time);
  lot.fees += amounts.feeQuote;
  if (fill.side === "buy") {
    lot.units += baseUnits - feeBase;
    lot.cost += amounts.notional + feeInQuote;
    sleeve.cost += amounts.notional + feeInQuote;
    lot.boughtSteps += steps;
    lot.boughtUnits += amounts.notional;
    return;
  }
  const gone = Math.min(lot.units, baseUnits + feeBase);
  const cost = gone === lot.units ? lot.cost : Math.round((lot.cost * gone) / lot.units);
  lot.units -= gone;
  lot.cost -= cost;
  sleeve.cost -= cost;
  lot.soldSteps += steps;
  lot.soldUnits += amounts.notional;
  lot.soldCost += cost;
  const profit = amounts.notional - feeInQuote - cost;
  lot.profit += profit;
  sleeve.closedProfit += profit;
  if (lot.units < sleeve.instrument.stepUnits) closeLot(ledger, sleeve, name, lot, fill.time);
}

function openLot(sleeve: SleeveAccount, name: string, time: number): Lot {
  const lot: Lot = {
    units: 0, cost: 0, openTime: time,
    boughtSteps: 0, boughtUnits: 0, soldSteps: 0, soldUnits: 0, soldCost: 0, fees: 0, profit: 0,
  };
  sleeve.lots.set(name, lot);
  return lot;
}

/** What is under one step cannot be sold: it moves, with its cost, to the sleeve's dust. */
function closeLot(ledger: Ledger, sleeve: SleeveAccount, name: string, lot: Lot, time: number): void {
  sleeve.dustUnits += lot.units;
  sleeve.dustCost += lot.cost;
  sleeve.cost -= lot.cost;
  sleeve.lots.delete(name);
  ledger.roundTrips.push({
    symbol: sleeve.symbol,
    strategy: sleeve.strategy,
    lot: name,
    openTime: lot.openTime,
    closeTime: time,
    steps: lot.soldSteps,
    boughtSteps: lot.boughtSteps,
    boughtUnits: lot.boughtUnits,
    soldUnits: lot.soldUnits,
    fees: lot.fees,
    cost: lot.soldCost,
    profit: lot.profit,
  });
}

/** Base units of a sleeve, all told. */
export function baseUnitsOf(sleeve: SleeveAccount): number {
  return sleeve.baseFree + sleeve.baseReserved;
}

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
  /** Base units sold. */
  soldUnitsBase: number;
  soldUnits: number;
  soldCost: number;
  fees: number;
  profit: number;
}

/** Entry to exit of one lot; money in units, what was bought in steps. */
export interface RoundTrip {
  readonly symbol: string;
  readonly strategy: string;
  readonly lot: string;
  readonly openTime: number;
  readonly closeTime: number;
  /** Base units sold. */
  readonly soldBase: number;
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
  instrument: Instrument;
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
  /** Fills booked so far. Base comes and goes by these alone, so that what is held need not be counted anew while this stays. */
  booked: number;
  /** The account of the newest of them; null before the first. */
  lastBooked: SleeveAccount | null;
  readonly sleeves: SleeveAccount[];
  readonly roundTrips: RoundTrip[];
}

/** A ledger that holds `units` of quote and nothing else. */
export function createLedger(units: number): Ledger {
  return { quoteFree: units, quoteReserved: 0, startUnits: units, booked: 0, lastBooked: null, sleeves: [], roundTrips: [] };
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

/** Takes quote from what the order set aside, the rest (fee roundings) from what is free. */
function spendQuote(ledger: Ledger, order: Order, units: number): void {
  const fromReserved = Math.min(units, order.reserved);
  order.reserved -= fromReserved;
  ledger.quoteReserved -= fromReserved;
  ledger.quoteFree -= units - fromReserved;
}

/** The same for base. */
function spendBase(sleeve: SleeveAccount, order: Order, units: number): void {
  const fromReserved = Math.min(units, order.reserved);
  order.reserved -= fromReserved;
  sleeve.baseReserved -= fromReserved;
  sleeve.baseFree -= units - fromReserved;
}

/** Books one fill: money, lots, profit. The order's `filled` counts the steps before this fill. */
export function book(ledger: Ledger, sleeve: SleeveAccount, order: Order, fill: Fill): void {
  const instrument = sleeve.instrument;
  const notional = notionalUnits(instrument, fill.ticks, fill.steps);
  const baseUnits = fill.steps * instrument.stepUnits;
  const feeInBase = fill.feeCurrency === "base";
  const feeQuote = feeInBase ? Math.round((notional * fill.feeUnits) / baseUnits) : fill.feeUnits;
  ledger.booked += 1;
  ledger.lastBooked = sleeve;
  sleeve.fills += 1;
  sleeve.tradedUnits += notional;
  sleeve.feesQuote += feeQuote;
  if (fill.side === "buy") {
    const received = baseUnits - (feeInBase ? fill.feeUnits : 0);
    spendQuote(ledger, order, notional + (feeInBase ? 0 : fill.feeUnits));
    sleeve.baseFree += received;
    spreadBuy(sleeve, order, fill, notional, feeQuote, received);
  } else {
    spendBase(sleeve, order, baseUnits + (feeInBase ? fill.feeUnits : 0));
    ledger.quoteFree += notional - (feeInBase ? 0 : fill.feeUnits);
    spreadSell(ledger, sleeve, order, fill, notional, feeQuote, baseUnits);
  }
}

/** `part` of `whole` of an amount, rounded; the last piece gets what is left. */
function portion(amount: number, part: number, whole: number): number {
  return part === whole ? amount : Math.round(amount * (part / whole));
}

/** Splits a buy over the order's lots in their order, so that a partial fill completes the first lots first. */
function spreadBuy(sleeve: SleeveAccount, order: Order, fill: Fill, notional: number, feeQuote: number, units: number): void {
  const { lots } = order.desired;
  const all = order.filledBefore + order.steps;
  const fillStart = order.filledBefore + order.filled;
  const fillEnd = fillStart + fill.steps;
  let leftNotional = notional;
  let leftFee = feeQuote;
  let leftUnits = units;
  let leftSteps = fill.steps;
  let wished = 0;
  let lotStart = 0;
  for (let i = 0; i < lots.length && leftSteps > 0; i++) {
    const part = lots[i] as (typeof lots)[number];
    wished += part.quantity;
    const isLast = i === lots.length - 1;
    const lotEnd = isLast ? all : Math.min(all, Math.round(wished / sleeve.instrument.filters.quantityStep));
    const steps = Math.min(lotEnd, fillEnd) - Math.max(lotStart, fillStart);
    lotStart = lotEnd;
    if (steps <= 0) continue;
    const pieceNotional = portion(leftNotional, steps, leftSteps);
    const pieceFee = portion(leftFee, steps, leftSteps);
    const pieceUnits = portion(leftUnits, steps, leftSteps);
    leftNotional -= pieceNotional;
    leftFee -= pieceFee;
    leftUnits -= pieceUnits;
    leftSteps -= steps;
    const lot = sleeve.lots.get(part.lot) ?? openLot(sleeve, part.lot, fill.time);
    const cost = pieceNotional + (fill.feeCurrency === "quote" ? pieceFee : 0);
    lot.units += pieceUnits;
    lot.cost += cost;
    sleeve.cost += cost;
    lot.fees += pieceFee;
    lot.boughtSteps += steps;
    lot.boughtUnits += pieceNotional;
  }
}

/** Takes a sell out of the order's lots in their order, each to its last unit before the next. */
function spreadSell(ledger: Ledger, sleeve: SleeveAccount, order: Order, fill: Fill, notional: number, feeQuote: number, units: number): void {
  const { lots } = order.desired;
  let leftNotional = notional;
  let leftFee = feeQuote;
  let leftUnits = units;
  for (let i = 0; i < lots.length && leftUnits > 0; i++) {
    const name = (lots[i] as (typeof lots)[number]).lot;
    const lot = sleeve.lots.get(name);
    if (!lot) continue;
    const gone = Math.min(lot.units, leftUnits);
    const pieceNotional = portion(leftNotional, gone, leftUnits);
    const pieceFee = portion(leftFee, gone, leftUnits);
    leftNotional -= pieceNotional;
    leftFee -= pieceFee;
    leftUnits -= gone;
    const cost = gone === lot.units ? lot.cost : Math.round((lot.cost * gone) / lot.units);
    const profit = pieceNotional - (fill.feeCurrency === "quote" ? pieceFee : 0) - cost;
    lot.units -= gone;
    lot.cost -= cost;
    sleeve.cost -= cost;
    lot.fees += pieceFee;
    lot.soldUnitsBase += gone;
    lot.soldUnits += pieceNotional;
    lot.soldCost += cost;
    lot.profit += profit;
    sleeve.closedProfit += profit;
    // Less than a step is dust, unless the rest of this very order is going to sell it together with other lots.
    if (lot.units === 0 || (fill.complete && lot.units < sleeve.instrument.stepUnits)) closeLot(ledger, sleeve, name, lot, fill.time);
  }
  if (leftUnits > 0) throw new Error(`${order.desired.key} sold more than its lots held`);
}

function openLot(sleeve: SleeveAccount, name: string, time: number): Lot {
  const lot: Lot = {
    units: 0, cost: 0, openTime: time,
    boughtSteps: 0, boughtUnits: 0, soldUnitsBase: 0, soldUnits: 0, soldCost: 0, fees: 0, profit: 0,
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
    soldBase: lot.soldUnitsBase,
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

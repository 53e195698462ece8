/** Money and amounts are whole numbers of 1e-8 (of quote, or of base), prices whole numbers of 1e-12 quote a base: nothing is ever rounded to a float. */
export const MONEY_DECIMALS = 8;
const PRICE_DECIMALS = 12;
const MONEY = 10n ** BigInt(MONEY_DECIMALS);
const PRICE = 10n ** BigInt(PRICE_DECIMALS);

/** What trading on paper costs: fractions of the worth. */
export interface VirtualRates {
  readonly taker: number;
  /** What a market order pays beyond the price. */
  readonly slippage: number;
}

/** One trade on paper: units of base and quote; `price` is what was paid, slippage in it. */
export interface VirtualFill {
  readonly side: "buy" | "sell";
  readonly symbol: string;
  readonly quantity: bigint;
  readonly price: bigint;
  /** Worth at that price, before the fee. */
  readonly worth: bigint;
  readonly fee: bigint;
}

/** What is held of a symbol, units of base, and what was paid for it, units of quote, fees included. */
export interface VirtualHolding {
  readonly quantity: bigint;
  readonly cost: bigint;
}

/** The books of a paper portfolio: units of quote, and what is held by symbol. Nothing in them is ever negative but the profit. */
export interface VirtualAccount {
  readonly cash: bigint;
  readonly held: ReadonlyMap<string, VirtualHolding>;
  readonly fees: bigint;
  /** Of what was sold, after fees. */
  readonly closedProfit: bigint;
}

/** Books with nothing but cash. */
export function openAccount(cash: bigint): VirtualAccount {
  return { cash, held: new Map(), fees: 0n, closedProfit: 0n };
}

/** A decimal text, thousands grouped by commas or not, as units of 1e-8; null when it is no such number above zero, is finer, or beyond a thousand billions. */
export function unitsOf(text: string): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d{1,8}))?$/.exec(/^\d{1,3}(,\d{3})+(\.|$)/.test(text) ? text.replaceAll(",", "") : text);
  if (!match) return null;
  const units = BigInt((match[1] ?? "") + (match[2] ?? "").padEnd(MONEY_DECIMALS, "0"));
  return units > 0n ? units : null;
}

/** A price as units; null for what is no price. */
export function priceUnits(price: number): bigint | null {
  if (!(price > 0) || price >= 1e15) return null;
  const units = BigInt(price.toFixed(PRICE_DECIMALS).replace(".", ""));
  return units > 0n ? units : null;
}

/** Units as a number, for showing. */
export function numberOf(units: bigint): number {
  return Number(units) / Number(MONEY);
}

/** A price in units as a number, for showing. */
export function priceNumber(units: bigint): number {
  return Number(units) / Number(PRICE);
}

/** What an amount is worth at a price, rounded down. */
export function worthOf(quantity: bigint, price: bigint): bigint {
  return (quantity * price) / PRICE;
}

/** A buy that costs no more than `spend`, fee in it; null when that buys nothing. */
export function buyFor(symbol: string, spend: bigint, price: bigint, rates: VirtualRates): VirtualFill | null {
  const paid = up(price * (MONEY + rateUnits(rates.slippage)), MONEY);
  const fee = rateUnits(rates.taker);
  // Worth and fee are each rounded up: three units less are enough for both to stay within what may be spent.
  const quantity = ((spend - 3n) * PRICE * MONEY) / (paid * (MONEY + fee));
  if (quantity <= 0n) return null;
  const worth = up(quantity * paid, PRICE);
  return { side: "buy", symbol, quantity, price: paid, worth, fee: up(worth * fee, MONEY) };
}

/** A sale of an amount; null when it brings nothing. */
export function sellOf(symbol: string, quantity: bigint, price: bigint, rates: VirtualRates): VirtualFill | null {
  const got = (price * (MONEY - rateUnits(rates.slippage))) / MONEY;
  const worth = worthOf(quantity, got);
  if (quantity <= 0n || worth <= 0n) return null;
  return { side: "sell", symbol, quantity, price: got, worth, fee: up(worth * rateUnits(rates.taker), MONEY) };
}

/** The books after a trade; throws rather than let cash or a holding go below zero. */
export function applyFill(account: VirtualAccount, fill: VirtualFill): VirtualAccount {
  const { side, symbol, quantity, worth, fee } = fill;
  const before = account.held.get(symbol) ?? { quantity: 0n, cost: 0n };
  const sign = side === "buy" ? 1n : -1n;
  const cash = account.cash - sign * worth - fee;
  const left = before.quantity + sign * quantity;
  if (cash < 0n) throw new RangeError("a paper portfolio cannot spend more than it has");
  if (left < 0n) throw new RangeError(`a paper portfolio cannot sell more ${symbol} than it holds`);
  // Whoever sells all gives up all of the cost, so that nothing of it is left behind by rounding.
  const costOut = side === "buy" ? 0n : left === 0n ? before.cost : (before.cost * quantity) / before.quantity;
  const cost = before.cost - costOut + (side === "buy" ? worth + fee : 0n);
  const held = new Map(account.held);
  if (left === 0n) held.delete(symbol);
  else held.set(symbol, { quantity: left, cost });
  return { cash, held, fees: account.fees + fee, closedProfit: account.closedProfit + (side === "sell" ? worth - fee - costOut : 0n) };
}

/** A fraction in parts of 1e-8. */
const rateUnits = (rate: number): bigint => BigInt(Math.round(rate * Number(MONEY)));

/** Divided and rounded up; for what is not negative. */
const up = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

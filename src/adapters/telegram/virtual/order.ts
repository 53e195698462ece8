import type { Operator } from "../../../ports/operator.ts";
import { duration, money, quantity } from "../text/numbers.ts";
import { chosenSymbol, noSymbol } from "../text/symbols.ts";
import { type VirtualAccount, type VirtualFill, type VirtualRates, buyFor, numberOf, priceUnits, sellOf, unitsOf } from "./account.ts";
import { OLDEST_PRICE, lastPrice } from "./standing.ts";

/** Less than this is not traded on paper, units of quote: a cent or its like. */
const LEAST = 1_000_000n;

/** What is asked for: which way, and what was typed after it. */
export interface VirtualOrder {
  readonly operator: Operator;
  readonly account: VirtualAccount;
  readonly rates: (symbol: string) => VirtualRates;
  readonly quote: string;
  readonly side: "buy" | "sell";
  readonly argument: string;
}

/** Why a symbol cannot be traded at its last price now, the rest of a sentence; null when it can. */
export function tradable(operator: Operator, symbol: string): string | null {
  const { time, troubles } = operator.status();
  const [trouble] = troubles;
  // What makes the bot itself stand still makes its prices nothing to trade at.
  if (trouble !== undefined) return `the bot itself sends nothing (${trouble})`;
  const last = lastPrice(operator, symbol);
  if (!last) return `there is no price of ${symbol} yet`;
  const age = time - last.time;
  return age > OLDEST_PRICE ? `the last price of ${symbol} is ${duration(age)} old` : null;
}

/** What an order comes to at the last price, or a sentence that says why it comes to nothing. */
export function orderOf({ operator, account, rates, quote, side, argument }: VirtualOrder): VirtualFill | string {
  const [name = "", ...rest] = argument.split(/\s+/).filter((word) => word !== "");
  const example = side === "buy" ? "/virtual buy btc 500 buys for 500; /virtual buy btc all for everything" : "/virtual sell btc 50%, /virtual sell btc all or /virtual sell btc 0.01";
  if (name === "") return `Say what: ${example}.`;
  const symbol = chosenSymbol(operator, name);
  if (symbol === null) return noSymbol(operator, name);
  const base = symbol.split("/")[0] ?? "";
  const unit = side === "buy" ? quote : base;
  const amount = rest.join("").replace(/^\$/, "");
  const all = side === "buy" ? account.cash : (account.held.get(symbol)?.quantity ?? 0n);
  if (side === "sell" && all === 0n) return `You hold no ${base} on paper.`;
  const wanted = partOf(amount.toLowerCase().endsWith(unit.toLowerCase()) ? amount.slice(0, -unit.length) : amount, all);
  if (wanted === null) return `Say how much ${unit}: ${example}.`;
  if (wanted > all) return side === "buy" ? `You have ${money(numberOf(all), quote)} on paper, less than that.` : `You hold ${quantity(numberOf(all))} ${base} on paper, less than that.`;
  const why = tradable(operator, symbol);
  if (why !== null) return `Nothing is traded on paper now: ${why}.`;
  const price = priceUnits(lastPrice(operator, symbol)?.price ?? Number.NaN);
  if (price === null) return `There is no price of ${symbol} yet.`;
  const fill = side === "buy" ? buyFor(symbol, wanted, price, rates(symbol)) : sellOf(symbol, wanted, price, rates(symbol));
  if (fill === null || (fill.worth < LEAST && !(side === "sell" && wanted === all))) return `That is worth too little to be traded: at least 0.01 ${quote}.`;
  return fill;
}

/** "all", "50%" or a plain decimal as units, of what there is; null for anything else. */
function partOf(text: string, all: bigint): bigint | null {
  if (/^all$/i.test(text)) return all;
  const share = /^(\d{1,3}(?:\.\d{1,8})?)%$/.exec(text)?.[1];
  if (share === undefined) return unitsOf(text);
  const hundredths = unitsOf(share);
  if (hundredths === null || hundredths > 10_000_000_000n) return null;
  return (all * hundredths) / 10_000_000_000n;
}

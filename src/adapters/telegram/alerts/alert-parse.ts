import { percent, price, typed } from "../text/numbers.ts";
import { chosenSymbol, noSymbol } from "../text/symbols.ts";
import { type Alert, shortName } from "./alert.ts";

/** What a wish is understood against. */
export interface AlertMarket {
  readonly symbols: readonly string[];
  readonly quote: string;
  /** The last price, quote; null before the first. */
  readonly price: (symbol: string) => number | null;
  /** Of the account, under its highest equity, fraction. */
  readonly drawdown: () => number;
  /** Whether agents vote at all. */
  readonly hasCouncil: boolean;
}

/** An alert, or why there is none: a sentence of plain text with an example. */
export type ParsedAlert = { readonly alert: Alert } | { readonly wrong: string };

/** What a price may be written as: 70000, 70,000, 0.5, 70k. */
const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)([km]?)`;
const PRICE = new RegExp(String.raw`^(>|>=|≥|above|over|<|<=|≤|below|under)?\$?${NUMBER}([a-z]*)$`);
const PERCENT = new RegExp(String.raw`^([+-]?)${NUMBER}%$`);
const BELOW: ReadonlySet<string> = new Set(["<", "<=", "≤", "below", "under"]);
const MOST_PRICE = 1e12;

/** Understands what follows /alert, as far as it sets one. */
export function parseAlert(argument: string, market: AlertMarket): ParsedAlert {
  const [first = "", ...others] = argument.toLowerCase().replaceAll(/[−–]/g, "-").replace(/([<>≤≥])/, " $1").split(/\s+/).filter((word) => word !== "");
  const isEvery = others.includes("every");
  const words = others.filter((word) => word !== "every").join(" ");
  const rest = words.replaceAll(" ", "");
  if (first === "drawdown") return isEvery ? wrong(`${ONCE} For example: /alert drawdown 10%.`) : drawdownAlert(rest, market);
  const chosen = first === "" ? null : chosenSymbol(market, first);
  if (chosen === null) return wrong(`${noSymbol(market, first)} Only these can have alerts, for example: ${exampleOf(market)}.`);
  const name = shortName(chosen, market.symbols);
  if (/^(levels?|votes?)$/.test(rest)) {
    const type = rest.startsWith("level") ? "level" : "vote";
    if (!market.hasCouncil) return wrong(`No agents vote in this bot, so there is no ${type} to tell of. A price can be told of: ${exampleOf(market)}.`);
    return { alert: { type, symbol: chosen, every: isEvery } };
  }
  if (isEvery && rest !== "") return wrong(`${ONCE} For example: /alert ${name} level every.`);
  // "70 000" is one number, "70000 60000" are two.
  if (/\d{4,} \d|\d (?:\d{1,2}|\d{4,})(?!\d)/.test(words)) return wrong(`"${argument.slice(0, 60)}" has two numbers, and an alert has one: set two of them. ${examples(name)}`);
  const now = market.price(chosen);
  if (rest.endsWith("%")) return percentAlert(rest, { symbol: chosen, name, now, quote: market.quote });
  const [match, way, digits = "", scale = "", unit = ""] = PRICE.exec(rest) ?? [];
  if (match === undefined) return wrong(`"${argument.slice(0, 60)}" says nothing that can be told of. ${examples(name)}`);
  if (unit !== "" && unit !== market.quote.toLowerCase()) return wrong(`Prices are in ${market.quote} here, not in ${unit.toUpperCase().slice(0, 20)}. For example: /alert ${name} > 70000.`);
  const at = numberOf(digits, scale);
  if (!(at > 0 && at <= MOST_PRICE)) return wrong(`A price has to be more than 0 and at most a million millions. For example: /alert ${name} > 70000.`);
  if (way === undefined && now === null) return wrong(`${chosen} has no price yet, so say which side: /alert ${name} > ${digits}${scale} or /alert ${name} < ${digits}${scale}.`);
  return priceAlert({ symbol: chosen, name, now, quote: market.quote }, at, way === undefined ? at < (now ?? 0) : BELOW.has(way));
}

interface Subject {
  readonly symbol: string;
  /** As short as it can be typed. */
  readonly name: string;
  readonly now: number | null;
  readonly quote: string;
}

const ONCE = "\"every\" goes with level and vote alone: a price and a drawdown are told of once.";

function priceAlert({ symbol: of, name, now, quote }: Subject, at: number, isBelow: boolean): ParsedAlert {
  const isThere = now !== null && (isBelow ? now <= at : now >= at);
  if (isThere) return wrong(`${of} is ${isBelow ? "below" : "above"} ${price(at)} ${quote} already: it is at ${price(now)}. The other way would be /alert ${name} ${isBelow ? ">" : "<"} ${typed(at)}.`);
  return { alert: { type: "price", symbol: of, above: isBelow ? null : at, below: isBelow ? at : null, moved: null } };
}

function percentAlert(text: string, { symbol: of, name, now }: Subject): ParsedAlert {
  const [match, sign = "", digits = "", scale = ""] = PERCENT.exec(text) ?? [];
  const fraction = numberOf(digits, scale) / 100;
  if (match === undefined || !(fraction > 0)) return wrong(`"${text.slice(0, 40)}" is no move of a price. For example: /alert ${name} 5%, /alert ${name} +5% or /alert ${name} -5%.`);
  if (now === null) return wrong(`${of} has no price yet to count ${digits} % from. Try again in a while, or name a price: /alert ${name} > 70000.`);
  if (sign !== "+" && fraction >= 1) return wrong(`A price cannot fall by ${digits}${scale} %. For example: /alert ${name} +${digits}${scale}% or /alert ${name} -5%.`);
  if (fraction > 1_000) return wrong(`${digits}${scale} % is more than will be seen. For example: /alert ${name} +50%.`);
  const above = sign === "-" ? null : now * (1 + fraction);
  const below = sign === "+" ? null : now * (1 - fraction);
  return { alert: { type: "price", symbol: of, above, below, moved: { fraction, from: now } } };
}

function drawdownAlert(text: string, market: AlertMarket): ParsedAlert {
  const [match, , digits = "", scale = ""] = PERCENT.exec(text) ?? [];
  const fraction = numberOf(digits, scale) / 100;
  if (match === undefined || !(fraction > 0 && fraction < 1)) return wrong("A drawdown is a share of the account between 0 and 100 %. For example: /alert drawdown 10%.");
  const now = market.drawdown();
  if (now >= fraction) return wrong(`The account is ${percent(-now)} from its highest equity already. Ask for more than that, for example: /alert drawdown ${Math.min(99, Math.floor(now * 100) + 5)}%.`);
  return { alert: { type: "drawdown", fraction } };
}

function numberOf(digits: string, scale: string): number {
  return Number(digits.replaceAll(",", "")) * (scale === "k" ? 1e3 : scale === "m" ? 1e6 : 1);
}

const wrong = (sentence: string): ParsedAlert => ({ wrong: sentence });

/** One alert that can be set here. */
function exampleOf({ symbols }: Pick<AlertMarket, "symbols">): string {
  const [first] = symbols;
  return `/alert ${first === undefined ? "btc" : shortName(first, symbols)} > 70000`;
}

/** What can be said, by example. Plain text. */
export function examples(name: string): string {
  return `Say for example /alert ${name} > 70000, /alert ${name} below 60000, /alert ${name} 5%, /alert ${name} level, /alert ${name} vote every or /alert drawdown 10%.`;
}

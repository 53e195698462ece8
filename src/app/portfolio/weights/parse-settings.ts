import { UserError } from "../../../core/user-error.ts";
import { nearest, suggestion } from "../../definition/problems.ts";
import { DEFAULTS, ESTIMATES, type GroupCap, METHODS, type NamedWeights, type WeightsSettings } from "./settings.ts";

/** The flags of `caucus optimize-portfolio` that say which weights are wanted, as they were typed. */
export interface WeightsFlags {
  readonly method?: string;
  readonly estimate?: string;
  readonly halfLife?: string;
  readonly maxWeight?: string;
  readonly minWeight?: string;
  readonly group?: readonly string[];
  readonly turnover?: string;
  readonly current?: string;
  readonly cash?: string;
  readonly riskFree?: string;
  readonly riskAversion?: string;
  readonly marketWeights?: string;
  readonly points?: string;
  readonly draws?: string;
}

/** Reads the flags; `symbols` are those that weights are chosen for. Throws a `UserError` that says what to write. */
export function parseSettings(flags: WeightsFlags, symbols: readonly string[], seed: number): WeightsSettings {
  const method = oneOf("--method", flags.method ?? DEFAULTS.method, METHODS);
  const estimate = oneOf("--estimate", flags.estimate ?? DEFAULTS.estimate, ESTIMATES);
  if (flags.halfLife !== undefined && estimate !== "exponential") throw new UserError("--half-life belongs to --estimate exponential: give both or neither.");
  const current = flags.current === undefined ? null : weightsOf("--current", flags.current, symbols);
  const turnover = flags.turnover === undefined ? null : share("--turnover", flags.turnover);
  if (turnover !== null && current === null) throw new UserError("--turnover limits the way from what is held: give --current BTC/USDT=0.5,ETH/USDT=0.3 too.");
  if (flags.marketWeights !== undefined && method !== "black-litterman") throw new UserError("--market-weights belongs to --method black-litterman.");
  if (flags.riskAversion !== undefined && method !== "mean-variance" && method !== "black-litterman") throw new UserError(`--risk-aversion belongs to --method mean-variance or black-litterman; ${method} has none.`);
  const cash = flags.cash === undefined ? { min: 0, max: 0 } : range("--cash", flags.cash);
  if (cash.min === 1) throw new UserError(`--cash ${flags.cash ?? ""}: all of it would be cash, and nothing is left to be weighed.`);
  return {
    method,
    estimate,
    halfLife: flags.halfLife === undefined ? DEFAULTS.halfLife : number("--half-life", flags.halfLife, 1, 100_000, "bars, such as 90"),
    maxWeight: flags.maxWeight === undefined ? null : caps("--max-weight", flags.maxWeight, symbols),
    minWeight: flags.minWeight === undefined ? null : caps("--min-weight", flags.minWeight, symbols),
    groups: groupsOf(flags.group ?? [], symbols),
    current,
    turnover,
    cash,
    riskFree: flags.riskFree === undefined ? 0 : rate("--risk-free", flags.riskFree),
    riskAversion: flags.riskAversion === undefined ? DEFAULTS.riskAversion : number("--risk-aversion", flags.riskAversion, 0.001, 10_000, "a number over 0, such as 2.5"),
    marketWeights: flags.marketWeights === undefined ? null : marketOf(flags.marketWeights, symbols),
    points: flags.points === undefined ? DEFAULTS.points : whole("--points", flags.points, 2, 200),
    draws: flags.draws === undefined ? DEFAULTS.draws : whole("--draws", flags.draws, 20, 10_000),
    seed,
  };
}

/** A fraction (0.3) or a percentage (30%) as a fraction; NaN when it is neither. */
function fraction(text: string): number {
  const match = /^([+-]?\d+(?:\.\d+)?|[+-]?\.\d+)\s*(%?)$/.exec(text.trim());
  if (!match) return Number.NaN;
  return Number(match[1]) / (match[2] === "%" ? 100 : 1);
}

function share(flag: string, text: string, whole = text): number {
  const value = fraction(text);
  if (!(value >= 0 && value <= 1)) throw new UserError(`${flag} ${whole}: ${text === "" ? "nothing" : text} is no share from 0 to 1; write 0.3 or 30%.`);
  return value;
}

function rate(flag: string, text: string): number {
  const value = fraction(text);
  if (!(value > -1 && value < 1)) throw new UserError(`${flag} ${text}: write a rate a year such as 0.04 or 4%.`);
  return value;
}

function number(flag: string, text: string, least: number, most: number, advice: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UserError(`${flag} ${text}: write ${advice}.`);
  return value;
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UserError(`${flag} ${text}: write a whole number from ${least} to ${most}.`);
  return value;
}

function oneOf<Name extends string>(flag: string, text: string, known: readonly Name[]): Name {
  const found = known.find((one) => one === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UserError(`${flag} ${text}: there is no such ${flag.slice(2)}${suggestion(text, known)}`);
}

/** `0.2` is exactly that much, `0..0.3` a span. */
function range(flag: string, text: string): { readonly min: number; readonly max: number } {
  const [low = "", high, ...rest] = text.split("..");
  if (rest.length > 0) throw new UserError(`${flag} ${text}: write one share such as 0.1, or a span such as 0..0.3.`);
  const min = share(flag, low, text);
  const max = high === undefined ? min : share(flag, high, text);
  if (min > max) throw new UserError(`${flag} ${text}: the span ends before it begins; write the smaller share first.`);
  return { min, max };
}

function symbolOf(flag: string, text: string, symbols: readonly string[]): string {
  const wanted = text.trim();
  const found = symbols.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(wanted, symbols);
  throw new UserError(`${flag}: ${wanted === "" ? "a name is missing" : `${wanted} is none of the symbols`}${near === null ? ` (${symbols.join(", ")})` : `; did you mean "${near}"?`}`);
}

/** `BTC/USDT=0.5,ETH/USDT=30%`. */
function named(flag: string, text: string, symbols: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const part of text.split(",")) {
    const [name = "", value, ...rest] = part.split("=");
    if (value === undefined || rest.length > 0) throw new UserError(`${flag} ${text}: "${part}" is no weight; write such as BTC/USDT=0.5,ETH/USDT=0.3.`);
    const symbol = symbolOf(flag, name, symbols);
    if (found.has(symbol)) throw new UserError(`${flag} ${text}: ${symbol} stands there twice.`);
    found.set(symbol, share(flag, value, text));
  }
  return found;
}

function caps(flag: string, text: string, symbols: readonly string[]): number | NamedWeights {
  return text.includes("=") ? named(flag, text, symbols) : share(flag, text);
}

/** A sum of weights that is over one by rounding is one. */
const ROUNDING = 0.001;

function weightsOf(flag: string, text: string, symbols: readonly string[]): NamedWeights {
  const found = named(flag, text, symbols);
  const sum = [...found.values()].reduce((total, one) => total + one, 0);
  if (sum > 1 + ROUNDING) throw new UserError(`${flag} ${text}: the weights are ${Number(sum.toPrecision(6))} together, more than all there is; they may be at most 1, and the rest is cash.`);
  return sum > 1 ? new Map([...found].map(([symbol, weight]) => [symbol, weight / sum])) : found;
}

/** Market weights say only how large the symbols are beside each other, so that any positive numbers do. */
function marketOf(text: string, symbols: readonly string[]): NamedWeights {
  const found = new Map<string, number>();
  for (const part of text.split(",")) {
    const [name = "", value = "", ...rest] = part.split("=");
    const size = rest.length === 0 && /^\d+(?:\.\d+)?(?:e\d{1,2})?$/i.test(value.trim()) ? Number(value) : Number.NaN;
    if (!(size >= 0)) throw new UserError(`--market-weights ${text}: "${part}" is no size; write such as BTC/USDT=0.6,ETH/USDT=0.4, or market values such as BTC/USDT=1.2e12.`);
    const symbol = symbolOf("--market-weights", name, symbols);
    if (found.has(symbol)) throw new UserError(`--market-weights ${text}: ${symbol} stands there twice.`);
    found.set(symbol, size);
  }
  const missing = symbols.filter((symbol) => !found.has(symbol));
  if (missing.length > 0) throw new UserError(`--market-weights ${text}: ${missing.join(", ")} ${missing.length === 1 ? "has" : "have"} none; every symbol needs one.`);
  const sum = [...found.values()].reduce((total, one) => total + one, 0);
  if (!(sum > 0)) throw new UserError(`--market-weights ${text}: at least one must be over 0.`);
  return new Map([...found].map(([symbol, size]) => [symbol, size / sum]));
}

/** `majors=BTC/USDT,ETH/USDT:0.6`, or `:0.2..0.6`. */
function groupsOf(texts: readonly string[], symbols: readonly string[]): GroupCap[] {
  const groups = texts.map((text): GroupCap => {
    const match = /^([^=]+)=([^:]+):(.+)$/.exec(text);
    if (!match) throw new UserError(`--group ${text}: write a name, its symbols and the most they may be together, such as majors=BTC/USDT,ETH/USDT:0.6.`);
    const [, name = "", members = "", limits = ""] = match;
    const span = range("--group", limits);
    return {
      name: name.trim(),
      members: [...new Set(members.split(",").map((one) => symbolOf(`--group ${name}`, one, symbols)))],
      min: limits.includes("..") ? span.min : 0,
      max: span.max,
    };
  });
  const names = groups.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`--group ${twice}: there are two groups of this name.`);
  return groups;
}

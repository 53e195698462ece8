import type { Command } from "commander";
import { parse } from "yaml";
import { type Override, parseSet } from "../app/definition/document.ts";

/** Flags that stand for keys of the definition, by the name commander gives them. */
const KEYS = {
  symbol: { flag: "--symbol <symbol>", path: ["symbols"], help: "symbol or symbols, comma separated, such as BTC/USDT" },
  candles: { flag: "--candles <source>", path: ["candles"], help: "synthetic:<kind>, store:<exchange> or a file" },
  timeframe: { flag: "--timeframe <length>", path: ["timeframe", "fill"], help: "candles that fill orders, such as 1m" },
  decision: { flag: "--decision <length>", path: ["timeframe", "decision"], help: "bars on which agents vote, such as 1h" },
  from: { flag: "--from <date>", path: ["from"], help: "first instant that is traded, UTC" },
  to: { flag: "--to <date>", path: ["to"], help: "end, UTC" },
  capital: { flag: "--capital <amount>", path: ["capital"], help: "quote at the start" },
  seed: { flag: "--seed <number>", path: ["seed"], help: "seed of synthetic markets" },
  riskProfile: { flag: "--risk-profile <name>", path: ["riskProfile"], help: "the owner's limits" },
  path: { flag: "--path <path>", path: ["fillModel", "path"], help: "nearest, ohlc, olhc or min-turnover" },
  limitTest: { flag: "--limit-test <test>", path: ["fillModel", "limitTest"], help: "through or touch" },
  counter: { flag: "--counter <rule>", path: ["fillModel", "counter"], help: "same or next" },
  feeMaker: { flag: "--fee-maker <fraction>", path: ["fees", "maker"], help: "0.001 is 0.1 %" },
  feeTaker: { flag: "--fee-taker <fraction>", path: ["fees", "taker"], help: "0.001 is 0.1 %" },
  feeCurrency: { flag: "--fee-currency <asset>", path: ["fees", "currency"], help: "received or quote" },
  slippage: { flag: "--slippage <fraction>", path: ["fees", "slippage"], help: "what a taker pays beyond the price" },
} as const;

/** Kept as text even where they look like numbers. */
const TEXTS = new Set<string>(["symbol", "candles", "from", "to", "timeframe", "decision"]);

/** What commander makes of the flags. */
export type DefinitionFlags = { readonly [Key in keyof typeof KEYS]?: string } & { readonly set?: readonly string[] };

/** Adds the flags that override keys of a definition. */
export function addDefinitionFlags(command: Command): void {
  for (const { flag, help } of Object.values(KEYS)) command.option(flag, help);
  command.option("--set <key=value>", "any key of the definition, again and again: --set strategies.grid.levels=30", (one: string, all: string[]) => [...all, one], []);
}

/** The overrides that the flags mean, in the order in which later ones win: named flags, then --set. */
export function overridesOf(flags: DefinitionFlags): Override[] {
  const overrides: Override[] = [];
  for (const [name, { flag, path }] of Object.entries(KEYS)) {
    const text = flags[name as keyof typeof KEYS];
    if (text === undefined) continue;
    const value: unknown = TEXTS.has(name) ? text : scalar(text);
    overrides.push({ path, value, flag: `${flag.split(" ")[0] ?? ""} ${text}` });
  }
  return [...overrides, ...(flags.set ?? []).map(parseSet)];
}

function scalar(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

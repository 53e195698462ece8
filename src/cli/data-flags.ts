import { type Command, InvalidArgumentError } from "commander";
import { parseInstant } from "../core/instant.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { readEnvironment } from "./environment.ts";

/** The store's folder: the flag, else the environment, else `data`. */
export function storeFolder(flags: { readonly dataDir?: string }): string {
  return flags.dataDir ?? readEnvironment().dataDir;
}

/** Adds the flag that names the store. */
export function addStoreFlag(command: Command): Command {
  return command.option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)");
}

/** A timeframe flag in milliseconds. */
export function timeframeFlag(text: string): number {
  const timeframe = parseTimeframe(text);
  if (timeframe === null) throw new InvalidArgumentError("write a timeframe such as 1m, 15m, 4h or 1d.");
  return timeframe;
}

/** A date flag in epoch milliseconds. */
export function instantFlag(text: string): number {
  const time = parseInstant(text);
  if (!Number.isFinite(time)) throw new InvalidArgumentError("write a UTC date such as 2024-01-31 or 2024-01-31T12:00.");
  return time;
}

/** A symbol flag such as BTC/USDT. */
export function symbolFlag(text: string): string {
  if (!/^[A-Z0-9]+\/[A-Z0-9]+(:[A-Z0-9]+)?$/i.test(text)) throw new InvalidArgumentError("write a symbol such as BTC/USDT.");
  return text.toUpperCase();
}

/** One of a few words. */
export function volumeFlag(text: string): "base" | "quote" {
  if (text !== "base" && text !== "quote") throw new InvalidArgumentError("write base or quote.");
  return text;
}

import { z } from "zod";
import type { Candle } from "../../../core/candle.ts";
import { numeric } from "./market.ts";
import type { VenueName } from "./quirks.ts";

/** A final candle in a venue's message, with the venue's id of the market and of the timeframe. */
export interface FinalCandle {
  readonly marketId: string;
  readonly interval: string;
  readonly candle: Candle;
}

/** Reads the final candles out of a message. */
export type ReadFinal = (message: unknown) => readonly FinalCandle[];

const binance = z.object({ k: z.object({ s: z.string(), i: z.string(), x: z.boolean(), t: numeric, o: numeric, h: numeric, l: numeric, c: numeric, v: numeric }) });
const bybitRow = z.object({ start: numeric, open: numeric, high: numeric, low: numeric, close: numeric, volume: numeric, confirm: z.boolean() });
const bybit = z.object({ topic: z.string(), data: z.array(bybitRow) });
const okx = z.object({
  arg: z.object({ channel: z.string(), instId: z.string() }),
  data: z.array(z.tuple([numeric, numeric, numeric, numeric, numeric, numeric, z.unknown(), z.unknown(), z.string()])),
});

function none(): readonly FinalCandle[] {
  return [];
}

/** Which messages of each exchange hold final candles: ccxt passes rows on without the flag. `null`: this one does not say. */
export const FINAL_CANDLES: Readonly<Record<VenueName, ReadFinal | null>> = {
  binance: (message) => {
    const parsed = binance.safeParse(message);
    if (!parsed.success || !parsed.data.k.x) return none();
    const { s, i, t, o, h, l, c, v } = parsed.data.k;
    return [{ marketId: s, interval: i, candle: { time: t, open: o, high: h, low: l, close: c, volume: v } }];
  },
  kraken: null,
  bybit: (message) => {
    const parsed = bybit.safeParse(message);
    if (!parsed.success) return none();
    const [, interval = "", marketId = ""] = parsed.data.topic.split(".");
    return parsed.data.data
      .filter(({ confirm }) => confirm)
      .map(({ start, open, high, low, close, volume }) => ({ marketId, interval, candle: { time: start, open, high, low, close, volume } }));
  },
  okx: (message) => {
    const parsed = okx.safeParse(message);
    if (!parsed.success) return none();
    const { channel, instId } = parsed.data.arg;
    return parsed.data.data
      .filter((row) => row[8] === "1")
      .map(([time, open, high, low, close, volume]) => ({ marketId: instId, interval: channel.replace("candle", ""), candle: { time, open, high, low, close, volume } }));
  },
};

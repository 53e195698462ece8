/** The exchange of `live.ts`, in a process of its own: it stamps when a closed candle leaves and when a request for an order arrives. */
import { z } from "zod";
import { createMarket } from "../../src/core/synthetic/market.ts";
import { createInstrument, quoteDecimals } from "../../src/core/instrument.ts";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import { startExchange } from "../../src/exchange/server.ts";

const MINUTE = 60_000;
const FILTERS = { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 };
const messageSchema = z.union([
  z.strictObject({ type: z.literal("open"), symbols: z.array(z.string()), days: z.number(), start: z.number(), key: z.strictObject({ apiKey: z.string(), secret: z.string() }) }),
  z.strictObject({ type: z.literal("advance"), to: z.number() }),
  z.strictObject({ type: z.literal("take") }),
  z.strictObject({ type: z.literal("close") }),
]);

/** Milliseconds of the machine's monotonic clock. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const send = (message: unknown): void => {
  process.send?.(message);
};

let opened: { readonly advance: (to: number) => void; readonly close: () => Promise<void> } | null = null;
/** When the newest closed candle of a symbol left, until the first order that follows it has arrived. */
const left = new Map<string, number>();
/** The same of the last advance, also after that. */
const closed = new Map<string, number>();
const idOf = (symbol: string): string => symbol.replace("/", "");
let waits: number[] = [];

async function open({ symbols, days, start, key }: Extract<z.infer<typeof messageSchema>, { type: "open" }>): Promise<void> {
  const decimals = quoteDecimals([FILTERS]);
  const markets = symbols.map((symbol, i) => {
    const instrument = createInstrument(symbol, FILTERS, decimals);
    if (typeof instrument === "string") throw new Error(instrument);
    const { series } = createMarket({ kind: "mix", seed: i + 1, days, timeframe: MINUTE, start, price: 1_000 * (i + 1), priceStep: 0.01 });
    return { instrument, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 1_000 };
  });
  const engine = createEngine({ markets, accounts: [{ ...key, balances: { USDT: "1000000" } }], fees: { maker: 0.001, taker: 0.001 }, volumeShare: 1, seed: 1 }, { book: "deep" });
  // Before the exchange subscribes, so that the stamp is older than the frame.
  engine.subscribe((event) => {
    if (event.type === "candle" && event.candle.closed && event.candle.timeframe === MINUTE) {
      left.set(idOf(event.candle.symbol), now());
      closed.set(idOf(event.candle.symbol), now());
    }
  });
  const place = engine.place.bind(engine);
  engine.place = (account, request) => {
    const since = left.get(idOf(request.symbol));
    if (since !== undefined) waits.push(now() - since);
    left.delete(idOf(request.symbol));
    return place(account, request);
  };
  const exchange = await startExchange({ engine, port: 0, limits: { weightPerMinute: Number.MAX_SAFE_INTEGER, ordersPerTenSeconds: Number.MAX_SAFE_INTEGER } });
  opened = { advance: (to) => engine.advance(to), close: exchange.close };
  send({ type: "opened", url: exchange.url, wsUrl: exchange.wsUrl });
}

async function answer(message: z.infer<typeof messageSchema>): Promise<void> {
  switch (message.type) {
    case "open":
      return open(message);
    case "advance":
      left.clear();
      closed.clear();
      opened?.advance(message.to);
      send({ type: "advanced", left: Object.fromEntries(closed) });
      return;
    case "take":
      send({ type: "taken", waits });
      waits = [];
      return;
    case "close":
      await opened?.close();
      process.disconnect();
  }
}

process.on("message", (raw) => void answer(messageSchema.parse(raw)));

import { z } from "zod";
import type { Listing } from "../directory.ts";
import type { EngineEvent, ExchangeCandle } from "../engine/model.ts";
import { spoiled } from "../faults/answers.ts";
import { INTERVALS, marketCandles, openOf } from "../market-candles.ts";
import { Refusal } from "../refusal.ts";
import type { Doors } from "../rest/route.ts";
import { dayTicker } from "../shapes/market.ts";
import { bookTickerEvent, klineEvent, tickerEvent, tradeEvent, type StreamEvent } from "../shapes/stream-event.ts";
import type { Connection } from "./connection.ts";
import { createDistortion, type Distortion } from "./distortion.ts";
import { createCandleFold } from "./candle-fold.ts";

type Topic = "kline" | "bookTicker" | "ticker" | "miniTicker" | "trade";

/** A stream that somebody listens to. */
interface Stream {
  readonly name: string;
  readonly topic: Topic;
  readonly interval: string;
  readonly listing: Listing;
  /** Makes the interval's candle of the market's; `null` when that cannot be, and for other topics. */
  readonly fold: ((candle: ExchangeCandle) => ExchangeCandle) | null;
  readonly listeners: Map<Connection, { combined: boolean }>;
}

interface Frame {
  readonly stream: Stream;
  readonly event: StreamEvent;
}

const command = z.object({
  method: z.enum(["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS"]),
  params: z.array(z.string().max(200)).max(1_024).default([]),
  id: z.union([z.int(), z.string().max(64), z.null()]).default(null),
});

/** The public streams under /ws and /stream. */
export interface MarketStreams {
  /** A client came in; `names` are the streams of its address. */
  readonly open: (connection: Connection, names: readonly string[], combined: boolean) => void;
  readonly receive: (connection: Connection, text: string) => void;
  readonly close: (connection: Connection) => void;
  readonly tell: (event: EngineEvent) => void;
  /** Tells how far the candles of now have come, as Binance does every second or two. */
  readonly pulse: () => void;
  readonly distortion: Distortion<Frame>;
}

/** The public streams of an exchange. */
export function createMarketStreams(doors: Doors): MarketStreams {
  const streams = new Map<string, Map<string, Stream>>();
  const combinedOf = new Map<Connection, boolean>();
  const printed = new Map<string, { time: number; volume: number; close: number; id: number }>();

  const distortion = createDistortion<Frame>(
    ({ event }) => (typeof event["e"] === "string" ? event["e"] : "bookTicker"),
    ({ stream, event }) => {
      const fault = doors.faults.strike("WS", `/ws/${stream.topic}`);
      const wrong = fault === null ? null : spoiled(fault.spec, `/ws/${stream.topic}`, { status: 200, headers: {}, body: event });
      const data = wrong?.body ?? event;
      for (const [connection, { combined }] of stream.listeners) connection.send(combined ? { stream: stream.name, data } : data);
    },
  );

  const subscribe = (connection: Connection, name: string): void => {
    const [id = ""] = name.split("@");
    const market = streams.get(id) ?? new Map<string, Stream>();
    const stream = market.get(name) ?? openStream(doors, name);
    // A market that does not exist has a stream without events, as at Binance.
    if (!stream) return;
    stream.listeners.set(connection, { combined: combinedOf.get(connection) ?? false });
    market.set(name, stream);
    streams.set(id, market);
  };
  const unsubscribe = (connection: Connection, name: string): void => {
    const [id = ""] = name.split("@");
    const market = streams.get(id);
    const stream = market?.get(name);
    if (!market || !stream) return;
    stream.listeners.delete(connection);
    if (stream.listeners.size === 0) market.delete(name);
  };
  const namesOf = (connection: Connection): string[] =>
    [...streams.values()].flatMap((market) => [...market.values()].filter(({ listeners }) => listeners.has(connection)).map(({ name }) => name));

  const candle = (event: ExchangeCandle): void => {
    const listing = doors.directory.byKey(event.symbol);
    const market = streams.get(listing.id.toLowerCase());
    if (!market || market.size === 0) return;
    const print = newPrint(printed, listing.id, event);
    for (const stream of market.values()) {
      for (const told of candleEvents(doors, stream, event, print)) distortion.pass({ stream, event: told });
    }
  };

  return {
    distortion,
    open: (connection, names, combined) => {
      combinedOf.set(connection, combined);
      for (const name of names) if (isStreamName(name)) subscribe(connection, name);
    },
    receive: (connection, text) => {
      const parsed = command.safeParse(parseJson(text));
      if (!parsed.success) {
        connection.send({ error: { code: 2, msg: "Invalid request: unknown variant or malformed JSON" }, id: null });
        return;
      }
      const { method, params, id } = parsed.data;
      // Noted once it is in force: a test that sees the count may move time.
      const noted = (): void => doors.faults.note({ method: "WS", path: method, parameters: { streams: params.join(",") }, at: doors.wall() });
      if (!params.every(isStreamName)) {
        connection.send({ error: { code: 2, msg: "Invalid request: invalid stream" }, id });
        return;
      }
      if (method === "LIST_SUBSCRIPTIONS") {
        connection.send({ result: namesOf(connection), id });
        return;
      }
      for (const name of params) (method === "SUBSCRIBE" ? subscribe : unsubscribe)(connection, name);
      noted();
      connection.send({ result: null, id });
    },
    close: (connection) => {
      for (const name of namesOf(connection)) unsubscribe(connection, name);
      combinedOf.delete(connection);
    },
    pulse: () => {
      const { now } = doors.engine;
      for (const stream of [...streams.values()].flatMap((market) => [...market.values()])) {
        const { listing, interval, fold } = stream;
        if (!fold) continue;
        const [current] = marketCandles(doors.engine, listing, interval, openOf(interval, now), 1);
        if (current && !current.closed) distortion.pass({ stream, event: klineEvent(listing.id, interval, current, now) });
      }
    },
    tell: (event) => {
      if (event.type === "candle") candle(event.candle);
      if (event.type !== "book") return;
      const listing = doors.directory.byKey(event.symbol);
      const id = listing.id.toLowerCase();
      const stream = streams.get(id)?.get(`${id}@bookTicker`);
      if (stream) distortion.pass({ stream, event: bookTickerEvent(listing, event) });
    },
  };
}

const NAME = /^([a-z0-9]{2,20})@(?:(bookTicker|ticker|miniTicker|trade)|kline_(\w{2,3}))$/;

function isStreamName(name: string): boolean {
  const match = NAME.exec(name);
  return match !== null && (match[3] === undefined || match[3] in INTERVALS);
}

function openStream({ engine, directory }: Doors, name: string): Stream | null {
  const [, id, topic, interval = ""] = NAME.exec(name) ?? [];
  const listing = directory.listings.find((candidate) => candidate.id.toLowerCase() === id);
  if (!listing) return null;
  return {
    name,
    topic: (topic ?? "kline") as Topic,
    interval,
    listing,
    fold: interval === "" ? null : createCandleFold(engine, listing, interval),
    listeners: new Map(),
  };
}

interface Print {
  readonly id: number;
  readonly volume: number;
}

/** What traded in a candle since it was last told: one print at its close, since candles do not say more. */
function newPrint(printed: Map<string, { time: number; volume: number; close: number; id: number }>, id: string, candle: ExchangeCandle): Print | null {
  const last = printed.get(id) ?? { time: Number.NaN, volume: 0, close: Number.NaN, id: 0 };
  const sofar = last.time === candle.time ? last.volume : 0;
  const volume = candle.volume - sofar;
  const isNew = volume > 0 || candle.close !== last.close;
  const next = { time: candle.time, volume: candle.volume, close: candle.close, id: isNew ? last.id + 1 : last.id };
  printed.set(id, next);
  return isNew ? { id: next.id, volume: Math.max(0, volume) } : null;
}

function candleEvents(doors: Doors, stream: Stream, candle: ExchangeCandle, print: Print | null): readonly StreamEvent[] {
  const { topic, listing, interval } = stream;
  const time = candle.closed ? candle.time + candle.timeframe : Math.min(doors.engine.now, candle.time + candle.timeframe - 1);
  switch (topic) {
    case "kline":
      return stream.fold ? [klineEvent(listing.id, interval, stream.fold(candle), time)] : [];
    case "ticker":
    case "miniTicker":
      return tickerEvents(doors, stream);
    case "trade":
      return print ? [tradeEvent(listing.id, print.id, candle.close, print.volume, time)] : [];
    case "bookTicker":
      return [];
  }
}

/** Nothing when the market has no book at the moment: that must not stop the engine, which is telling its events. */
function tickerEvents({ engine }: Doors, { listing, topic }: Stream): readonly StreamEvent[] {
  try {
    return [tickerEvent(dayTicker(engine, listing), topic === "miniTicker")];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** A text as JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

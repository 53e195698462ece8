import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Refusal } from "../../ports/egress.ts";

/** What a bot has and owes at this moment; money in quote, bases in base units as a person writes them. */
export interface Figures {
  readonly healthy: boolean;
  readonly equity: number;
  readonly cash: number;
  readonly openOrders: number;
  readonly unknownOrders: number;
  readonly symbols: readonly { readonly symbol: string; readonly price: number | null; readonly base: number; readonly openOrders: number }[];
}

/** Everything that is counted about one bot, in a registry of its own. */
export interface Metrics {
  readonly registry: Registry;
  fill(symbol: string, side: string): void;
  refused(reason: string): void;
  /** A call to the venue that came to an end: which one, how, and how long it took in seconds. */
  request(call: string, result: string, seconds: number): void;
  /** Something came over a stream. */
  heard(stream: string, symbol: string): void;
  /** From a candle's arrival to its decision and the orders of it being on the disk, seconds. */
  decided(seconds: number): void;
}

const LATENCIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const DECISIONS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1];

/** Metrics of a bot. `figures` and `refusals` are asked at each scrape; `clock` rises in milliseconds. */
export function createMetrics(figures: () => Figures, clock: () => number, refusals: () => readonly Refusal[] = () => []): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: (now: Figures) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(figures()));
      },
    });
  gauge("caucus_healthy", "1 while /health answers 200, else 0", ({ healthy }) => (healthy ? 1 : 0));
  gauge("caucus_equity", "Cash and what is held at the last price, quote", ({ equity }) => equity);
  gauge("caucus_cash", "Cash, quote", ({ cash }) => cash);
  gauge("caucus_exposure_ratio", "Share of equity that is in base assets", ({ equity, cash }) => (equity > 0 ? (equity - cash) / equity : 0));
  gauge("caucus_orders_unknown", "Orders of unknown fate, being asked after", ({ unknownOrders }) => unknownOrders);
  const bySymbol = (name: string, help: string, value: (one: Figures["symbols"][number]) => number | null): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ["symbol"],
      registers,
      collect() {
        for (const one of figures().symbols) {
          const now = value(one);
          if (now !== null) this.set({ symbol: one.symbol }, now);
        }
      },
    });
  bySymbol("caucus_orders_open", "Orders that have not come to their end", ({ openOrders }) => openOrders);
  bySymbol("caucus_position_base", "Base held", ({ base }) => base);
  bySymbol("caucus_price", "Last price known to the bot, quote", ({ price }) => price);

  const fills = new Counter({ name: "caucus_fills_total", help: "Fills booked since the process began", labelNames: ["symbol", "side"], registers });
  const refused = new Counter({ name: "caucus_refused_total", help: "Orders that the limits refused, or the venue rejected, by reason", labelNames: ["reason"], registers });
  new Counter({
    name: "caucus_egress_refused_total",
    help: "Tries to reach or start what is not on the list of hosts, by kind and target",
    labelNames: ["kind", "target"],
    registers,
    collect() {
      this.reset();
      for (const { kind, target, count } of refusals()) this.inc({ kind, target }, count);
    },
  });
  const requests = new Counter({ name: "caucus_requests_total", help: "Requests to the venue by call and result", labelNames: ["call", "result"], registers });
  const latency = new Histogram({ name: "caucus_request_seconds", help: "How long the venue took to answer, seconds", labelNames: ["call"], buckets: LATENCIES, registers });
  const decision = new Histogram({ name: "caucus_decision_seconds", help: "From a candle's arrival to its decision and orders being durable, seconds", buckets: DECISIONS, registers });
  const last = new Map<string, { readonly stream: string; readonly symbol: string; readonly at: number }>();
  new Gauge({
    name: "caucus_stream_age_seconds",
    help: "Since something came over a stream, seconds",
    labelNames: ["stream", "symbol"],
    registers,
    collect() {
      for (const { stream, symbol, at } of last.values()) this.set({ stream, symbol }, (clock() - at) / 1_000);
    },
  });
  return {
    registry,
    fill: (symbol, side) => fills.inc({ symbol, side }),
    refused: (reason) => refused.inc({ reason }),
    request: (call, result, seconds) => {
      requests.inc({ call, result });
      latency.observe({ call }, seconds);
    },
    heard: (stream, symbol) => last.set(`${stream} ${symbol}`, { stream, symbol, at: clock() }),
    decided: (seconds) => decision.observe(seconds),
  };
}

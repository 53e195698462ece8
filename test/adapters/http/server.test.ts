import { afterEach, expect, it } from "vitest";
import { createMetrics, type Figures } from "../../../src/adapters/http/metrics.ts";
import { measureVenue } from "../../../src/adapters/http/measured-venue.ts";
import { type Health, type HttpDoor, openHttp } from "../../../src/adapters/http/server.ts";
import { UserError } from "../../../src/core/user-error.ts";
import type { Answer, Venue, VenueEvent, VenueOrder } from "../../../src/ports/venue.ts";

const doors: HttpDoor[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

const FIGURES: Figures = {
  healthy: true,
  equity: 1_000,
  cash: 750,
  openOrders: 3,
  unknownOrders: 1,
  symbols: [
    { symbol: "BTC/USDT", price: 50_000, base: 0.005, openOrders: 2 },
    { symbol: "ETH/USDT", price: null, base: 0, openOrders: 1 },
  ],
};

async function door(health: () => Health, figures: () => Figures = () => FIGURES, clock = (): number => 0): Promise<{ url: string; metrics: ReturnType<typeof createMetrics> }> {
  const metrics = createMetrics(figures, clock);
  const open = await openHttp(0, { health, metrics: async () => ({ text: await metrics.registry.metrics(), contentType: metrics.registry.contentType }) });
  doors.push(open);
  return { url: open.url, metrics };
}

const well = (): Health => ({ ok: true, reasons: [], facts: { mode: "live" } });

it("answers 200 while all is well and 503 with the reasons otherwise", async () => {
  let now = well();
  const { url } = await door(() => now);
  const good = await fetch(`${url}/health`);
  expect(good.status).toBe(200);
  expect(await good.json()).toEqual({ ok: true, reasons: [], mode: "live" });
  now = { ok: false, reasons: ["candles is silent"], facts: {} };
  const bad = await fetch(`${url}/health`);
  expect(bad.status).toBe(503);
  expect(await bad.json()).toEqual({ ok: false, reasons: ["candles is silent"] });
});

it("listens on this machine alone, takes nothing, and says when its port is taken", async () => {
  const { url } = await door(well);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${url}/health`, { method: "POST", body: "{}" })).status).toBe(404);
  expect((await fetch(`${url}/control/state`)).status).toBe(404);
  const again = openHttp(Number(new URL(url).port), { health: well, metrics: () => Promise.reject(new Error("not asked")) });
  await expect(again).rejects.toThrow(UserError);
  await expect(again).rejects.toThrow(/something listens on port \d+ already/);
});

it("does not show why a scrape failed", async () => {
  const open = await openHttp(0, { health: well, metrics: () => Promise.reject(new Error("secret of the bot")) });
  doors.push(open);
  const answer = await fetch(`${open.url}/metrics`);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("secret");
});

it("gives the figures of the moment in Prometheus' format", async () => {
  let figures = FIGURES;
  const { url } = await door(well, () => figures);
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  for (const line of ["caucus_healthy 1", "caucus_equity 1000", "caucus_cash 750", "caucus_exposure_ratio 0.25", "caucus_orders_unknown 1", 'caucus_orders_open{symbol="BTC/USDT"} 2', 'caucus_position_base{symbol="BTC/USDT"} 0.005']) {
    expect(text).toContain(`\n${line}\n`);
  }
  expect(text).not.toContain('caucus_price{symbol="ETH/USDT"}');
  expect(text).toContain("process_resident_memory_bytes");
  figures = { ...FIGURES, healthy: false, equity: 900 };
  expect(await (await fetch(`${url}/metrics`)).text()).toContain("\ncaucus_healthy 0\n");
});

it("counts requests by result and times them, fills, refusals, decisions and the age of streams", async () => {
  let now = 0;
  const { url, metrics } = await door(well, () => FIGURES, () => now);
  const failure: Answer<never> = { ok: false, failure: { kind: "unknown", message: "no answer" } };
  const order: VenueOrder = { venueOrderId: "1", symbol: "BTC/USDT", side: "buy", status: "open", filled: "0", quantity: "1" };
  let push: (event: VenueEvent) => void = () => undefined;
  const venue = {
    name: "v",
    now: () => 5,
    submit: () => {
      now += 30;
      return Promise.resolve(failure);
    },
    cancel: () => Promise.resolve<Answer<VenueOrder>>({ ok: true, value: order }),
    listen: (_symbols: readonly string[], _timeframe: number, listener: (event: VenueEvent) => void) => {
      push = listener;
      return Promise.resolve();
    },
  } as unknown as Venue;
  const measured = measureVenue(venue, metrics, () => now);
  expect(await measured.venue.submit({ clientOrderId: "a", symbol: "BTC/USDT", side: "buy", type: "limit", quantity: "1", postOnly: false })).toBe(failure);
  await measured.venue.cancel("BTC/USDT", "a");
  const heard: VenueEvent[] = [];
  let since: number | null = null;
  await measured.venue.listen(["BTC/USDT"], 60_000, (event) => {
    heard.push(event);
    since = measured.candleSince();
  });
  const candle: VenueEvent = { type: "candle", symbol: "BTC/USDT", timeframe: 60_000, candle: { time: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 } };
  push(candle);
  expect(heard).toEqual([candle]);
  expect(since).toBe(30);
  expect(measured.candleSince()).toBe(null);
  now += 2_000;
  metrics.fill("BTC/USDT", "buy");
  metrics.refused("exposure");
  metrics.decided(0.004);
  const text = await (await fetch(`${url}/metrics`)).text();
  for (const line of [
    'caucus_requests_total{call="submit",result="unknown"} 1',
    'caucus_requests_total{call="cancel",result="ok"} 1',
    'caucus_request_seconds_bucket{le="0.025",call="submit"} 0',
    'caucus_request_seconds_bucket{le="0.05",call="submit"} 1',
    'caucus_fills_total{symbol="BTC/USDT",side="buy"} 1',
    'caucus_refused_total{reason="exposure"} 1',
    'caucus_decision_seconds_bucket{le="0.005"} 1',
    'caucus_stream_age_seconds{stream="candles",symbol="BTC/USDT"} 2',
  ]) expect(text).toContain(`\n${line}\n`);
});

it("keeps the figures of two bots in one process apart", async () => {
  const first = await door(well);
  const second = await door(well);
  first.metrics.fill("BTC/USDT", "buy");
  expect(await (await fetch(`${second.url}/metrics`)).text()).not.toContain("caucus_fills_total{");
});

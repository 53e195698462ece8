import { afterEach, describe, expect, it } from "vitest";
import { KeyWatch, reminderOf } from "../../../src/app/keys/key-watch.ts";
import { VenueState } from "../../../src/app/trade/venue-state.ts";
import type { KeyOnDuty } from "../../../src/app/keys/on-duty.ts";
import { openCcxtVenue } from "../../../src/adapters/ccxt/venue/venue.ts";
import type { Exchange } from "../../../src/exchange/server.ts";
import { candlesOf, HURRY, KEY, ONE_MARKET, openBot, openExchange, until } from "../trade/harness.ts";

const DAY = 86_400_000;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function exchangeOf(): Promise<Exchange> {
  const exchange = await openExchange(candlesOf([100, 100, 100, 100]));
  ends.push(() => exchange.close());
  return exchange;
}

async function says(exchange: Exchange, fields: Readonly<Record<string, boolean | number | null>>): Promise<void> {
  const answer = await fetch(`${exchange.url}/control/permissions`, { method: "POST", body: JSON.stringify({ fields }) });
  expect(answer.status).toBe(200);
}

/** A watch with a clock that is moved by hand, on the local exchange through the real client. */
async function watchOf(exchange: Exchange, key: KeyOnDuty | null = null) {
  const venue = await openCcxtVenue({ exchange: "binance", ...KEY, urls: { http: exchange.url, ws: exchange.wsUrl }, staleAfterMs: 60_000, deadlineMs: 4_000, recvWindow: 10_000 });
  ends.push(() => venue.close());
  await venue.syncClock();
  const alerts: string[] = [];
  const state = new VenueState(({ kind, message }) => alerts.push(`${kind}: ${message}`));
  const clock = { now: Date.UTC(2026, 0, 1) };
  const watch = new KeyWatch({ venue, state, clock: () => clock.now, acknowledged: [], onDuty: () => Promise.resolve(key), every: DAY });
  const asked = (): number => exchange.faults.requests({ path: "/sapi/v1/account/apiRestrictions" }).length;
  return { watch, state, alerts, clock, asked };
}

describe("the daily look at a key", () => {
  it("asks once a day, and says nothing while all is well", async () => {
    const { watch, state, alerts, clock, asked } = await watchOf(await exchangeOf());
    await watch.tick();
    clock.now += DAY - 1;
    await watch.tick();
    expect(asked()).toBe(0);
    clock.now += 1;
    await watch.tick();
    await watch.tick();
    expect(asked()).toBe(1);
    clock.now += DAY;
    await watch.tick();
    expect(asked()).toBe(2);
    expect({ alerts, trouble: state.trouble }).toEqual({ alerts: [], trouble: null });
  });

  it.each([
    ["withdrawals", { enableWithdrawals: true }, /This key can withdraw/],
    ["universal transfers", { permitsUniversalTransfer: true }, /permitsUniversalTransfer/],
    ["a field that is gone", { enableFutures: null }, /enableFutures is not in its answer/],
    ["any address", { ipRestrict: false }, /any address/],
  ])("stops new orders when it finds %s", async (_what, fields, message) => {
    const exchange = await exchangeOf();
    const { watch, state, alerts, clock } = await watchOf(exchange);
    await says(exchange, fields);
    clock.now += DAY;
    await watch.tick();
    expect(alerts).toEqual([expect.stringMatching(/^distrusted: the key is not as it has to be any more/)]);
    expect(alerts[0]).toMatch(message);
    expect(state.mayTrade(clock.now, "BTC/USDT")).toBe(false);
    // Cancels and questions go on.
    expect(state.blocked(clock.now)).toBe(false);
  });

  it("looks again at once when the owner resumes, and stops again if nothing was mended", async () => {
    const exchange = await exchangeOf();
    const { watch, state, alerts, clock } = await watchOf(exchange);
    await says(exchange, { enableMargin: true });
    clock.now += DAY;
    await watch.tick();
    state.trustAgain();
    watch.trustAgain();
    await watch.tick();
    expect(state.mayTrade(clock.now, "BTC/USDT")).toBe(false);
    await says(exchange, { enableMargin: false });
    state.trustAgain();
    watch.trustAgain();
    await watch.tick();
    expect(state.mayTrade(clock.now, "BTC/USDT")).toBe(true);
    expect(alerts.map((alert) => alert.split(":")[0])).toEqual(["distrusted", "recovered", "distrusted", "recovered"]);
  });

  it("asks again soon when nobody answers, and trusts the key no more after two days without an answer", async () => {
    const exchange = await exchangeOf();
    const { watch, state, clock, asked } = await watchOf(exchange);
    exchange.faults.add({ name: "http-500", path: "/sapi/v1/account/apiRestrictions", count: 1_000 });
    clock.now += DAY;
    await watch.tick();
    // The client asks more than once by itself.
    const first = asked();
    expect(first).toBeGreaterThan(0);
    expect(state.trouble).toBe(null);
    await watch.tick();
    expect(asked()).toBe(first);
    clock.now += 600_000;
    await watch.tick();
    expect(asked()).toBeGreaterThan(first);
    expect(state.trouble).toBe(null);
    clock.now += DAY;
    await watch.tick();
    expect(state.trouble).toMatch(/has not said for more than 48 hours what the key may do/);
  });
});

describe("reminders before a key ends", () => {
  it("are given at 30, 14, 7, 3 and 1 days", () => {
    expect([30.01, 30, 14.01, 14, 7, 3, 1.01, 1, 0].map((days) => reminderOf(days * DAY, 0))).toEqual([null, 30, 30, 14, 7, 3, 3, 1, 1]);
  });

  it("come once each, and end in a stop on the day itself", async () => {
    const start = Date.UTC(2026, 0, 1);
    const { watch, state, alerts, clock } = await watchOf(await exchangeOf(), { label: "main", expires: start + 40 * DAY });
    const told: number[] = [];
    for (let hour = 0; hour < 40 * 24; hour += 6) {
      clock.now = start + hour * 3_600_000;
      const before = alerts.length;
      await watch.tick();
      if (alerts.length > before) told.push((start + 40 * DAY - clock.now) / DAY);
    }
    expect(told).toEqual([30, 14, 7, 3, 1]);
    expect(alerts[0]).toBe("key: the key main ends in 30 days, on 2026-02-10: make a new one and change to it with caucus keys rotate");
    expect(state.trouble).toBe(null);
    clock.now = start + 40 * DAY;
    await watch.tick();
    expect(state.trouble).toMatch(/the key main expired on 2026-02-10/);
  });

  it("come of what the venue says, too", async () => {
    const exchange = await exchangeOf();
    const { watch, alerts, clock } = await watchOf(exchange);
    await says(exchange, { tradingAuthorityExpirationTime: clock.now + 8 * DAY });
    clock.now += DAY;
    await watch.tick();
    expect(alerts).toEqual([expect.stringMatching(/^key: by the venue's word the key, or its leave to trade, ends in 7 days/)]);
  });
});

describe("a bot whose key is changed while it trades", () => {
  const BOT = `${ONE_MARKET}strategies:\n  grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1 }\n`;

  it("sends nothing new from the next look on, and tells why", async () => {
    const exchange = await exchangeOf();
    const bot = await openBot(exchange, { yaml: BOT, patience: { ...HURRY, keyEvery: 100 } });
    ends.push(() => bot.close());
    expect(bot.session.troubles).toEqual([]);
    await says(exchange, { enableWithdrawals: true });
    await until("the look at the key", () => bot.session.troubles.some((trouble) => trouble.includes("This key can withdraw")));
    expect(bot.log.some((line) => line.startsWith("ALERT distrusted: the key is not as it has to be any more"))).toBe(true);
  });

  it("is told at its start when the venue ends the key soon", async () => {
    const exchange = await exchangeOf();
    await says(exchange, { tradingAuthorityExpirationTime: Date.now() + 5.5 * DAY });
    const bot = await openBot(exchange, { yaml: BOT });
    ends.push(() => bot.close());
    expect(bot.log.filter((line) => line.startsWith("ALERT key:"))).toEqual([expect.stringMatching(/ends in 5 days/)]);
  });

  it("does not start with a key that may do more, whatever it is", async () => {
    const exchange = await exchangeOf();
    for (const field of ["enableWithdrawals", "enableInternalTransfer", "permitsUniversalTransfer", "enableMargin", "enableFutures", "enableVanillaOptions", "enablePortfolioMarginTrading"]) {
      for (const said of [true, null]) {
        await says(exchange, { [field]: said });
        await expect(openBot(exchange, { yaml: BOT }), `${field} ${said}`).rejects.toThrow(field === "enableWithdrawals" ? /withdraw/ : new RegExp(field));
      }
      await says(exchange, { [field]: false });
    }
    for (const said of [false, null]) {
      await says(exchange, { ipRestrict: said });
      await expect(openBot(exchange, { yaml: BOT })).rejects.toThrow(/any-ip/);
    }
    const bot = await openBot(exchange, { yaml: `${BOT}trade: { key: { acknowledge: [any-ip] } }\n` });
    await bot.close();
  });
});

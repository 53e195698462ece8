import { afterEach, describe, expect, it, vi } from "vitest";
import { fearGreed } from "../../../src/adapters/sources/fear-greed.ts";
import { type Poller, type PollerPlan, startPoller } from "../../../src/adapters/sources/poller.ts";
import type { OutsideItem } from "../../../src/core/outside.ts";
import { liveItem, type Source, SourceError } from "../../../src/ports/source.ts";
import { json, text, Web } from "./web.ts";

const NOW = 1_000_000;
let poller: Poller | null = null;
let web: Web | null = null;
afterEach(async () => {
  poller?.stop();
  await poller?.ended;
  await web?.stop();
  poller = web = null;
});

const own = { name: "made", lasts: 10_000 };
/** A source whose n-th fetch (from 1) is what `answer` says. */
function source(answer: (n: number, signal: AbortSignal) => Promise<readonly OutsideItem[]>, every = 1): Source & { fetches: number } {
  const made = { ...own, title: "made", every, delay: 0, fetches: 0, fetch: (_: unknown, signal: AbortSignal) => answer(++made.fetches, signal) };
  return made;
}
const item = (id: string, value: number, published = NOW): OutsideItem => liveItem(own, { id, symbol: null, published, value, text: null }, NOW);

function start(sources: readonly Source[], more: Partial<PollerPlan> = {}) {
  const items: (readonly OutsideItem[])[] = [];
  const health: [string, boolean, string][] = [];
  const notes: string[] = [];
  poller = startPoller({
    sources,
    symbols: ["BTC/USDT"],
    hub: { onItems: (some) => items.push(some), onHealth: (...told) => health.push(told), onNote: (_, note) => notes.push(note) },
    now: () => NOW,
    jitter: () => 0,
    ...more,
  });
  return { items, health, notes };
}
const until = (done: () => boolean): Promise<void> => vi.waitFor(() => expect(done()).toBe(true), { timeout: 20_000, interval: 5 });

describe("the poller of sources", () => {
  it("brings what is new or says something new, once, without what has expired", async () => {
    const one = source((n) => Promise.resolve([item("a", 1), item("b", n < 3 ? 2 : 3), item("old", 0, NOW - 20_000)]));
    const { items, health } = start([one]);
    await until(() => one.fetches > 5);
    expect(items.map((some) => some.map(({ id, value }) => [id, value]))).toEqual([
      [
        ["a", 1],
        ["b", 2],
      ],
      [["b", 3]],
    ]);
    expect(health).toEqual([["made", true, ""]]);
  });

  it("tells when a source goes down, why, when the reason changes, and when it is back, but not twice the same", async () => {
    const faults: Record<number, SourceError> = { 2: new SourceError("down", "gone"), 3: new SourceError("down", "gone"), 4: new SourceError("malformed", "odd") };
    const one = source((n) => (faults[n] ? Promise.reject(faults[n]) : Promise.resolve([])));
    const { health } = start([one]);
    await until(() => one.fetches > 6);
    expect(health).toEqual([
      ["made", true, ""],
      ["made", false, "gone"],
      ["made", false, "odd"],
      ["made", true, ""],
    ]);
  });

  it("waits longer and longer for one that fails, while the others go on", async () => {
    const failing = source(() => Promise.reject(new SourceError("down", "gone")));
    const well = source(() => Promise.resolve([]));
    start([failing, well]);
    await until(() => well.fetches > 60);
    expect(failing.fetches).toBeLessThan(well.fetches / 2);
    expect(failing.fetches).toBeGreaterThan(2);
  });

  it("waits as long as a source asks, and as seldom as it is to be asked, however long that is", async () => {
    const asking = source(() => Promise.reject(new SourceError("rate-limited", "slow down", 1e8)));
    const seldom = source(() => Promise.resolve([]), 1e12);
    const well = source(() => Promise.resolve([]));
    start([asking, seldom, well]);
    await until(() => well.fetches > 20);
    expect([asking.fetches, seldom.fetches]).toEqual([1, 1]);
  });

  it("has one request of a source under way at most", async () => {
    let under = 0;
    let most = 0;
    const slow = source(async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under -= 1;
      return [];
    });
    start([slow]);
    await until(() => slow.fetches > 5);
    expect(most).toBe(1);
  });

  it("gives up on a fetch that does not end, also when the source heeds no signal", async () => {
    const deaf = source(() => new Promise<never>(() => {}));
    const { health } = start([deaf], { deadline: 30 });
    await until(() => deaf.fetches > 1);
    expect(health[0]).toEqual(["made", false, "made did not finish within 0.03 s"]);
  });

  it("stops at once, also in the middle of a fetch, and says nothing after it", async () => {
    let answer: (items: readonly OutsideItem[]) => void = () => {};
    const deaf = source(() => new Promise((resolve) => (answer = resolve)));
    const waiting = source(() => Promise.resolve([]), 1e9);
    const { items, health } = start([deaf, waiting]);
    await until(() => deaf.fetches + waiting.fetches === 2 && health.length === 1);
    poller?.stop();
    answer([item("a", 1)]);
    await poller?.ended;
    expect(items).toEqual([]);
    expect(health).toEqual([["made", true, ""]]);
  });

  it("survives a source that throws at once and a hub that throws, and brings again what the hub did not take", async () => {
    const thrower = { ...source(() => Promise.resolve([])), name: "thrower", fetch: () => { throw new TypeError("broken"); } };
    const one = source(() => Promise.resolve([item("a", 1)]));
    const brought: number[] = [];
    const told: string[] = [];
    start([thrower, one], {
      hub: {
        onItems: (items) => {
          brought.push(items.length);
          if (brought.length === 1) throw new Error("the hub is busy");
        },
        onHealth: (name, good, why) => {
          told.push(`${name} ${good} ${why}`);
          throw new Error("nobody listens");
        },
      },
    });
    await until(() => one.fetches > 5);
    expect(brought).toEqual([1, 1]);
    expect(told).toEqual(["thrower false broken", "made false the hub is busy", "made true "]);
  });

  it("passes on what failed in part", async () => {
    const partly = source(() => Promise.resolve([]));
    const { notes } = start([{ ...partly, fetch: (context) => (context.warn?.("one feed is down"), Promise.resolve([])) }]);
    await until(() => notes.length > 1);
    expect(new Set(notes)).toEqual(new Set(["one feed is down"]));
  });

  it("polls a real source through its faults", async () => {
    const data = [{ value: "40", timestamp: String(Math.floor(Date.now() / 1_000)) }];
    web = new Web(text("busy", "text/plain", 503));
    const url = await web.start();
    const { items, health } = start([fearGreed({ url, every: 5 })], { now: Date.now });
    await until(() => health.length === 1);
    web.answer = json({ data });
    await until(() => items.length > 0);
    expect(health.map(([, good]) => good)).toEqual([false, true]);
    expect(items[0]?.[0]?.value).toBe(40);
  });
});

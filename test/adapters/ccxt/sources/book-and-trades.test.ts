import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { SourceError } from "../../../../src/ports/source.ts";
import { MINUTE } from "../../../exchange/fixture.ts";
import { calm, contextAt, json, text } from "../../sources/web.ts";
import { closeSources, faultOf, fetched, itemOf, NOW, serving, sourceAt, telling, type Told } from "./book-teller.ts";

afterEach(closeSources);

const trade = (ago: number, amount: string, falling: boolean) => ({ a: 1, p: "100", q: amount, f: 1, l: 1, T: NOW - ago, m: falling, M: true });

describe("imbalance of a book", () => {
  it("is the volume of bids against asks, -1 to 1", async () => {
    expect((await itemOf({})).value).toBe(0);
    expect((await itemOf({ bids: [["99.9", "3"]] })).value).toBeCloseTo(0.5);
    expect((await itemOf({ asks: [["100.1", "3"]] })).value).toBeCloseTo(-0.5);
  });

  it("counts a level by its nearness to the middle and nothing beyond half a percent", async () => {
    const near = (await itemOf({ bids: [["99.9", "1"], ["99.8", "1"]] })).value!;
    const far = (await itemOf({ bids: [["99.9", "1"], ["99.6", "1"]] })).value!;
    expect(near).toBeGreaterThan(far);
    expect(far).toBeGreaterThan(0);
    // Weights 0.8 and 0.6 against 0.8.
    expect(near).toBeCloseTo(0.6 / 2.2);
    expect((await itemOf({ bids: [["99.9", "1"], ["99.4", "1000000"]] })).value).toBe(0);
  });

  it("looks no farther on one side than the other is told", async () => {
    // A thousand bids within 0.1 %, as many as were asked for: what lies under them is not known, so asks beyond 0.1 % tell nothing.
    const bids = Array.from({ length: 1_000 }, (_, i): [string, string] => [(99.9999 - i * 0.0001).toFixed(4), "1"]);
    const asks = Array.from({ length: 900 }, (_, i): [string, string] => [(100.0001 + i * 0.0001).toFixed(4), "1"]);
    const whole = (await itemOf({ bids, asks })).value!;
    expect((await itemOf({ bids, asks: [...asks, ["100.3", "1000000"]] })).value).toBeCloseTo(whole, 6);
  });
});

describe("flow of trades", () => {
  it("is signed volume over volume of the last five minutes, and nothing without trades", async () => {
    expect((await itemOf({ trades: [trade(1_000, "3", false), trade(2_000, "1", true)] })).score).toBeCloseTo(0.5);
    expect((await itemOf({ trades: [trade(1_000, "1", true), trade(6 * MINUTE, "50", false)] })).score).toBe(-1);
    expect((await itemOf({ trades: [trade(6 * MINUTE, "50", false)] })).score).toBeNull();
    expect((await itemOf({ trades: [] })).score).toBeNull();
  });

  it.each([
    ["of the future", [trade(-10 * MINUTE, "1", false)], /trades of the future/],
    ["of no amount", [trade(0, "NaN", false)], /gave nothing usable/],
    ["of a huge amount", [trade(0, "1e300", false)], /malformed trades/],
    ["of no time", [{ ...trade(0, "1", false), T: null }], /malformed trades/],
  ])("is not made of trades %s", async (_, trades, says) => {
    const context = contextAt(NOW, ["BTC/USDT"]);
    const [item] = await (await telling({ trades })).source.fetch(context, calm());
    expect(item?.score).toBeNull();
    expect(context.warnings).toEqual([expect.stringMatching(says)]);
  });
});

describe("a book that is none", () => {
  it.each<readonly [string, Told, RegExp]>([
    ["empty", { bids: [], asks: [] }, /gave an empty book$/],
    ["without asks", { asks: [] }, /gave a book without asks$/],
    ["without bids", { bids: [] }, /gave a book without bids$/],
    ["of nothing", { bids: [["99.9", "0"]], asks: [["100.1", "0"]] }, /gave an empty book$/],
    ["crossed", { bids: [["101", "1"]] }, /gave a crossed book \(bid 101, ask 100.1\)$/],
    ["locked", { bids: [["100.1", "1"]] }, /gave a crossed book/],
    ["torn open", { bids: [["90", "1"]] }, /gave a book with a gap of 10.63 % in its middle$/],
    ["of a huge amount", { bids: [["99.9", "1e300"]] }, /gave a malformed book/],
    ["of a huge price", { asks: [["1e300", "1"]] }, /gave a malformed book/],
    ["of infinity", { asks: [["100.1", "Infinity"]] }, /gave a malformed book/],
    ["of no number", { bids: [["NaN", "1"]] }, /gave a malformed book/],
    ["of words", { bids: [["99.9", "much"]] }, /gave a malformed book/],
    ["of nulls", { bids: [[null, null]] }, /gave a malformed book/],
    ["with a negative amount", { bids: [["99.9", "-4"]] }, /gave a malformed book/],
    ["of twenty thousand levels", { bids: Array.from({ length: 20_000 }, (_, i) => [String(99 - i / 1_000), "1"] as const) }, /gave a malformed book/],
  ])("%s gives no item and a sentence", async (_, told, says) => {
    const error = await faultOf(fetched((await telling(told)).source));
    expect(error.kind).toBe("malformed");
    expect(error.message).toMatch(says);
    expect(error.message.length).toBeLessThan(300);
  });

  it("never gives a figure out of range, whatever the levels are", async () => {
    const { source, answerDepth } = await telling({});
    const number = fc.oneof(fc.double({ min: 1e-8, max: 1e9, noNaN: true }).map(String), fc.constantFrom("0", "-1", "NaN", "Infinity", "1e400", "", "0x10", "99.9"));
    const side = fc.array(fc.tuple(number, number), { maxLength: 5 });
    let version = 1;
    await fc.assert(
      fc.asyncProperty(side, side, async (bids, asks) => {
        version += 1;
        answerDepth(json({ lastUpdateId: version, bids, asks }));
        const items = await fetched(source).catch((error: unknown) => {
          if (error instanceof SourceError && error.kind === "malformed") return [];
          throw error;
        });
        for (const { value } of items) expect(Math.abs(value!)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["HTML with status 200", text("<html>come back</html>", "text/html"), "malformed"],
    ["429", json({ code: -1003, msg: "Too many requests" }, 429), "rate-limited"],
    ["a 503 page", text("<html>busy</html>", "text/html", 503), "down"],
    ["forty megabytes", text(`["${"x".repeat(40_000_000)}"]`), "malformed"],
  ] as const)("told as %s has its kind", async (_, answer, kind) => {
    const { source, answerDepth } = await telling({});
    answerDepth(answer);
    const error = await faultOf(fetched(source));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/^order-flow: book of BTC\/USDT: binance gave nothing usable/);
    answerDepth(null);
    expect((await fetched(source)).length).toBe(1);
  });

  it("gives up on a body that never ends", async () => {
    const { url } = await serving((response) => void response.writeHead(200, { "content-type": "application/json" }).write("{"));
    const error = await faultOf(fetched(sourceAt(url, 300)));
    expect(error.kind).toBe("down");
  });

  it("older than the one before it gives no item, and the venue may count anew", async () => {
    const { source, answerDepth } = await telling({ version: 50 });
    expect((await fetched(source)).length).toBe(1);
    answerDepth(json({ lastUpdateId: 7, bids: [["99.9", "1"]], asks: [["100.1", "1"]] }));
    expect((await faultOf(fetched(source))).message).toMatch(/a book older than the one before/);
    expect((await fetched(source)).length).toBe(1);
  });
});

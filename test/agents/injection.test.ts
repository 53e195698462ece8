import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { headlines } from "../../src/adapters/sources/headlines.ts";
import type { Opinion } from "../../src/core/agent.ts";
import { scoreHeadline } from "../../src/core/lexicon/score.ts";
import type { OutsideItem } from "../../src/core/outside.ts";
import { OutsideLog } from "../../src/core/outside-log.ts";
import { DISGUISED_HEADLINES, HOSTILE_HEADLINES } from "./hostile-headlines.ts";
import { hours, observation, opinionOf } from "./observe.ts";

const NOW = Date.UTC(2026, 0, 10, 12);
const SEEN = { ...observation(hours(Array.from({ length: 60 }, () => 100))), time: NOW };
const escaped = (text: string): string => text.replace(/&(?!#)/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** What the real source makes of a feed with these titles, oldest last. */
async function read(titles: readonly string[]): Promise<readonly OutsideItem[]> {
  const entries = titles.map((title, at) => `<item><title>${escaped(title)}</title><guid>${at}</guid><pubDate>${new Date(NOW - 3_600_000 - at * 1_000).toUTCString()}</pubDate></item>`);
  const server = createServer((_, response) => response.end(`<rss><channel>${entries.join("")}</channel></rss>`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await headlines({ feeds: [url] }).fetch({ symbols: ["BTC/USDT"], now: () => NOW }, new AbortController().signal);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function opinion(items: readonly OutsideItem[]): Opinion | null {
  const log = new OutsideLog(["headlines", "fear-greed"]);
  log.take({ source: "fear-greed", id: "1", symbol: null, published: NOW, fetched: NOW, known: NOW, expires: NOW + 1e6, value: 15, text: null, score: null });
  for (const item of items) log.take(item);
  return opinionOf("sentiment", { ...SEEN, outside: log.view("BTC/USDT", NOW) });
}

describe(`${HOSTILE_HEADLINES.length} headlines that give orders`, () => {
  it("come in as plain words on one line, or not at all", async () => {
    const seen = new Set<string>();
    for (let at = 0; at < HOSTILE_HEADLINES.length; at += 150) for (const { text } of await read(HOSTILE_HEADLINES.slice(at, at + 150))) seen.add(text ?? "");
    expect(seen.size).toBeGreaterThan(200);
    for (const text of seen) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\n]/u);
      expect(text.length).toBeLessThanOrEqual(600);
    }
  });

  it("move the vote by their own score and by nothing else, and never size, veto or levels", async () => {
    const calm = "Bitcoin trades in a range";
    for (let at = 0; at < HOSTILE_HEADLINES.length; at += 150) {
      for (const hostile of await read(HOSTILE_HEADLINES.slice(at, at + 150))) {
        const quiet = { ...hostile, id: "calm", text: calm };
        const own = scoreHeadline(hostile.text ?? "").score;
        const moved = opinion([quiet, { ...hostile, symbol: null }])!;
        // The same vote as with a title of no words at all that was given this score.
        const blank = opinion([quiet, { ...hostile, symbol: null, text: "x", score: own }])!;
        expect({ score: moved.score, confidence: moved.confidence }).toEqual({ score: blank.score, confidence: blank.confidence });
        expect(Object.keys(moved).toSorted()).toEqual(["confidence", "evidence", "reason", "score"]);
        // Words of others are not carried on into reasons.
        expect(moved.reason).not.toMatch(/ignore|system|exposure|order/i);
        if (own === 0) expect(moved.score).toBe(opinion([quiet])!.score);
      }
    }
  });

  it("are worth no more in disguise than in plain words", () => {
    for (const { plain, disguised } of DISGUISED_HEADLINES) expect(Math.abs(scoreHeadline(disguised).score), disguised).toBeLessThanOrEqual(Math.abs(scoreHeadline(plain).score));
    expect(DISGUISED_HEADLINES.some(({ plain }) => scoreHeadline(plain).score > 0)).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cryptopanic } from "../../../src/adapters/sources/cryptopanic.ts";
import { fearGreed } from "../../../src/adapters/sources/fear-greed.ts";
import { headlines } from "../../../src/adapters/sources/headlines.ts";
import { tokenMetrics } from "../../../src/adapters/sources/token-metrics.ts";
import type { OutsideItem } from "../../../src/core/outside.ts";
import { type Source, SourceError } from "../../../src/ports/source.ts";
import { calm, contextAt, FAULTS, json, text, Web } from "./web.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 10, 12);
const KEY = "very-secret/key+1";
const PATIENT = { timeout: 10_000 };

let web: Web;
let url = "";
beforeEach(async () => {
  web = new Web(json({}));
  url = await web.start();
});
afterEach(() => web.stop());

const SOURCES: readonly (readonly [string, (limits?: { readonly timeout: number }) => Source])[] = [
  ["fear-greed", (limits = PATIENT) => fearGreed({ url, limits })],
  ["headlines", (limits = PATIENT) => headlines({ feeds: [url], limits })],
  ["cryptopanic", (limits = PATIENT) => cryptopanic({ url, key: KEY, limits })],
  ["token-metrics", (limits = PATIENT) => tokenMetrics({ url, key: KEY, limits })],
];

async function faultOf(source: Source, signal = calm()): Promise<SourceError> {
  const error: unknown = await source.fetch(contextAt(NOW), signal).catch((reason: unknown) => reason);
  if (error instanceof SourceError) return error;
  throw new Error(`no SourceError but ${String(error)}`);
}

describe.each(SOURCES)("source %s against what goes wrong", (_, make) => {
  it.each(FAULTS)("tells %s in one sentence with its kind, and no key", async (name, answer, kind, says) => {
    web.answer = answer;
    const fault = await faultOf(make(name === "a body that never ends" ? { timeout: 300 } : PATIENT));
    expect(fault.kind).toBe(kind);
    expect(fault.message).toMatch(says);
    expect(fault.message).not.toMatch(/\n/);
    expect(fault.message).not.toContain(KEY);
    expect(fault.message).not.toContain(encodeURIComponent(KEY));
    if (kind === "rate-limited") expect(fault.wait).toBe(90_000);
  });

  it("says who it is, and ends at once when it is stopped", async () => {
    const stop = new AbortController();
    web.answer = () => stop.abort(new Error("enough"));
    await expect(make().fetch(contextAt(NOW), stop.signal)).rejects.toThrow("enough");
    expect(web.headers[0]?.["user-agent"]).toMatch(/^caucus/);
    const asked = web.requests.length;
    await expect(make().fetch(contextAt(NOW), stop.signal)).rejects.toThrow("enough");
    expect(web.requests.length).toBe(asked);
  });
});

describe("the Fear & Greed index", () => {
  const rows = [0, 1, 2].map((ago) => ({ value: String(40 - ago), value_classification: "Fear", timestamp: String((Date.UTC(2026, 0, 10) - ago * DAY) / 1_000) }));
  const answer = (_: unknown, asked: URL) => ({ name: "Fear and Greed Index", data: asked.searchParams.get("limit") === "2" ? rows.slice(0, 2) : rows, metadata: { error: null } });

  it("gives the last two days, known from the moment of the fetch", async () => {
    web.answer = (response, asked, request) => json(answer(null, asked))(response, asked, request);
    const items = await fearGreed({ url }).fetch(contextAt(NOW), calm());
    expect(items.map(({ value, published, known, fetched, symbol }) => [value, published, known, fetched, symbol])).toEqual([
      [39, Date.UTC(2026, 0, 9), NOW, NOW, null],
      [40, Date.UTC(2026, 0, 10), NOW, NOW, null],
    ]);
    expect(web.requests[0]?.pathname).toBe("/fng/");
  });

  it("tells its past, known an hour after each publication", async () => {
    web.answer = (response, asked, request) => json(answer(null, asked))(response, asked, request);
    const kept: OutsideItem[] = [];
    await fearGreed({ url }).history?.({ from: Date.UTC(2026, 0, 8), to: Date.UTC(2026, 0, 10), keep: (items) => kept.push(...items) }, contextAt(NOW), calm());
    expect(web.requests[0]?.searchParams.get("limit")).toBe("0");
    expect(kept.map(({ published, known, value }) => [published, known - published, value])).toEqual([
      [Date.UTC(2026, 0, 8), 3_600_000, 38],
      [Date.UTC(2026, 0, 9), 3_600_000, 39],
    ]);
  });

  it.each([["101"], ["-1"], ["NaN"], ["1e9"], ["much"]])("takes a value of %s for none", async (value) => {
    web.answer = json({ data: [{ value, timestamp: "1768000000" }] });
    expect((await faultOf(fearGreed({ url }))).kind).toBe("malformed");
  });
});

describe("headlines", () => {
  const rss = (items: string): string => `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>${items}</channel></rss>`;
  const entry = (title: string, guid: string, date = "Sat, 10 Jan 2026 10:00:00 GMT"): string => `<item><title>${title}</title><link>https://news.test/${guid}</link><guid isPermaLink="false">${guid}</guid><pubDate>${date}</pubDate></item>`;
  const read = async (xml: string) => {
    web.answer = text(xml, "application/rss+xml");
    return headlines({ feeds: [url] }).fetch(contextAt(NOW), calm());
  };

  it("reads RSS 2.0: titles for the coins that they name, or for everything", async () => {
    const items = await read(rss(entry("Bitcoin &amp; ETH rise &#8211; again", "a") + entry("<![CDATA[Bitcoin Cash forks]]>", "b") + entry("Fed cuts rates", "c") + entry("BREAKING: ALL BULLS LINK UP", "d")));
    expect(items.map(({ text: title, symbol }) => [title, symbol])).toEqual([
      ["Bitcoin & ETH rise \u2013 again", "BTC"],
      ["Bitcoin & ETH rise \u2013 again", "ETH"],
      ["Bitcoin Cash forks", "BCH"],
      ["Fed cuts rates", null],
      ["BREAKING: ALL BULLS LINK UP", null],
    ]);
    expect(items.every(({ published, known }) => published === Date.UTC(2026, 0, 10, 10) && known === NOW)).toBe(true);
    expect(items[0]?.id).toBe(items[1]?.id);
    expect(items[0]?.id).not.toBe(items[2]?.id);
  });

  it("reads Atom, and finds the markets of the definition by ticker", async () => {
    const xml = `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title type="html">Solana up, says $WIF holder</title><id>urn:1</id><link href="https://n.test/1"/><updated>2026-01-10T09:00:00Z</updated></entry></feed>`;
    web.answer = text(xml);
    const items = await headlines({ feeds: [url] }).fetch(contextAt(NOW, ["WIF/USDT"]), calm());
    expect(items.map(({ symbol }) => symbol)).toEqual(["SOL", "WIF"]);
  });

  it("makes plain words of a title: no markup, no controls, nothing invisible, folded and cut at 300 characters", async () => {
    const items = await read(rss(entry("Bit\u200Bcoin\u202E &lt;script&gt;alert(1)&lt;/script&gt; \uFF42\uFF55\uFF59 &#0; &#x200B;&#7; now", "a") + entry(`ether ${"\u{1F680}".repeat(5_000)}`, "b")));
    expect(items[0]?.text).toBe("Bitcoin alert(1) buy now");
    expect(Array.from(items[1]?.text ?? "").length).toBe(300);
  });

  it("leaves out what has no date, no title, or a date that has not come, and keeps the rest", async () => {
    const items = await read(rss(entry("", "a") + entry("Bitcoin tomorrow", "b", "Tue, 13 Jan 2026 10:00:00 GMT") + entry("Bitcoin sometime", "c", "soon") + entry("Bitcoin today", "d")));
    expect(items.map(({ text: title }) => title)).toEqual(["Bitcoin today"]);
  });

  it.each([
    ["a billion laughs", `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>`, /document type/],
    ["an outside entity", `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel/></rss>`, /document type/],
    ["tags in tags without end", `<rss><channel>${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}</channel></rss>`, /not an RSS 2.0 or Atom feed/],
    ["a feed cut off in the middle", rss(entry("Bitcoin rises", "a")).slice(0, 120), /not a whole/],
    ["entries without dates", rss("<item><title>Bitcoin</title></item>"), /1 entries, none with a title and a date/],
  ])("refuses %s", async (_, xml, says) => {
    web.answer = text(xml, "text/xml");
    const fault = await faultOf(headlines({ feeds: [url] }));
    expect(fault.kind).toBe("malformed");
    expect(fault.message).toMatch(says);
  });

  it("expands no entity that a document declares after its beginning", async () => {
    const items = await read(rss(`<!DOCTYPE x [<!ENTITY boom "Bitcoin crashes">]>${entry("&boom; Ether", "a")}`)).catch((error: unknown) => error);
    expect(JSON.stringify(items)).not.toContain("Bitcoin crashes");
  });

  it("takes an empty feed for no news", async () => {
    expect(await read(rss(""))).toEqual([]);
    expect(await read("<rss><channel></channel></rss>")).toEqual([]);
  });

  it("reads the other feeds when one fails, and says which did", async () => {
    web.answer = (response, asked, request) => (asked.pathname === "/bad" ? text("", "text/plain", 500) : text(rss(entry("Bitcoin rises", "a"))))(response, asked, request);
    const context = contextAt(NOW);
    const items = await headlines({ feeds: [`${url}/bad`, `${url}/good`] }).fetch(context, calm());
    expect(items.length).toBe(1);
    expect(context.warnings).toEqual([expect.stringMatching(/^headlines \(127\.0\.0\.1:\d+\) is down \(500\)$/)]);
  });
});

describe("CryptoPanic", () => {
  it("reads posts of both versions of the API, filed under coins or named in the title", async () => {
    web.answer = json({
      next: null,
      results: [
        { title: "Ether flows", published_at: "2026-01-10T10:00:00Z", created_at: "2026-01-10T10:00:01Z", kind: "news", instruments: [{ code: "ETH", title: "Ethereum" }] },
        { id: 7, title: "Old shape", published_at: "2026-01-10T09:00:00Z", currencies: [{ code: "BTC", title: "Bitcoin", slug: "bitcoin", url: "x" }], votes: { positive: 3 } },
        { id: 8, title: "Bitcoin unfiled", published_at: "2026-01-10T08:00:00Z", instruments: null },
      ],
    });
    const items = await cryptopanic({ url, key: KEY }).fetch(contextAt(NOW), calm());
    expect(items.map(({ symbol, text: title }) => [symbol, title])).toEqual([
      ["ETH", "Ether flows"],
      ["BTC", "Old shape"],
      ["BTC", "Bitcoin unfiled"],
    ]);
    expect(web.requests[0]?.pathname).toBe("/posts/");
    expect(Object.fromEntries(web.requests[0]?.searchParams ?? [])).toMatchObject({ auth_token: KEY, currencies: "BTC,ETH" });
  });

  it("does not carry its key to where a redirect leads", async () => {
    web.answer = (response, asked, request) => (asked.pathname === "/posts/" ? text("", "text/plain", 302, { location: `${url}/elsewhere` }) : json({}))(response, asked, request);
    expect((await faultOf(cryptopanic({ url, key: KEY }))).kind).toBe("down");
    expect(web.requests.map(({ pathname }) => pathname)).toEqual(["/posts/"]);
  });
});

describe("Token Metrics", () => {
  const grade = (day: string, value: unknown) => ({ TOKEN_ID: 3375, TOKEN_NAME: "Bitcoin", DATE: day, TA_GRADE: 50, QUANT_GRADE: 60, TM_TRADER_GRADE: value });

  it("gives each day's grade with its signal, each symbol by its coin", async () => {
    web.answer = (response, asked, request) =>
      json({ success: true, data: asked.pathname === "/trader-grades" ? [grade("2026-01-10", "71.5"), grade("2026-01-09", 60)] : [{ DATE: "2026-01-10T00:00:00.000Z", TRADING_SIGNAL: -1 }] })(response, asked, request);
    const items = await tokenMetrics({ url, key: KEY }).fetch(contextAt(NOW, ["BTC/USDT"]), calm());
    expect(items.map(({ id, symbol, value, score }) => [id, symbol, value, score])).toEqual([
      ["2026-01-09", "BTC/USDT", 60, null],
      ["2026-01-10", "BTC/USDT", 71.5, -1],
    ]);
    expect(web.requests.map(({ searchParams }) => searchParams.get("symbol"))).toEqual(["BTC", "BTC"]);
    expect(web.headers[0]?.["x-api-key"]).toBe(KEY);
  });

  it("counts grades without signals where the plan has none, and says so", async () => {
    web.answer = (response, asked, request) => (asked.pathname === "/trader-grades" ? json({ data: [grade("2026-01-10", 71)] }) : json({}, 403))(response, asked, request);
    const context = contextAt(NOW, ["BTC/USDT"]);
    expect((await tokenMetrics({ url, key: KEY }).fetch(context, calm())).map(({ score }) => score)).toEqual([null]);
    expect(context.warnings[0]).toMatch(/without signals/);
  });

  it("walks through its past in pages, known a day after each", async () => {
    web.answer = (response, asked, request) => json({ data: asked.pathname === "/trader-grades" ? [grade(asked.searchParams.get("startDate") ?? "", 50)] : [] })(response, asked, request);
    const kept: OutsideItem[] = [];
    await tokenMetrics({ url, key: KEY }).history?.({ from: NOW - 70 * DAY, to: NOW, keep: (items) => kept.push(...items) }, contextAt(NOW, ["BTC/USDT"]), calm());
    expect(kept.length).toBe(3);
    expect(kept.every(({ known, published }) => known - published === DAY)).toBe(true);
  });
});

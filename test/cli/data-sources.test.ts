import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { openSourceStore } from "../../src/adapters/sources/store.ts";
import { runProgram } from "../../src/cli/program.ts";
import { FiguresServer } from "../adapters/ccxt/sources/figures-server.ts";
import { json, text, Web } from "../adapters/sources/web.ts";
import { expectOfSchema } from "./json-schema.ts";

const DAY = 86_400_000;
let folder = "";
let web: Web;
let url = "";
let figures: FiguresServer | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-sources-"));
  web = new Web(json({}));
  url = await web.start();
});
afterEach(async () => {
  await web.stop();
  await figures?.stop();
  figures = null;
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process: a process of its own for each would take minutes. */
async function run(args: readonly string[], signal = new AbortController().signal): Promise<Ran> {
  let out = "";
  let err = "";
  const shell = { signal, out: (said: string) => void (out += said), err: (said: string) => void (err += said) };
  const code = await runProgram(["node", "caucus", "data", ...args, "--data-dir", join(folder, "store")], shell, "0");
  return { code, out, err };
}
const listed = z.object({ candles: z.array(z.unknown()), sources: z.array(z.object({ source: z.string(), symbol: z.string().nullable(), items: z.number() }).loose()) });
const list = async () => listed.parse(JSON.parse((await run(["list", "--json"])).out)).sources.map(({ source, symbol, items }) => [source, symbol, items]);
const today = Math.floor(Date.now() / DAY) * DAY;
const index = (days: number) => json({ data: Array.from({ length: days }, (_, ago) => ({ value: "40", timestamp: String((today - ago * DAY) / 1_000) })) });

describe("caucus data download --source", () => {
  it("keeps the whole Fear & Greed index, once, and lists it beside the candles", async () => {
    web.answer = index(30);
    const first = await run(["download", "--source", "fear-greed", "--url", url]);
    expect(first).toEqual({ code: 0, out: "30 new items of fear-greed.\n", err: "" });
    web.answer = index(31);
    const { out } = await run(["download", "--source", "fear-greed", "--url", url, "--json"]);
    await expectOfSchema("data download", out);
    expect(JSON.parse(out)).toEqual({ source: "fear-greed", added: 1, notes: [] });
    expect(await list()).toEqual([["fear-greed", null, 31]]);
    await expectOfSchema("data list", (await run(["list", "--json"])).out);
    expect((await run(["list"])).out).toMatch(/^source +about +items +from +to +fetched\nfear-greed +everything +31 /);
  });

  it("keeps the headlines of now, to be known from now on", async () => {
    web.answer = text(`<rss><channel><item><title>Bitcoin rises</title><guid>a</guid><pubDate>${new Date(Date.now() - 3_600_000).toUTCString()}</pubDate></item></channel></rss>`);
    const before = Date.now();
    const done = await run(["download", "--source", "headlines", "--url", url]);
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/^1 new items of headlines\.\nnote: headlines tells no past/);
    const store = openSourceStore(join(folder, "store"));
    expect(store.read({ sources: [{ name: "headlines" }], from: 0, to: Number.MAX_SAFE_INTEGER })[0]?.known).toBeGreaterThanOrEqual(before);
    store.close();
  });

  it("keeps figures of a swap market, goes on where it stopped, and fills a hole", async () => {
    figures = new FiguresServer({ now: Date.now() });
    const origin = await figures.start();
    const day = (ago: number): string => new Date(today - ago * DAY).toISOString().slice(0, 10);
    const download = async (from: number, to: number) =>
      z.object({ added: z.number() }).parse(JSON.parse((await run(["download", "--source", "funding", "--exchange", "binance", "--symbol", "BTC/USDT", "--from", day(from), "--to", day(to), "--url", origin, "--json"])).out)).added;
    expect(await download(10, 8)).toBe(6);
    expect(await download(4, 2)).toBe(6);
    expect(await download(10, 0)).toBe(18);
    const asked = figures.requests.map((one) => Number(one.searchParams.get("startTime")));
    expect(asked.at(-1)).toBe(today - 8 * DAY - 8 * 3_600_000);
    expect(await list()).toEqual([["funding", "BTC/USDT", 30]]);
  });

  it("keeps what there is when it is stopped, and says so", async () => {
    const stop = new AbortController();
    web.answer = () => stop.abort();
    const { code, err } = await run(["download", "--source", "fear-greed", "--url", url], stop.signal);
    expect(code).toBe(130);
    expect(err).toBe("caucus: stopped. 0 new items are kept; the same command goes on from there.\n");
  });

  it("takes a user's key from the environment alone, and shows it nowhere", async () => {
    const args = ["download", "--source", "cryptopanic", "--symbol", "BTC/USDT", "--url", url];
    const without = await run(args);
    expect(without.code).toBe(2);
    expect(without.err).toMatch(/set CAUCUS_CRYPTOPANIC_KEY in the environment/);
    web.answer = text("no", "text/plain", 401);
    vi.stubEnv("CAUCUS_CRYPTOPANIC_KEY", "very-secret-key");
    const refused = await run(args);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/cryptopanic refuses \(401\)/);
    expect(refused.err + refused.out).not.toContain("very-secret-key");
    expect(web.requests[0]?.searchParams.get("auth_token")).toBe("very-secret-key");
  });

  it.each([
    ["an unknown source", ["--source", "stars"], 2, /--source stars: there is no such source; choose fear-greed, headlines/],
    ["no symbol", ["--source", "funding", "--from", "2024-01-01"], 2, /--symbol: say of which market/],
    ["no beginning", ["--source", "funding", "--symbol", "BTC/USDT"], 2, /--from: say from when/],
    ["an exchange without such figures", ["--source", "funding", "--exchange", "kraken", "--symbol", "BTC/USDT", "--from", "2024-01-01"], 2, /--exchange kraken: /],
    ["an exchange for what is of none", ["--source", "fear-greed", "--exchange", "binance"], 2, /--exchange: fear-greed is of no exchange/],
    ["no address", ["--source", "headlines", "--url", "news"], 2, /--url news: /],
    ["nothing at all", [], 2, /--exchange: say where from/],
  ])("answers %s with what to do", async (_, args, code, says) => {
    const ran = await run(["download", ...args]);
    expect(ran.err).toMatch(says);
    expect(ran.code).toBe(code);
  });

  it("reports an answer of another shape as a failed run", async () => {
    web.answer = text("<html>come back</html>", "text/html");
    const ran = await run(["download", "--source", "fear-greed", "--url", url]);
    expect([ran.code, ran.err]).toEqual([1, "caucus: fear-greed answered a page that is not JSON.\n"]);
  });
});

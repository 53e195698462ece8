import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ranking, rankingSchema } from "../../src/app/ranking/result.ts";
import { backtestOutputSchema } from "../../src/app/result.ts";
import { sharedData } from "../shared-data.ts";
import { caucus, type Ran } from "./caucus.ts";

const COINS = ["BTC", "ETH", "LTC", "DOGE", "SOL"] as const;
const days = COINS.map((coin) => ({ coin, path: sharedData("candles_1d", `yahoo_${coin}USD_1d_to_202406.csv.gz`) }));
const areDays = days.every(({ path }) => path !== null);
const HOURS = ["BTC", "ETH", "BNB"] as const;
const hours = HOURS.map((coin) => ({ coin, path: sharedData("candles_1h", `binance_${coin}USDT_1h_202009_202406.csv.gz`) }));
const areHours = hours.every(({ path }) => path !== null);
const SYNTHETIC = ["--symbols", "BTC/USDT,ETH/USDT,SOL/USDT", "--candles", "synthetic:mix?days=120&timeframe=1h"];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-rank-"));
  const recorded = `candles:\n${days.map(({ coin, path }) => `  ${coin}/USD: ${path ?? ""}`).join("\n")}\nvolumeIn: quote\ntimeframe: {decision: 1d}\nsymbols: [${COINS.map((coin) => `${coin}/USD`).join(", ")}]\n`;
  await Promise.all([
    writeFile(join(folder, "coins.yaml"), recorded),
    writeFile(join(folder, "choose.yaml"), `${recorded}from: 2021-01-01\nto: 2021-06-01\nmarkets: {top: 2, filters: {minVolume: 1e8}}\n`),
    writeFile(join(folder, "synthetic.yaml"), "candles: synthetic:mix?days=120&timeframe=1h\nmarkets: {from: [A/USDT, B/USDT, C/USDT], top: 2}\nfrom: 2024-04-01\n"),
    writeFile(join(folder, "hours.yaml"), `symbols: [${HOURS.map((coin) => `${coin}/USDT`).join(", ")}]\ncandles:\n${hours.map(({ coin, path }) => `  ${coin}/USDT: ${path ?? ""}`).join("\n")}\n`),
  ]);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Ran> => caucus(args, { cwd: folder });

async function rankingOf(...args: string[]): Promise<Ranking> {
  const { code, out, err } = await run("rank", ...args, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  return rankingSchema.parse(JSON.parse(out));
}

async function complaint(...args: string[]): Promise<string> {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  return err;
}

describe("caucus rank on synthetic candles", () => {
  it("prints each part within 80 columns, why a symbol is left out, and where the candles come from", async () => {
    const { code, out, err } = await run("rank", ...SYNTHETIC, "--held", "ETH/USDT,XRP/USDT", "--set", "markets.filters.blacklist=[SOL/USDT]");
    expect(err).toBe("");
    expect(code).toBe(0);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    for (const part of [/2 of 3 symbols ranked by 1d bars/, /symbol +score +conv +mom +volume +impact +spread +vol +corr +age gaps/, /^1 \w+\/USDT/m, /what is held \(ETH\/USDT, XRP\/USDT\)/, /^Left out\nSOL\/USDT: on the blacklist$/m, /synthetic candles/]) expect(out).toMatch(part);
  });

  it("is the same whatever the order of the list, and for whatever comes after --at", async () => {
    const at = ["--at", "2024-03-15"];
    const [first, turned, shorter] = await Promise.all([rankingOf(...SYNTHETIC, ...at), rankingOf("--symbols", "SOL/USDT,ETH/USDT,BTC/USDT", "--candles", "synthetic:mix?days=120&timeframe=1h", ...at), rankingOf(...SYNTHETIC, "--to", "2024-03-15")]);
    expect(first.at).toBe("2024-03-15T00:00:00.000Z");
    expect(turned).toEqual(first);
    expect(shorter).toEqual(first);
  });

  it("chooses a backtest's symbols before it starts, and the result says which and why", async () => {
    const { code, out } = await run("backtest", "synthetic.yaml", "--json");
    expect(code).toBe(0);
    const { definition, result, warnings } = backtestOutputSchema.parse(JSON.parse(out));
    const ranked = (await rankingOf("synthetic.yaml", "--at", "2024-04-01")).ranked.map(({ symbol }) => symbol);
    expect(definition["symbols"]).toEqual(ranked.slice(0, 2));
    expect(result.symbols.map(({ symbol }) => symbol)).toEqual(ranked.slice(0, 2));
    expect(warnings.join("\n")).toMatch(/markets: .* were chosen of 3 by candles that had closed by 2024-04-01 00:00 UTC; not taken: \w\/USDT \(place 3 of 3/);
  });

  it("refuses what it cannot do, and says what to do", async () => {
    const [late, none, flag, command, held, bars, at] = await Promise.all([
      complaint("backtest", "synthetic.yaml", "--from", "2024-01-10"),
      complaint("backtest", "synthetic.yaml", "--set", "from=null"),
      complaint("backtest", "synthetic.yaml", "--symbol", "A/USDT"),
      complaint("ablate", "synthetic.yaml"),
      complaint("rank", ...SYNTHETIC, "--held", "bitcoin"),
      complaint("rank", ...SYNTHETIC, "--bars", "30m"),
      complaint("rank", ...SYNTHETIC, "--at", "yesterday"),
    ]);
    expect(late).toMatch(/none of 3 symbols can be chosen .*A\/USDT \(9 bars of 1d had closed, 30 are needed/);
    expect(none).toMatch(/set `from` to a date after the first candles/);
    expect(flag).toMatch(/--symbol A\/USDT: the definition chooses its symbols from markets\.from/);
    expect(command).toMatch(/this command does not choose symbols/);
    expect(held).toMatch(/"bitcoin" is no symbol/);
    expect(bars).toMatch(/30m is no multiple of the 1h candles/);
    expect(at).toMatch(/write a UTC date/);
  });
});

describe.skipIf(!areDays)("caucus rank on recorded days (skipped where the recordings are not there)", () => {
  it("ranks what there was in 2021 as it was then, with the most traded first in liquidity", async () => {
    const found = await rankingOf("coins.yaml", "--at", "2021-01-01");
    expect(found.ranked.map(({ symbol }) => symbol).toSorted()).toEqual(COINS.map((coin) => `${coin}/USD`).toSorted());
    const by = new Map(found.ranked.map((one) => [one.symbol, one]));
    expect(by.get("BTC/USD")?.figures.volume).toBeGreaterThan(by.get("DOGE/USD")?.figures.volume ?? Number.POSITIVE_INFINITY);
    for (const { figures } of found.ranked) {
      expect(figures.volatility).toBeGreaterThan(0.2);
      expect(figures.correlation).toBeGreaterThan(0);
    }
    expect(by.get("SOL/USD")?.figures.age).toBeLessThan(300);
  });

  it("leaves out what did not exist yet", async () => {
    const { leftOut } = await rankingOf("coins.yaml", "--at", "2019-01-01");
    expect(leftOut).toMatchObject([{ symbol: "SOL/USD", why: ["0 bars of 1d had closed, 30 are needed"] }]);
  });

  it("runs a backtest on what could be chosen before it", async () => {
    const { out } = await run("backtest", "choose.yaml", "--json");
    const { definition, result } = backtestOutputSchema.parse(JSON.parse(out));
    expect(definition["symbols"]).toHaveLength(2);
    expect(definition["symbols"]).not.toContain("SOL/USD");
    expect(JSON.stringify(definition["markets"])).toMatch(/"symbol":"SOL\/USD","why":"volume \d+ under 100000000"/);
    expect(result.symbols).toHaveLength(2);
  });
});

describe.skipIf(!areHours)("caucus rank on recorded hours (skipped where the recordings are not there)", () => {
  it("makes days of them, and puts the most traded first in liquidity", async () => {
    const { ranked, bars } = await rankingOf("hours.yaml", "--at", "2022-01-01");
    expect(bars).toBe("1d");
    expect(ranked.map(({ symbol }) => symbol).toSorted()).toEqual(["BNB/USDT", "BTC/USDT", "ETH/USDT"]);
    for (const { figures, conviction } of ranked) {
      expect(figures.bars).toBeGreaterThan(400);
      expect(figures.spread).toBeLessThan(0.01);
      expect(conviction).not.toBeNull();
    }
    expect(ranked.toSorted((a, b) => (b.figures.volume ?? 0) - (a.figures.volume ?? 0))[0]?.symbol).toBe("BTC/USDT");
    expect(ranked.toSorted((a, b) => (a.figures.illiquidity ?? 1) - (b.figures.illiquidity ?? 1))[0]?.symbol).toBe("BTC/USDT");
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { choiceNotes } from "../../../src/app/ranking/choice-notes.ts";
import { candidatesOf, type Choice, choiceSteps, choosesMarkets } from "../../../src/app/ranking/choose.ts";
import { keptMarkets } from "../../../src/app/ranking/kept.ts";
import { rankingSteps } from "../../../src/app/ranking/ranking.ts";
import { type Ranking, rankingSchema } from "../../../src/app/ranking/result.ts";
import { canonicalJson } from "../../../src/core/canonical-json.ts";
import { type CandleSeries, sliceSeries } from "../../../src/core/candle.ts";
import { DEFAULT_WEIGHTS } from "../../../src/core/ranking/score.ts";
import { DAY } from "../../../src/core/timeframe.ts";
import type { Dataset } from "../../../src/ports/candles.ts";
import { strategies } from "../../../strategies/index.ts";
import { START, walk } from "../../core/ranking/candles.ts";

const definitionOf = (text: string) => loadDefinition({ text: `timeframe: {decision: 1d}\n${text}`, name: "test.yaml", overrides: [], agents, strategies });
const datasetOf = (symbol: string, series: CandleSeries): Dataset => ({ symbol, series, hash: symbol, synthetic: false, description: "a walk", notes: [], filters: null });
const SYMBOLS = ["A/USDT", "B/USDT", "C/USDT", "D/USDT"];
const LIST = `markets: {from: [${SYMBOLS.join(", ")}], top: 2}\n`;
const datasets = SYMBOLS.map((symbol, i) => datasetOf(symbol, walk(i + 40, 400)));
const AT = START + 300 * DAY;

function finished<Result>(steps: Generator<number, Result>): Result {
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

function ranking(given: readonly Dataset[], rest: Partial<Parameters<typeof rankingSteps>[0]> = {}): Ranking {
  return finished(rankingSteps({ definition: definitionOf(""), agents, datasets: given, held: [], timeframe: DAY, at: AT, filters: {}, weights: DEFAULT_WEIGHTS, ...rest }));
}

async function choice(text: string, given = datasets, at = AT): Promise<Choice> {
  const definition = definitionOf(text);
  if (!choosesMarkets(definition)) throw new Error("it has no markets");
  const candidates = await candidatesOf(definition, () => Promise.resolve([]));
  return finished(choiceSteps({ definition, candidates, datasets: given.filter(({ symbol }) => candidates.symbols.includes(symbol)), at, agents, strategies }));
}

describe("a ranking with a council", () => {
  it("has a conviction of each symbol, and is what its schema says", () => {
    const found = rankingSchema.parse(ranking(datasets));
    expect(found.ranked.map(({ symbol }) => symbol).toSorted()).toEqual(SYMBOLS);
    for (const { conviction } of found.ranked) expect(Math.abs(conviction ?? 9)).toBeLessThanOrEqual(1);
  });

  it("does not change for candles that closed later, nor for the order of the list", () => {
    const cut = datasets.map((dataset) => ({ ...dataset, series: sliceSeries(dataset.series, 0, 300) }));
    expect(ranking(cut)).toEqual(ranking(datasets));
    expect(ranking(datasets.toReversed())).toEqual(ranking(datasets));
  });

  it("says of a symbol the same, whatever else is on the list", () => {
    const alone = ranking(datasets.slice(1, 2)).ranked[0];
    expect(ranking(datasets).ranked.find(({ symbol }) => symbol === "B/USDT")?.conviction).toBe(alone?.conviction);
  });

  it("abstains on too few bars and without a council, and says so", () => {
    const young = ranking([...datasets.slice(0, 2), datasetOf("NEW/USDT", sliceSeries(datasets[2]?.series as CandleSeries, 265, 300))]);
    expect(young.ranked.find(({ symbol }) => symbol === "NEW/USDT")).toMatchObject({ conviction: null, abstains: expect.stringMatching(/35 bars of 1d, and .* need/) as string, places: { conviction: 0.5 } });
    const silent = ranking(datasets, { definition: definitionOf("agents: none") });
    for (const { conviction, abstains } of silent.ranked) expect([conviction, abstains]).toEqual([null, "no agent of this definition votes on direction"]);
    expect(ranking(datasets, { weights: { ...DEFAULT_WEIGHTS, conviction: 0 } }).ranked[0]?.abstains).toMatch(/not asked/);
  });

  it("warns of quotes that cannot be compared and of what is held without candles", () => {
    const found = ranking([datasets[0] as Dataset, { ...(datasets[1] as Dataset), symbol: "B/BTC" }], { held: [datasetOf("H/USDT", sliceSeries(walk(1, 400), 0, 3))] });
    expect(found.warnings.join("\n")).toMatch(/quoted in BTC, USDT/);
    expect(found.warnings.join("\n")).toMatch(/H\/USDT is held, but 3 bars of 1d had closed/);
  });

  it("refuses bars that the candles cannot make", () => {
    expect(() => ranking(datasets, { timeframe: 3_600_000 })).toThrow(/bars: 1h is no multiple of the 1d candles of A\/USDT/);
  });
});

describe("choosing markets", () => {
  it("takes the first of the ranking in place of `symbols`, and writes down what it took, what not, and why", async () => {
    const { definition, ranking: found } = await choice(LIST);
    expect(definition.symbols).toEqual(found.ranked.slice(0, 2).map(({ symbol }) => symbol));
    const { chosen } = definition.markets ?? {};
    expect(chosen?.at).toBe(new Date(AT).toISOString());
    expect(chosen?.symbols.map(({ symbol }) => symbol)).toEqual(definition.symbols);
    expect(chosen?.leftOut.map(({ symbol }) => symbol)).toEqual(found.ranked.slice(2).map(({ symbol }) => symbol));
    expect(chosen?.leftOut[0]?.why).toMatch(/^place 3 of 4, with 0\.\d{3}; the first 2 are taken$/);
    expect(choiceNotes(definition)[0]).toMatch(/^markets: .* were chosen of 4 by candles that had closed by 2024-10-27 00:00 UTC; not taken: /);
  });

  it("chooses by nothing that closed after the start", async () => {
    const later = datasets.map((dataset, i) => ({ ...dataset, series: sliceSeries(i % 2 === 0 ? dataset.series : walk(i + 40, 310), 0, 310) }));
    const crash = later.map((dataset) => {
      const series = sliceSeries(walk(1, 310), 0, 310);
      for (const column of ["time", "open", "high", "low", "close", "volume"] as const) {
        series[column].set(dataset.series[column].subarray(0, 300));
        if (column !== "time") for (let i = 300; i < 310; i++) series[column][i] = 1e-3 * (i + 1);
      }
      return { ...dataset, series };
    });
    expect((await choice(LIST, crash)).definition).toEqual((await choice(LIST)).definition);
  });

  it("does not know of a symbol that begins after the start, and takes one that ends later like any other", async () => {
    const begins = datasetOf("D/USDT", walk(43, 400));
    const shifted = { ...begins.series, time: begins.series.time.map((time) => time + 350 * DAY) };
    const ends = datasetOf("C/USDT", sliceSeries(walk(42, 400), 0, 305));
    const { definition } = await choice(LIST.replace("top: 2", "top: 4"), [...datasets.slice(0, 2), ends, { ...begins, series: shifted }]);
    expect(definition.symbols.toSorted()).toEqual(["A/USDT", "B/USDT", "C/USDT"]);
    expect(definition.markets?.chosen?.leftOut).toEqual([{ symbol: "D/USDT", why: "0 bars of 1d had closed, 30 are needed" }]);
  });

  it("refuses to run when nothing can be chosen, and says why of each", async () => {
    await expect(choice(LIST, datasets, START + 5 * DAY)).rejects.toThrow(/none of 4 symbols can be chosen by the candles that had closed by 2024-01-06.*A\/USDT \(5 bars of 1d had closed, 30 are needed\)/);
    await expect(choice("markets: {from: [A/USDT], filters: {blacklist: [A/USDT]}}\n")).rejects.toThrow(/A\/USDT \(on the blacklist\)/);
  });

  it("goes on with fees of symbols that it did not take", async () => {
    const of = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, { taker: 0.002 }]));
    const { definition } = await choice(`${LIST}fees: ${JSON.stringify({ of })}\n`);
    expect(definition.symbols).toHaveLength(2);
    expect(definition.fees.of).toEqual(of);
  });

  it("checks the chosen symbols against the rest of the definition", async () => {
    const mixed = [datasets[0] as Dataset, { ...(datasets[1] as Dataset), symbol: "B/BTC" }];
    await expect(choice("markets: {from: [A/USDT, B/BTC]}\n", mixed)).rejects.toThrow(/must share one quote asset/);
  });

  it("takes what the store has of an exchange, in the quote of `symbols`, with its candles", async () => {
    const definition = definitionOf("markets: {from: store:binance}\n");
    if (!choosesMarkets(definition)) throw new Error("it has no markets");
    const asked: string[] = [];
    const found = await candidatesOf(definition, (exchange) => (asked.push(exchange), Promise.resolve(["X/USDT", "B/BTC", "A/USDT"])));
    expect([asked, found.symbols, found.candles]).toEqual([["binance"], ["A/USDT", "X/USDT"], "store:binance"]);
    await expect(candidatesOf(definition, () => Promise.resolve(["A/EUR"]))).rejects.toThrow(/no candles of symbols quoted in USDT/);
    const other = definitionOf("candles: mine.csv\nmarkets: {from: store:binance}\n");
    if (choosesMarkets(other)) await expect(candidatesOf(other, () => Promise.resolve(["A/USDT"]))).rejects.toThrow(/write candles: store:binance/);
  });

  it.each([["top: 0", /top/], ["from: binance", /from/], ["weights: {luck: 1}", /luck/], ["filters: {maxCorrelation: 2}", /maxCorrelation/], ["bars: daily", /bars/]])("refuses markets with %s", (text, why) => {
    expect(() => definitionOf(`markets: {${text}}\n`)).toThrow(why);
  });

  it("refuses a run that should have chosen and has not", () => {
    expect(() => choiceNotes(definitionOf(LIST))).toThrow(/does not choose symbols/);
    expect(choiceNotes(definitionOf(""))).toEqual([]);
  });
});

describe("a bot that goes on", () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  it("keeps the list that its journal began with", async () => {
    const folder = mkdtempSync(join(tmpdir(), "caucus-kept-"));
    folders.push(folder);
    const journal = openJournal(join(folder, "journal.sqlite"), { name: "test", now: () => START });
    try {
      const loaded = definitionOf(LIST);
      expect(keptMarkets(loaded, journal)).toBeNull();
      const { definition } = await choice(LIST);
      const genesis = { version: 1, botId: "test", mode: "paper", venue: "v", definition: { ...definition, portfolio: undefined }, instruments: {}, baseline: {}, time: START, began: START };
      journal.commit({ events: [{ time: START, type: "genesis", payload: genesis }] });
      const kept = keptMarkets(loaded, journal);
      expect(canonicalJson(kept)).toBe(canonicalJson(definition));
      // Other settings stay other: the start sees that they have changed and refuses.
      expect(canonicalJson(keptMarkets(definitionOf(LIST.replace("top: 2", "top: 3")), journal))).not.toBe(canonicalJson(definition));
      expect(keptMarkets(definitionOf(""), journal)).toBeNull();
    } finally {
      journal.close();
    }
  });
});

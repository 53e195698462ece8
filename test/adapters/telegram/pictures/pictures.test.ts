import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chartSvg } from "../../../../src/adapters/telegram/pictures/chart.ts";
import { equitySvg, untilNow } from "../../../../src/adapters/telegram/pictures/equity.ts";
import { png } from "../../../../src/adapters/telegram/pictures/png.ts";
import { apart, tickDigits, ticks } from "../../../../src/adapters/telegram/pictures/scale.ts";
import { CHARACTER, picture, label, wrapped } from "../../../../src/adapters/telegram/pictures/svg.ts";
import { votesSvg } from "../../../../src/adapters/telegram/pictures/votes.ts";
import { widthOf } from "../../../../src/adapters/telegram/text/table.ts";
import type { BarsView, VoteRow, VotesView } from "../../../../src/ports/operator.ts";
import { seen } from "../telegram-html.ts";

const START = Date.UTC(2024, 0, 1);
const OPTIONS = { timeZone: "Europe/Berlin", quote: "USDT", levels: true, ladders: true };

/** Where each text of a picture begins and ends, pixels. */
function texts(svg: string): { text: string; from: number; to: number; y: number }[] {
  return [...svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)" [^>]*font-size="([\d.]+)" fill="[^"]+" text-anchor="(\w+)"[^>]*>([^<]*)<\/text>/g)].map(([, x, y, size, anchor, raw]) => {
    const text = seen(raw!);
    const width = widthOf(text) * Number(size) * CHARACTER;
    const from = Number(x) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
    return { text, from, to: from + width, y: Number(y) };
  });
}

function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
  return { width: Number(width), height: Number(height) };
}

function expectInside(svg: string): void {
  const { width, height } = sizeOf(svg);
  for (const { text, from, to, y } of texts(svg)) {
    expect(from, text).toBeGreaterThanOrEqual(0);
    expect(to, text).toBeLessThanOrEqual(width);
    expect(y, text).toBeGreaterThan(0);
    expect(y, text).toBeLessThan(height);
  }
}

function view(count: number, scale: number, more: Partial<BarsView> = {}): BarsView {
  const bars = Array.from({ length: count }, (_, i) => {
    const [open, close] = [100 + Math.sin(i / 9) * 5, 100 + Math.sin((i + 1) / 9) * 5];
    return { time: START + i * 60_000, open: open * scale, close: close * scale, high: (Math.max(open, close) + 1) * scale, low: (Math.min(open, close) - 1) * scale };
  });
  return { symbol: "BTC/USDT", timeframe: 60_000, bars, price: bars.at(-1)?.close ?? null, fills: [], levels: [], ladders: [], ...more };
}

const finite = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const name = fc.oneof(fc.string({ unit: "binary", maxLength: 120 }), fc.constantFrom("BTC/USDT", "</text><script>", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", "&".repeat(100)));

describe("a chart", () => {
  it("keeps every text inside the picture at any price, length and name", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 240 }), finite, name, fc.constantFrom("USDT", "BTC"), (count, scale, symbol, quote) => {
        const levels = [{ kind: "support" as const, price: 96 * scale, strength: 0.7, touches: 3, distance: -0.04 }, { kind: "resistance" as const, price: 96.01 * scale, strength: 2, touches: 1, distance: null }];
        const svg = chartSvg(view(count, scale, { symbol, levels, ladders: [{ strategy: "grid", prices: [95 * scale, 105 * scale] }, { strategy: "a-strategy-with-a-long-name", prices: [100 * scale] }], fills: [{ time: START, price: 100 * scale, side: "buy" }] }), { ...OPTIONS, quote });
        expectInside(svg);
        expect(svg).not.toContain("NaN");
        expect(svg).not.toContain("<script");
      }),
      { numRuns: 60 },
    );
  });

  it("draws what is asked for and says what is what", () => {
    const full = view(50, 1, { levels: [{ kind: "support", price: 96, strength: 0.5, touches: 2, distance: -0.04 }], ladders: [{ strategy: "grid", prices: [98, 102] }], fills: [{ time: START + 60_000, price: 100, side: "sell" }] });
    const words = (levels: boolean, ladders: boolean): string[] => texts(chartSvg(full, { ...OPTIONS, levels, ladders })).map(({ text }) => text);
    expect(words(true, true)).toEqual(expect.arrayContaining(["BTC/USDT", "buy", "sell", "grid", "support", "S 96.00"]));
    expect(words(false, true)).not.toContain("support");
    expect(words(true, false)).not.toContain("grid");
  });

  it("draws nothing that is far from the candles, so that they stay readable", () => {
    const near = chartSvg(view(50, 1), OPTIONS);
    const far = chartSvg(view(50, 1, { levels: [{ kind: "resistance", price: 900, strength: 1, touches: 9, distance: 8 }] }), OPTIONS);
    expect(far).toBe(near);
  });

  it("says so when there is no bar", () => {
    expect(texts(chartSvg(view(0, 1), OPTIONS)).map(({ text }) => text)).toContain("no bar has closed yet");
  });
});

describe("the picture of the votes", () => {
  const vote = (more: Partial<VoteRow>): VoteRow => ({ agent: "momentum", score: 0.5, confidence: 0.5, weight: 1, reason: "because", size: null, veto: null, worth: { brier: 0.24, rounds: 82 }, ...more });
  const votes = (rows: readonly VoteRow[], pool: VotesView["pool"] = { brier: 0.255, rounds: 82 }): VotesView => ({ symbol: "BTC/USDT", time: START, stance: "range", conviction: 0.1, exposure: 0.65, votes: rows, pool });

  it("keeps every text inside the picture whatever the agents say", () => {
    const row = fc.record({ agent: name, score: fc.option(fc.double({ min: -1, max: 1, noNaN: true })), confidence: fc.double({ min: 0, max: 1, noNaN: true }), weight: fc.double({ min: 0, max: 1e9, noNaN: true }), worth: fc.option(fc.record({ brier: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), rounds: fc.integer({ min: 0, max: 5_000 }) })), reason: fc.oneof(name, fc.string({ maxLength: 900 })), size: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), veto: fc.option(name) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 14 }), fc.option(fc.constant({ brier: null, rounds: 0 })), (rows, pool) => {
        const svg = votesSvg(votes(rows, pool), "UTC");
        expectInside(svg);
        expect(svg).not.toContain("NaN");
      }),
      { numRuns: 60 },
    );
  });

  it("draws a bar to the left for down and to the right for up, as long as the score", () => {
    const bars = (score: number): number[] => [...votesSvg(votes([vote({ score })]), "UTC").matchAll(/<rect x="([\d.]+)" y="232" width="([\d.]+)"/g)].map(([, x, width]) => (Number(x) + Number(width) / 2 < 540 ? -1 : 1) * Number(width));
    expect(bars(0.5)).toEqual([250, 125]);
    expect(bars(-0.5)).toEqual([-250, -125]);
  });

  it("says what each forecaster and the pool weigh and were worth, and nothing of those that only size", () => {
    const rows = [vote({ weight: 1.491, worth: { brier: 0.2532, rounds: 1_082 } }), vote({ agent: "fresh", worth: { brier: null, rounds: 0 } }), vote({ agent: "risk-profile", score: 0, size: 0.65, worth: null })];
    const words = texts(votesSvg(votes(rows), "UTC")).map(({ text }) => text);
    expect(words.filter((text) => /weight|Brier/.test(text))).toEqual(["weight 1.49   Brier 0.253 over 1,082 forecasts", "weight 1.00   no forecast scored yet", "pool: Brier 0.255 over 82 forecasts; a coin has 0.250, lower is better"]);
    expect(texts(votesSvg(votes(rows, null), "UTC")).some(({ text }) => text.startsWith("pool"))).toBe(false);
  });

  it("says why an answer could not be used, and leaves a plain abstention without words", () => {
    const words = (reason: string): string[] => texts(votesSvg(votes([vote({ score: null, confidence: 0, reason })]), "UTC")).map(({ text }) => text);
    expect(words("counted as abstained: its score is NaN")).toContain("counted as abstained: its score is NaN");
    expect(words("abstained")).not.toContain("abstained");
  });

  it("lets no line of a row run into another", () => {
    const rows = Array.from({ length: 12 }, () => vote({ reason: "a reason of many words ".repeat(20) }));
    const left = texts(votesSvg(votes(rows), "UTC")).filter(({ from }) => from < 200).map(({ y }) => y).toSorted((a, b) => a - b);
    const gaps = left.slice(1).map((y, i) => y - (left[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(26);
  });

  it("says a veto in place of the reason, and how many voters it leaves out", () => {
    const svg = votesSvg(votes([vote({ veto: "drawdown 21 %" }), ...Array.from({ length: 11 }, () => vote({}))]), "UTC");
    const words = texts(svg).map(({ text }) => text);
    expect(words).toContain("VETO: drawdown 21 %");
    expect(words).toContain("and 2 more with less pull");
  });
});

describe("the picture of equity", () => {
  it("ends with what the account is worth now, as the words beside it do", () => {
    const closes = [{ time: START, equity: 1_000 }, { time: START + 60_000, equity: 1_010 }];
    const svg = equitySvg(untilNow(closes, { time: START + 90_000, equity: 999.5 }), { title: "bot", quote: "USDT", timeZone: "UTC" });
    expect(svg).toContain("999.50 USDT");
    expect(untilNow(closes, { time: START + 60_000, equity: 5 })).toEqual(closes);
    expect(untilNow([], { time: START, equity: 5 })).toEqual([]);
  });

  it("keeps every text inside the picture for any amount", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1e10, noNaN: true }), { maxLength: 50 }), name, (amounts, title) => {
        const svg = equitySvg(amounts.map((equity, i) => ({ time: START + i * 60_000, equity })), { title, quote: "USDT", timeZone: "UTC" });
        expectInside(svg);
        expect(svg).not.toContain("NaN");
      }),
      { numRuns: 60 },
    );
  });
});

describe("a PNG", () => {
  it("is one, of the size of its SVG, and has the text in it", async () => {
    const draw = async (text: string): Promise<Buffer> => Buffer.from(await png(picture(400, 100, [label(10, 60, text, { size: 40 })])));
    const image = await draw("Caucus");
    expect(image.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([400, 100]);
    expect(image.equals(await draw(""))).toBe(false);
    expect(image.equals(await draw("Caucuz"))).toBe(false);
  });

  it("is drawn of the most that a chart shows, with hostile names", async () => {
    const svg = chartSvg(view(240, 1, { symbol: '<&>"\u0000\ud800/USDT', ladders: [{ strategy: "]]>", prices: Array.from({ length: 60 }, (_, i) => 95 + i / 6) }] }), OPTIONS);
    expect((await png(svg)).length).toBeGreaterThan(10_000);
  });
});

describe("what pictures are laid out with", () => {
  it("puts labels apart, in their order, inside the span", () => {
    const placed = apart([100, 101, 99, 500], 30, 0, 480);
    const sorted = placed.toSorted((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(30);
    expect(placed[2]!).toBeLessThan(placed[0]!);
    expect(Math.max(...placed)).toBeLessThanOrEqual(480);
  });

  it("gives round ticks with just the decimals that tell them apart", () => {
    expect(ticks(98.2, 106.4, 4)).toEqual([100, 102.5, 105]);
    expect([tickDigits([100, 102.5]), tickDigits([100, 200]), tickDigits([0.0001, 0.0002])]).toEqual([1, 0, 4]);
  });

  it("breaks text between words and cuts what is left over", () => {
    expect(wrapped("one two three four five", 10, 10 * CHARACTER * 10, 2)).toEqual(["one two", "three fou…"]);
    expect(wrapped("", 10, 100, 2)).toEqual([]);
  });
});

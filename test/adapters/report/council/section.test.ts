import { describe, expect, it } from "vitest";
import { votesWorth } from "../../../../src/adapters/report/council/section.ts";
import { renderReport } from "../../../../src/adapters/report/html.ts";
import type { Run } from "../../../../src/adapters/report/run.ts";
import type { CouncilScores } from "../../../../src/app/result.ts";
import { fixture } from "../fixture.ts";
import { councilOf } from "./made-up.ts";

function run(council: Run["council"], change: Partial<Run["result"]> = {}): Run {
  const { output } = fixture({ candles: 200 });
  return { ...output, council, result: { ...output.result, switchesPerMonth: 12.3, ...change } };
}
const pageOf = (council: readonly CouncilScores[], change: Partial<Run["result"]> = {}): string => votesWorth(run([...council], change)).html;
const words = (html: string): string => html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const count = (html: string, piece: string): number => html.split(piece).length - 1;

describe("what the votes were worth, in the report", () => {
  const known = councilOf({ agents: { seer: 0.8, fool: 0.4, "in-between": 0.6 }, rounds: 500 });
  const html = pageOf([known]);

  it("is not there without a council", () => {
    expect(votesWorth(run(null)).html).toBe("");
    expect(renderReport(run(null), new Map())).not.toContain("What the votes were worth");
    expect(renderReport(run([known]), new Map())).toContain('id="worth"');
  });

  it("gives each agent, the pool and what it is held against a row with forecasts, Brier and log score, and the weight", () => {
    const rows = [...html.matchAll(/<tr><th scope="row"[^>]*>([^<]+)<\/th>(.*?)<\/tr>/g)].map(([, name = "", cells = ""]) => [name, ...[...cells.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text)]);
    expect(rows.map(([name]) => name)).toEqual(["seer", "fool", "in-between", "pool", "learned weights", "equal weights", "always in, at the share of rises so far", "a coin"]);
    const [seer] = known.agents;
    expect(rows[0]).toEqual(["seer", "500", seer!.brier!.toFixed(3), seer!.log!.toFixed(3), seer!.weight!.toFixed(2)]);
    expect(rows.at(-1)).toEqual(["a coin", "500", "0.250", "0.693", ""]);
  });

  it("draws a reliability diagram for each agent and the pool, a dot for each tenth with forecasts", () => {
    const diagrams = html.split("<figure>").slice(1);
    expect(diagrams).toHaveLength(4);
    diagrams.slice(0, 3).forEach((one, i) => expect(count(one, "<circle")).toBe(known.agents[i]!.calibration.length));
    const [bin] = known.agents[0]!.calibration;
    expect(diagrams[0]).toContain(`rose ${(bin!.up * 100).toFixed(0)} % of ${bin!.count} times`);
  });

  it("puts a dot on the diagonal for a forecaster that keeps what it promises", () => {
    const [seer, ...others] = known.agents;
    const exact = { ...known, agents: [{ ...seer!, calibration: [{ forecast: 0.5, up: 0.5, count: 10 }] }, ...others] };
    const [, diagram = ""] = pageOf([exact]).split("<figure>");
    const [, x1, y1, x2, y2] = /<line class="mark" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/.exec(diagram)!.map(Number);
    const [, cx, cy] = /<circle[^>]+cx="([\d.]+)" cy="([\d.]+)"/.exec(diagram)!.map(Number);
    expect((cx! - x1!) / (x2! - x1!)).toBeCloseTo(0.5, 5);
    expect((cy! - y1!) / (y2! - y1!)).toBeCloseTo(0.5, 5);
  });

  it("draws a line for each agent's weight over time, with what it weighs now in the legend", () => {
    const [, chart = ""] = html.split("Weights over time</h3>");
    expect(count(chart, '<polyline class="series')).toBe(3);
    expect(words(chart)).toContain(`seer ${known.agents[0]!.weight!.toFixed(2)}`);
    expect(chart).toContain("2024-01-01");
  });

  it("tells the regret with its bound", () => {
    const { best, bound } = known.regret!;
    expect(words(html)).toContain(`than ${best}, the agent they look worst beside`);
    expect(words(html)).toContain(`AdaHedge guarantees at most ${bound.toFixed(2)} more.`);
  });

  it("says whether the pool beat the best agent, equal weights, the share of rises and a coin, each with its interval", () => {
    expect(count(html, 'class="interval"')).toBe(4);
    const text = words(html);
    expect(text).toMatch(/Against the best agent, seer: (no telling|the pool is worse|the pool is better) [+−]?0\.\d{3}, 95 %: [+−]?0\.\d{3} to [+−]?0\.\d{3}/);
    expect(text).toContain("Against equal weights: the pool is better");
    expect(text).toContain("Against a coin: the pool is better");
    expect(html).toContain('<p class="worth up">The votes forecast better than a coin');
  });

  it("says so plainly when it did not", () => {
    const worse = pageOf([councilOf({ agents: { fool: 0.2 }, rounds: 300 })]);
    expect(worse).toContain('<p class="worth down">The votes forecast worse than a coin');
    const alike = pageOf([councilOf({ agents: { one: 0.58, two: 0.56 }, rounds: 300 })]);
    expect(alike).toContain('<p class="worth ">The votes forecast no better than a coin');
  });

  it("points to buy and hold for what always in was worth in money, and says switches and malformed answers", () => {
    const text = words(pageOf([known], { malformed: { analyst: 2 }, totalReturn: -0.01, buyAndHold: { totalReturn: -0.4, equalExposureReturn: 0, cashReturn: 0, maxDrawdown: -0.5 } }));
    expect(text).toContain("Always in, as money, is buy and hold: −40.00 %, against −1.00 % of this run");
    expect(text).toContain("The stance changed 12.3 times a month. 2 answers could not be used and counted as abstentions: analyst 2.");
    expect(renderReport(run([known]), new Map())).toContain('id="figures"');
  });

  it("claims and draws nothing before the first outcome, and no intervals on a handful", () => {
    const none = pageOf([councilOf({ rounds: 0 })]);
    expect(none).toContain("No vote&#39;s horizon has passed yet");
    expect(none).not.toMatch(/NaN|undefined|<svg|<table/);
    const few = pageOf([councilOf({ rounds: 5 })]);
    expect(few).toContain("Too few forecasts");
    expect(few).not.toContain('class="interval"');
    expect(few).not.toMatch(/NaN|undefined/);
    expect(pageOf([councilOf({ rounds: 1 })])).not.toMatch(/NaN|undefined|Weights over time/);
  });

  it("escapes names, and draws more agents than it has colours", () => {
    const agents = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`<script>${i}`, 0.5]));
    const many = pageOf([councilOf({ agents, rounds: 60 })]);
    expect(many).not.toContain("<script");
    expect(count(many, '<polyline class="series')).toBe(9);
    expect(many).toContain("series s2 broken");
  });

  it("tells of four symbols in full and of the others in words, so that the page stays small", () => {
    const agents = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`agent-${i}`, 0.5]));
    const symbols = Array.from({ length: 30 }, (_, i) => councilOf({ symbol: `S${i}/USD`, rounds: 400, agents, seed: i }));
    const all = pageOf(symbols);
    expect(count(all, "Reliability</h3>")).toBe(4);
    expect(count(all, "The votes forecast ")).toBe(30);
    expect(Buffer.byteLength(all)).toBeLessThan(400_000);
  }, 20_000);
});

import { describe, expect, it } from "vitest";
import { histogram, interval, lines, scatter } from "../../../src/adapters/report/svg.ts";

const text = (value: number): string => value.toFixed(1);
const counts = (html: string, kind: string): number =>
  [...html.matchAll(new RegExp(`<rect class="${kind}"[^>]*><title>[^<]*: ([\\d,]+)</title>`, "g"))].reduce((sum, [, count = ""]) => sum + Number(count.replace(",", "")), 0);

describe("a histogram", () => {
  it("counts every value once, and on its own side of the mark", () => {
    const values = [-3, -0.01, 0, 0.01, 2, 2, 5];
    const { html } = histogram("h", values, { label: "x", text }, 0);
    expect(counts(html, "below")).toBe(2);
    expect(counts(html, "above")).toBe(5);
  });

  it("writes the mark's value under the mark", () => {
    const { html } = histogram("h", [-1, 9], { label: "x", text }, 0);
    const mark = /class="mark" x1="([\d.]+)"/.exec(html)![1];
    expect(html).toContain(`<text x="${mark}" y="180" text-anchor="middle">0.0</text>`);
  });

  it("holds all values on one side, or all alike", () => {
    expect(counts(histogram("h", [-1, -2, -4], { label: "x", text }, 0).html, "below")).toBe(3);
    expect(counts(histogram("h", [2, 2, 2], { label: "x", text }, 0).html, "above")).toBe(3);
    for (const values of [[0, 0], [], [1]]) expect(histogram("h", values, { label: "x", text }, 0).html).not.toMatch(/NaN|Infinity/);
  });
});

describe("a scatter chart", () => {
  it("places larger values further right and further up, and equal distances apart on a logarithm", () => {
    const points = [1, 10, 100].map((x) => ({ x, y: x, title: `p${x}`, mark: "trial" }));
    const { html } = scatter("s", points, { label: "x", text, log: true }, { label: "y", text });
    const places = [...html.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(places[1]![0] - places[0]![0]).toBeCloseTo(places[2]![0] - places[1]![0], 0);
    expect(places[0]![1]).toBeGreaterThan(places[2]![1]);
  });

  it("draws one point, none, and hostile text as text", () => {
    expect(scatter("s", [], { label: "x", text }, { label: "y", text }).html).not.toMatch(/NaN|Infinity/);
    const { html } = scatter("s", [{ x: 1, y: 2, title: "</title><script>", mark: "trial" }], { label: "<b>", text }, { label: "y", text });
    expect(html).not.toMatch(/NaN|Infinity|<script|<b>/);
  });
});

describe("a chart of lines", () => {
  const axis = { label: "x", text };
  const placesOf = (html: string): number[][][] => [...html.matchAll(/<polyline class="[^"]*" points="([^"]*)"/g)].map(([, points = ""]) => points.split(" ").map((one) => one.split(",").map(Number)));

  it("puts all lines on one scale that reaches nothing and the level", () => {
    const { html } = lines("l", [{ mark: "a", points: [{ x: 0, y: 0 }, { x: 10, y: 4 }] }, { mark: "b", points: [{ x: 0, y: 2 }, { x: 5, y: 2 }] }], axis, axis, 1);
    const [[low, high], [middle, half]] = placesOf(html) as [number[][], number[][]];
    expect(middle![1]).toBeCloseTo((low![1]! + high![1]!) / 2, 1);
    expect(half![0]).toBeCloseTo((low![0]! + high![0]!) / 2, 1);
    expect(Number(/class="mark"[^>]* y1="([\d.]+)"/.exec(html)![1])).toBeCloseTo(low![1]! + (high![1]! - low![1]!) / 4, 1);
  });

  it("draws nothing without points", () => {
    expect(lines("l", [], axis, axis, 1).html).not.toMatch(/NaN|Infinity|polyline/);
  });
});

describe("an interval", () => {
  const ends = (html: string): number => Math.abs(Number(/class="range" x1="([\d.]+)"/.exec(html)![1]) - Number(/class="range"[^>]* x2="([\d.]+)"/.exec(html)![1]));

  it("is half as long on a scale that has to reach twice as far", () => {
    const range = { label: "l", low: 0, estimate: 1, high: 2, text: "1" };
    expect(ends(interval(range, [4]).html)).toBeCloseTo(ends(interval(range).html) / 2, 0);
  });
});

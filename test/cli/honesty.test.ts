import { describe, expect, it } from "vitest";
import { z } from "zod";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

const SHORT = ["--candles", "synthetic:mix?days=25"];
const gap = z.looseObject({ estimate: z.number().nullable(), interval: z.looseObject({ low: z.number(), high: z.number() }).nullable() });

function expectNarrow(text: string): void {
  for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
}

describe("caucus lookahead", () => {
  it("clears the shipped council and strategies, in eighty columns", async () => {
    const { code, out, err } = await caucus(["lookahead", ...SHORT, "--cuts", "3"]);
    expect({ code, err }).toEqual({ code: 0, err: "7 runs: whole, again, 3 cut off, and 2 cut off that start from nothing.\n" });
    expect(out).toMatch(/^SYNTHETIC MARKET/);
    expect(out).toMatch(/^Nobody looks ahead/m);
    expect(out).toMatch(/^strategy +grid +[\d,]+ +clean$/m);
    expect(out).toMatch(/^momentum +212 .* enough$/m);
    expectNarrow(out);
  });

  it("prints one JSON object with --json, the same for the same seed", async () => {
    const run = () => caucus(["lookahead", ...SHORT, "--cuts", "2", "--json"]);
    const [{ code, out, err }, again] = await Promise.all([run(), run()]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const told = z.looseObject({ clean: z.literal(true), cuts: z.array(z.looseObject({ fresh: z.boolean() })), warmups: z.array(z.unknown()).length(4) }).parse(JSON.parse(out));
    expect(told.cuts.map(({ fresh }) => fresh)).toEqual([false, false, true, true]);
    expect(again.out).toBe(out);
    await expectOfSchema("lookahead", out);
  });
});

describe("caucus ablate", () => {
  it("tells what each agent is worth, and how many backtests that takes", async () => {
    const { code, out, err } = await caucus(["ablate", ...SHORT, "--agents", "momentum,risk-profile"]);
    expect({ code, err }).toEqual({ code: 0, err: "4 backtests.\n" });
    expect(out).toMatch(/^agent +worth +95 % from +to/m);
    expect(out).toMatch(/^none: strategies alone/m);
    expect(out).toMatch(/ungoverned/);
    expectNarrow(out);
  });

  it("prints one JSON object and nothing else with --json", async () => {
    const { code, out, err } = await caucus(["ablate", ...SHORT, "--agents", "momentum,risk-profile", "--metric", "return", "--json"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const told = z.looseObject({ metric: z.literal("return"), runs: z.literal(4), council: gap, agents: z.array(z.looseObject({ agent: z.string(), shapley: gap })).length(2) }).parse(JSON.parse(out));
    const sum = told.agents.reduce((total, { shapley }) => total + shapley.estimate!, 0);
    expect(sum).toBeCloseTo(told.council.estimate!, 9);
    await expectOfSchema("ablate", out);
  });
});

describe("caucus compare", () => {
  it("compares a definition with what --set-b makes of it, in eighty columns", async () => {
    const { code, out, err } = await caucus(["compare", "default", ...SHORT, "--set-b", "fees.maker=0"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^B {2}default {2}\(other: fees\)$/m);
    expect(out).toMatch(/points of return/);
    expect(out).toMatch(/^Of 25 days A was better on \d+/m);
    expectNarrow(out);
  });

  it("compares two definitions over the same candles, as JSON", async () => {
    const { code, out, err } = await caucus(["compare", "default", "grid-only", ...SHORT, "--json"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const told = z.looseObject({ a: z.looseObject({ name: z.string() }), b: z.looseObject({ name: z.string() }), difference: z.looseObject({ totalReturn: gap, sharpe: gap }) }).parse(JSON.parse(out));
    expect([told.a.name, told.b.name]).toEqual(["default", "grid-only"]);
    await expectOfSchema("compare", out);
  });
});

describe("a mistake", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no second definition", ["compare", "default"], /give a second definition, or say with --set-b/],
    ["different candles", ["compare", "default", "grid-only"], /stand on different candles, so their days cannot be paired/],
    ["an unknown key for B", ["compare", "default", "--set-b", "strategies.grid.levls=3"], /--set-b strategies\.grid\.levls=3: .*unknown key/],
    ["a definition that is not there", ["compare", "default", "defalt"], /There is no definition "defalt"; did you mean "default"/],
    ["no cuts", ["lookahead", "--cuts", "0"], /--cuts 0: must be a whole number from 1 to 1000/],
    ["cuts that are no number", ["lookahead", "--cuts", "many"], /--cuts many: must be a whole number/],
    ["an ablation without a council", ["ablate", "grid-only"], /has no council, so there is nothing to leave out/],
    ["an unknown metric", ["ablate", "--metric", "luck"], /'luck' is invalid. Allowed choices are sharpe, return/],
    ["an unknown agent", ["ablate", "--agents", "regim"], /--agents regim: there is no such agent; did you mean "regime"/],
  ])("%s is told in one sentence with exit code 2", async (_, args, message) => {
    const { code, out, err } = await caucus(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe("Ctrl-C", () => {
  it.each([["lookahead", "--cuts", "200"], ["ablate"]])("ends %s with one line", async (...args) => {
    const { code, out, err } = await caucus([...args, "--candles", "synthetic:mix?days=400"], {
      // The work has been announced: the program listens.
      onStart: (child) => void child.stderr?.once("data", () => child.kill("SIGINT")),
    });
    expect({ code, out }).toEqual({ code: 130, out: "" });
    expect(err).toMatch(/^\d+ (runs|backtests).*\ncaucus: stopped\. Nothing was written\.\n$/);
  });
});

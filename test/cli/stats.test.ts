import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statisticsSchema } from "../../src/app/statistics/result.ts";
import { createRandom } from "../../src/core/random.ts";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-stats-"));
  const random = createRandom(1);
  const head = `date,${Array.from({ length: 30 }, (_, k) => `a trial with quite a long name ${k}`).join(",")}`;
  const rows = Array.from({ length: 200 }, (_, t) => `${new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10)},${Array.from({ length: 30 }, () => (0.02 * random.normal()).toFixed(6)).join(",")}`);
  await Promise.all([
    writeFile(join(folder, "ten.csv"), "0.01\n-0.02\n0.03\n0.005\n-0.01\n0.02\n-0.015\n0.01\n0\n0.025\n"),
    writeFile(join(folder, "account.csv"), "100\n110\n99\n"),
    writeFile(join(folder, "noise.csv"), `${[head, ...rows].join("\n")}\n`),
    writeFile(join(folder, "wrong.csv"), "a,b\n0.01,0.02\n0.01,oops\n"),
  ]);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const stats = (...args: string[]) => caucus(["stats", ...args], { cwd: folder });

describe("caucus stats", () => {
  it("prints one JSON object that its schema accepts, the same in every run", async () => {
    const [first, second] = await Promise.all([stats("noise.csv", "--json", "--blocks", "8"), stats("noise.csv", "--json", "--blocks", "8")]);
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toBe(second.out);
    await expectOfSchema("stats", first.out);
    const result = statisticsSchema.parse(JSON.parse(first.out));
    expect(result.columns).toHaveLength(30);
    expect(result.overfitting).toMatchObject({ halves: 70, observations: 200 });
    expect(result.verdict.trade).toBe(false);
  });

  it("gives the known Sharpe ratio of the statistics page, and luck its part with --trials", async () => {
    const { out } = await stats("ten.csv", "--trials", "10", "--json");
    const { columns, best } = statisticsSchema.parse(JSON.parse(out));
    expect(columns[0]!.sharpe).toBeCloseTo(6.2151653142, 9);
    expect(best!.luckSharpe).toBeCloseTo(1.5745983013 * Math.sqrt(365 / 9), 8);
  });

  it("reads an account with --equity", async () => {
    const { columns } = statisticsSchema.parse(JSON.parse((await stats("account.csv", "--equity", "--json")).out));
    expect(columns[0]!.observations).toBe(2);
    expect(columns[0]!.totalReturn).toBeCloseTo(-0.01, 12);
  });

  it("says in plain text within 80 columns what it would not trade, and why", async () => {
    for (const file of ["noise.csv", "ten.csv"]) {
      const { code, out, err } = await stats(file, "--benchmark-sharpe", "1");
      expect(err).toBe("");
      expect(code).toBe(0);
      expect(out).toMatch(/\nVerdict\nwould not trade this: .*deflated Sharpe/);
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it.each<[string, string[], RegExp]>([
    ["text where a number should be", ["wrong.csv"], /^caucus: wrong\.csv:3: "oops" stands in column "b"/],
    ["a file that is not there", ["none.csv"], /^caucus: There is no file none\.csv\.\n$/],
    ["a folder", ["."], /^caucus: \. is a folder/],
    ["fewer trials than columns", ["noise.csv", "--trials", "5"], /^caucus: --trials 5: the file alone has 30 trials/],
    ["an odd number of blocks", ["noise.csv", "--blocks", "7"], /write an even number from 2 to 20/],
    ["a metric that there is not", ["noise.csv", "--metric", "luck"], /Allowed choices are sharpe, mean/],
    ["periods that are none", ["noise.csv", "--periods", "0"], /write a number over 0/],
    ["trials that are none", ["noise.csv", "--trials", "1.5"], /write a whole number from 1/],
    ["no file", [], /missing required argument/],
  ])("ends with 2 and a sentence for %s", async (_name, args, message) => {
    const { code, out, err } = await stats(...args, "--json");
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(message);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { backtestOutputSchema } from "../../src/app/result.ts";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { caucus, type Ran } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-data-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Ran> => caucus(args, { cwd: folder, env: { CAUCUS_DATA: "store" } });
const at = (minute: number): number => Date.UTC(2024, 0, 1) + minute * 60_000;
const manifest = z.looseObject({ symbol: z.string(), timeframe: z.string(), candles: z.number(), hash: z.string() });

describe("caucus data", () => {
  it("goes the whole way: export, import, list, check, backtest from the store, with one hash", async () => {
    const exported = await run("data", "export", "--candles", "synthetic:range?days=12", "--symbol", "BTC/USDT", "--out", "range.csv", "--json");
    expect(exported.code).toBe(0);
    const { hash } = manifest.pick({ hash: true }).parse(JSON.parse(exported.out));
    const imported = await run("data", "import", "range.csv", "--symbol", "BTC/USDT", "--exchange", "made", "--json");
    expect(imported.code).toBe(0);
    expect(manifest.parse(JSON.parse(imported.out))).toMatchObject({ symbol: "BTC/USDT", timeframe: "1m", candles: 17_280, hash });
    const listed = await run("data", "list");
    expect(listed.out).toContain("made      BTC/USDT  1m    17,280");
    expect((await run("data", "check")).out).toContain("sound: may be traded on");
    const traded = await run("backtest", "--candles", "store:made", "--json");
    expect(backtestOutputSchema.parse(JSON.parse(traded.out)).data).toMatchObject({ hash, candles: 17_280, synthetic: false });
  });

  it("makes longer candles from whole ones", async () => {
    await run("data", "export", "--candles", "synthetic:range?days=2", "--symbol", "BTC/USDT", "--timeframe", "4h", "--out", "long.csv");
    const lines = (await readFile(join(folder, "long.csv"), "utf8")).trim().split("\n");
    expect(lines.length).toBe(1 + 12);
  });

  it("writes what a synthetic market planted, and knows no truth of another", async () => {
    const done = await run("data", "export", "--candles", "synthetic:range?days=20", "--symbol", "BTC/USDT", "--out", "t.csv", "--truth", "truth.json");
    expect(done.code).toBe(0);
    const truth = z.object({ levels: z.array(z.object({ kind: z.string(), price: z.number(), from: z.number(), to: z.number() })).min(4), regimes: z.array(z.unknown()).min(2), jumps: z.array(z.unknown()) });
    truth.parse(JSON.parse(await readFile(join(folder, "truth.json"), "utf8")));
    expect((await run("data", "export", "--candles", "t.csv", "--symbol", "BTC/USDT", "--out", "u.csv", "--truth", "u.json")).err).toMatch(/--truth: only a synthetic market knows its truth/);
  });

  it("joins parts by time, and stops at a candle on which they disagree", async () => {
    const row = (minute: number, close: number): string => `${at(minute)},10,12,9,${close},5\n`;
    await writeFile(join(folder, "a.csv"), row(1, 11) + row(2, 11) + row(3, 11));
    await writeFile(join(folder, "b.csv"), row(3, 11) + row(4, 11));
    await writeFile(join(folder, "c.csv"), row(4, 10) + row(5, 11));
    const joined = await run("data", "import", "a.csv", "b.csv", "--symbol", "X/USD", "--json");
    expect(manifest.parse(JSON.parse(joined.out)).candles).toBe(4);
    const refused = await run("data", "import", "c.csv", "--symbol", "X/USD");
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/1 candles are there with other numbers already, the first at 2024-01-01T00:04:00\.000Z\. Nothing was stored/);
    expect(manifest.parse((JSON.parse((await run("data", "list", "--json")).out) as { candles: unknown[] }).candles.find((one) => manifest.parse(one).symbol === "X/USD")).candles).toBe(4);
  });

  it("reports what is wrong with a file and changes nothing", async () => {
    const row = (minute: number, high = 12): string => `${at(minute)},10,${high},9,11,5\n`;
    await writeFile(join(folder, "odd.csv"), row(1) + row(2) + row(2) + row(5) + row(4) + row(6, 10) + row(7) + row(8));
    const before = await readdir(folder);
    const { code, out, err } = await run("data", "check", "odd.csv", "--json");
    expect(code).toBe(1);
    expect(err).toBe("caucus: 1 of 1 must not be traded on: odd.csv\n");
    await expectOfSchema("data check", out);
    expect(JSON.parse(out)).toMatchObject({
      checked: [
        {
          candles: 8,
          duplicates: { count: 1, first: [{ place: "odd.csv:3" }] },
          outOfOrder: { count: 1, first: [{ place: "odd.csv:5" }] },
          impossible: { count: 1, first: [{ place: "odd.csv:6" }] },
          sound: false,
        },
      ],
    });
    expect(await readdir(folder)).toEqual(before);
  });

  it("says when the last candle has not closed", async () => {
    const minute = Math.floor(Date.now() / 60_000);
    await writeFile(join(folder, "now.csv"), [minute - 1, minute + 5].map((one) => `${one * 60_000},10,12,9,11,5\n`).join(""));
    const { code, out } = await run("data", "check", "now.csv", "--timeframe", "1m");
    expect(code).toBe(1);
    expect(out).toContain("the last candle had not closed");
  });
});

describe("the command line", () => {
  it.each([["--help"], ["backtest", "--help"], ["data", "--help"], ["data", "download", "--help"], ["data", "import", "--help"], ["agents", "--help"], ["schema", "--help"]])(
    "explains itself: %s %s %s",
    async (...args) => {
      const { code, out, err } = await run(...args);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/^Usage: caucus/);
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    },
  );

  it("lists every agent and strategy with its parameters", async () => {
    const listed = z.looseObject({ agents: z.array(z.looseObject({ name: z.string(), parameters: z.array(z.looseObject({ path: z.string(), description: z.string().min(5) })) })) });
    const { agents: shown } = listed.parse(JSON.parse((await run("agents", "--json")).out));
    expect(shown.map(({ name }) => name)).toEqual(agents.map(({ name }) => name));
    const { out } = await run("strategies");
    for (const { name } of strategies) expect(out).toContain(`\n  strategies.${name}.`);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("prints the JSON Schema of a result", async () => {
    const { code, out } = await run("schema");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ type: "object", required: expect.arrayContaining(["definition", "data", "result"]) as unknown });
  });

  it.each([
    ["an unknown command", ["bakctest"], /unknown command 'bakctest'\n\(Did you mean backtest\?\)/],
    ["a missing flag", ["data", "import", "x.csv"], /required option '--symbol <symbol>' not specified/],
    ["a flag that is none", ["data", "download", "--exchange", "binance", "--symbol", "BTCUSDT", "--from", "2024-01-01"], /write a symbol such as BTC\/USDT/],
    ["an exchange that is none", ["data", "download", "--exchange", "binanec", "--symbol", "BTC/USDT", "--from", "2024-01-01"], /did you mean "binance"/],
    ["no command", [], /Usage: caucus/],
  ])("answers %s with exit code 2 and no stack", async (_, args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

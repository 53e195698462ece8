import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtestOutputSchema } from "../../src/app/result.ts";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-cli-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const QUICK = ["--candles", "synthetic:mix?days=20"];

describe("caucus backtest", () => {
  it("runs the default definition, says first that the market is synthetic, and writes the report it names", async () => {
    const { code, out, err } = await caucus(["backtest", ...QUICK], { cwd: folder });
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toMatch(/^SYNTHETIC MARKET/);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const path = /^Report: (reports\/default-[0-9a-f]{8}\.html)$/m.exec(out)?.[1];
    expect(path).toBeDefined();
    expect(await readFile(join(folder, path!), "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it("prints one JSON object that its schema accepts, the same byte for byte in every run", async () => {
    const args = ["backtest", ...QUICK, "--json", "--with", "fills,votes,decisions,equity,roundTrips,ladders"];
    const [first, second] = await Promise.all([caucus(args), caucus(args)]);
    expect(first.code).toBe(0);
    expect(first.out).toBe(second.out);
    await expectOfSchema("backtest", first.out);
    const output = backtestOutputSchema.parse(JSON.parse(first.out));
    expect(output.data).toMatchObject({ candles: 28_800, synthetic: true, from: "2024-01-01T00:00:00.000Z", to: "2024-01-21T00:00:00.000Z" });
    expect(output.fills?.length).toBe(output.result.fills);
    expect(output.votes?.length).toBe(output.result.votes);
    expect(output.decisions?.length).toBe(output.result.decisions);
    expect(output.result.fills).toBeGreaterThan(20);
  });

  it("runs another market for another seed, and the same candles for the same one", async () => {
    const hash = async (seed: string): Promise<string> => backtestOutputSchema.parse(JSON.parse((await caucus(["backtest", ...QUICK, "--json", "--seed", seed])).out)).data.hash;
    const [one, again, two] = [await hash("1"), await hash("1"), await hash("2")];
    expect(one).toBe(again);
    expect(one).not.toBe(two);
  });

  it("leaves the lists out of the JSON unless they are asked for, and writes no report beside JSON", async () => {
    const empty = await mkdtemp(join(tmpdir(), "caucus-empty-"));
    const { out } = await caucus(["backtest", ...QUICK, "--json"], { cwd: empty });
    expect(Object.keys(JSON.parse(out) as object)).toEqual(["version", "definition", "data", "result", "council", "warnings"]);
    expect(await readdir(empty)).toEqual([]);
  });

  it("shares one account between two symbols", async () => {
    const { out } = await caucus(["backtest", "two-symbols", "--candles", "synthetic:mix?days=15", "--json"]);
    const { result, data } = backtestOutputSchema.parse(JSON.parse(out));
    expect(data.symbols.map(({ symbol }) => symbol)).toEqual(["BTC/USDT", "ETH/USDT"]);
    expect(new Set(data.symbols.map(({ hash }) => hash)).size).toBe(2);
    expect(result.startEquity).toBe(20_000);
    expect(new Set(result.strategies.filter(({ fills }) => fills > 0).map(({ symbol }) => symbol)).size).toBe(2);
  });

  it("trades only from --from to --to", async () => {
    const { out } = await caucus(["backtest", ...QUICK, "--from", "2024-01-12", "--to", "2024-01-15", "--json", "--with", "fills,decisions"]);
    const { fills = [], decisions = [] } = backtestOutputSchema.parse(JSON.parse(out));
    const times = [...fills, ...decisions].map(({ time }) => time);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.UTC(2024, 0, 12));
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.UTC(2024, 0, 15));
    expect(decisions.length).toBe(72);
    // The agents were warm when trading began: the first decision is no abstention.
    expect(decisions[0]?.reason).not.toMatch(/quorum/);
  });

  it("stops at Ctrl-C with one line and leaves nothing behind", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "caucus-stop-"));
    const { code, out, err } = await caucus(["backtest", "--candles", "synthetic:mix?days=400", "--bounds"], {
      cwd,
      onProgress: (child) => void child.kill("SIGINT"),
    });
    expect({ code, out, err }).toEqual({ code: 130, out: "", err: "caucus: stopped. Nothing was written.\n" });
    expect(await readdir(cwd)).toEqual([]);
  });
});

describe("caucus backtest answers a mistake with one clear error and exit code 2", () => {
  const file = (name: string): string => join(folder, name);
  const JAN = Date.UTC(2024, 0, 1);
  const rows = (...lines: string[]): string => `time,open,high,low,close,volume\n${lines.join("\n")}\n`;
  const good = (minute: number): string => `${JAN + minute * 60_000},10,12,9,11,100`;

  it.each<[string, () => Promise<readonly string[]>, RegExp]>([
    ["a torn CSV", () => candles("torn.csv", rows(good(0), good(1), "170").trimEnd()), /torn\.csv:4: 1 of 6 fields/],
    ["NaN", () => candles("nan.csv", rows(good(0), `${JAN + 60_000},10,NaN,9,11,1`)), /nan\.csv:3: high is "NaN"/],
    ["a negative price", () => candles("minus.csv", rows(good(0), `${JAN + 60_000},10,12,-9,11,1`)), /minus\.csv:3: low is "-9"/],
    ["rows out of order", () => candles("order.csv", rows(good(0), good(2), good(1), good(3))), /order\.csv:4: the candle of 2024-01-01T00:01:00\.000Z is earlier/],
    ["rows twice", () => candles("twice.csv", rows(good(0), good(1), good(1), good(2))), /twice\.csv:4: the candle of .* is there twice/],
    ["a missing file", () => Promise.resolve(["--candles", file("none.csv")]), /none\.csv: there is no such file/],
    ["a file of a gigabyte", huge, /big\.csv: 1\.0 GB; at most 0\.5 GB/],
    ["an unknown agent", () => Promise.resolve(["--agents", "regim"]), /--agents regim: there is no such agent; did you mean "regime"/],
    ["an unknown key", () => Promise.resolve(["--set", "strategies.grid.levls=3"]), /unknown key; did you mean "levels"/],
    ["a grid upside down", () => Promise.resolve(["--set", "strategies.grid.lower=5", "--set", "strategies.grid.upper=4"]), /--set strategies\.grid\.lower=5: must be below upper \(4\), got 5/],
    ["too little capital", () => Promise.resolve(["--capital", "4"]), /capital: 4 USDT is too small for one order of BTC\/USDT: the smallest is worth 5 USDT/],
    ["too much capital", () => Promise.resolve(["--capital", "1e12"]), /capital: at most \d+ can be counted exactly/],
    ["an unknown definition", () => Promise.resolve(["grid-onyl"]), /There is no definition "grid-onyl"; did you mean "grid-only"/],
    ["an unknown market", () => Promise.resolve(["--candles", "synthetic:rnge"]), /there is no synthetic market "rnge"; did you mean "range"/],
    ["an unknown option of a market", () => Promise.resolve(["--candles", "synthetic:mix?dys=3"]), /unknown option "dys"; did you mean "days"/],
    ["an empty store", () => Promise.resolve(["--candles", "store:binance", "--data-dir", file("nothing")]), /no candles of BTC\/USDT are stored; the store in .* is empty/],
    ["a span without candles", () => Promise.resolve(["--from", "2031-01-01"]), /fewer than two candles of BTC\/USDT lie between them/],
    ["an unknown list", () => Promise.resolve(["--json", "--with", "fils"]), /there is no such list; did you mean "fills"/],
    ["an unknown flag", () => Promise.resolve(["--limits", "3"]), /unknown option '--limits'/],
    ["a report that cannot be written", () => Promise.resolve([...QUICK, "--report", folder]), /Cannot write the report .* it is a folder/],
  ])("%s", async (_, make, message) => {
    const args = await make();
    const before = await readdir(folder);
    const { code, out, err } = await caucus(["backtest", ...args], { cwd: folder });
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(await readdir(folder)).toEqual(before);
  });

  async function candles(name: string, text: string): Promise<readonly string[]> {
    await writeFile(file(name), text);
    return ["--candles", file(name)];
  }

  /** A gigabyte that takes no room on the disk. */
  async function huge(): Promise<readonly string[]> {
    await writeFile(file("big.csv"), "");
    await truncate(file("big.csv"), 2 ** 30);
    return ["--candles", file("big.csv")];
  }
});

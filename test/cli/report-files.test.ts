import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caucus } from "./caucus.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-files-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const QUICK = ["--candles", "synthetic:mix?days=20&timeframe=15m"];
const SEARCH = [...QUICK, "--trials", "8", "--folds", "2"];

describe("files beside the output", () => {
  it("are four lists with --export, named on stdout, in the format that is asked for", async () => {
    const { code, out, err } = await caucus(["backtest", ...QUICK, "--no-report", "--export", "out", "--format", "parquet"], { cwd: folder });
    expect([code, err]).toEqual([0, ""]);
    expect([...out.matchAll(/^Export: (.*)$/gm)].map(([, path]) => path)).toEqual(["fills", "roundTrips", "equity", "votes"].map((name) => join("out", `${name}.parquet`)));
    expect((await readdir(join(folder, "out"))).length).toBe(4);
  });

  it("are exported beside --json without a word on stdout about them", async () => {
    const { out } = await caucus(["backtest", ...QUICK, "--json", "--with", "fills", "--export", "csv"], { cwd: folder });
    const { fills } = JSON.parse(out) as { fills: unknown[] };
    expect((await readFile(join(folder, "csv", "fills.csv"), "utf8")).split("\n").length).toBe(fills.length + 2);
  });

  it("cannot be asked for by half: --format without --export, or a format that there is not", async () => {
    const alone = await caucus(["backtest", ...QUICK, "--format", "csv"], { cwd: folder });
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining("give --export <folder> too")]);
    const wrong = await caucus(["backtest", ...QUICK, "--export", "x", "--format", "xlsx"], { cwd: folder });
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("csv, parquet")]);
  });

  it("are the page of a search by default, at --report, and not at all with --no-report", async () => {
    const usual = await caucus(["optimize", "grid-search", ...SEARCH], { cwd: folder });
    const path = /^Report: (reports\/search-grid-search-[0-9a-f]{8}\.html)$/m.exec(usual.out)?.[1];
    expect(await readFile(join(folder, path!), "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    await caucus(["optimize", "grid-search", ...SEARCH, "--json", "--report", "own.html"], { cwd: folder });
    expect(await readFile(join(folder, "own.html"), "utf8")).toBe(await readFile(join(folder, path!), "utf8"));
    const none = await caucus(["optimize", "grid-search", ...SEARCH, "--no-report"], { cwd: folder });
    expect([none.code, none.out.includes("Report:")]).toEqual([0, false]);
  }, 60_000);

  it("are the page of a comparison at --report", async () => {
    const { code, out } = await caucus(["compare", "grid-only", "--set-b", "strategies.grid.levels=30", ...QUICK, "--report", "pair.html"], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain("Report: pair.html");
    expect(await readFile(join(folder, "pair.html"), "utf8")).toContain("<code>strategies.grid.levels</code>");
  });
});

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { endAll, launch, sandbox, scratch, until } from "../../cli/bot-on-sandbox.ts";

afterEach(endAll);

describe("caucus run --mode paper", () => {
  it("trades on the candles of an exchange without keys and without an order there, and goes on after it was stopped", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd, "--speed", "600", "--history", "7");
    // Levels fifty apart, so that something fills within minutes of the market.
    await writeFile(
      join(cwd, "bot.yaml"),
      `name: bot\nsymbols: BTC/USDT\ncapital: 1000\nagents: none\nstrategies: {grid: {lower: 44000, upper: 47500, levels: 71}}\ntrade: {mode: paper, url: "${exchange.url}"}\n`,
    );
    const run = () => launch(["run", "bot.yaml", "--state", "state", "--log", "text"], cwd);
    const fills = (out: string): number => [...out.matchAll(/^\d.*fill /gm)].length;
    const first = run();
    await until("a fill", () => {
      if (first.child.exitCode !== null) throw new Error(`the bot ended: ${first.out()}${first.err()}`);
      return fills(first.out()) > 0;
    });
    expect(first.out().replaceAll(/\s+/g, " ")).toMatch(/^PAPER on the candles of binance at http:\/\/127\.0\.0\.1:\d+: orders are filled by the simulator, no real money\. It may spend 1000 USDT of a pretended account on BTC\/USDT\. /);
    first.child.kill("SIGTERM");
    expect(await first.ended).toEqual({ code: 0, signal: null });
    const again = run();
    await until("it goes on", () => {
      if (again.child.exitCode !== null) throw new Error(`the bot ended: ${again.out()}${again.err()}`);
      return again.out().includes("Goes on with the run in state.");
    });
    // Killed without warning this time.
    again.child.kill("SIGKILL");
    await again.ended;
    const third = run();
    await until("it goes on trading", () => {
      if (third.child.exitCode !== null) throw new Error(`the bot ended: ${third.out()}${third.err()}`);
      return fills(third.out()) > 0;
    });
    third.child.kill("SIGTERM");
    expect(await third.ended).toEqual({ code: 0, signal: null });
    expect(third.out()).not.toContain("unexplained balances");
    const state = await exchange.state();
    expect(state.accounts[0]!.openOrders).toEqual([]);
    expect(readFileSync(join(cwd, "state", "paper.jsonl"), "utf8")).toContain('"do":"walk"');
  }, 120_000);
});

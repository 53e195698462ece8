import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endAll, KEYS, launch, type Running, sandbox, scratch, until } from "../cli/bot-on-sandbox.ts";
import { caucus } from "../cli/caucus.ts";

vi.setConfig({ testTimeout: 300_000 });
afterEach(endAll);

const SOURCES = ["fear-greed", "headlines", "funding", "open-interest", "long-short", "order-flow", "cryptopanic", "token-metrics"] as const;
/** A port that nobody listens on, and that no client may open. */
const NOBODY = "http://127.0.0.1:9";

const yaml = (url: string): string => `
name: bot
symbols: BTC/USDT
capital: 1000
timeframe: { fill: 1m, decision: 1m }
coordinator: { enter: 0.9, leave: 0, dwell: 0 }
agents: [momentum, order-flow, regime, risk-profile, sentiment, support-resistance, analyst]
sources:
  fear-greed: { url: "${NOBODY}/" }
  headlines: { feeds: ["${NOBODY}/rss"], judge: model }
  funding: { url: "${NOBODY}" }
  open-interest: { url: "${NOBODY}" }
  long-short: { url: "${NOBODY}" }
  order-flow: { url: "${NOBODY}" }
  cryptopanic: { url: "${NOBODY}" }
  token-metrics: { url: "${NOBODY}" }
languageModel: { model: "openai:nobody", url: "${NOBODY}/v1", retries: 0, timeoutSeconds: 2 }
strategies: { grid: { lower: 40700, upper: 42300, levels: 12 } }
trade: { mode: live, exchange: binance, url: "${url}" }
`;

/** The log on one line: a terminal breaks it where its width ends. */
const told = (bot: Running): string => bot.out().replaceAll(/\s+/g, " ");

describe("everything outside fails", () => {
  it("every agent is on, no source and no model answers: the bot trades on candles alone, and says so once each", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd, "--candles", "synthetic:range?days=5", "--history", "3", "--speed", "600");
    await writeFile(join(cwd, "bot.yaml"), yaml(exchange.url));
    const bot = launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text"], cwd, KEYS);
    await until("it has traded, and has asked the analyst", () => {
      if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.out()}${bot.err()}`);
      return /^\d.* fill /m.test(bot.out()) && /analyst abstains/.test(told(bot));
    }, 60_000);

    const status = await caucus(["status", "bot.yaml", "--state", "state", "--json"], { cwd });
    const report = JSON.parse(status.out) as { troubles: string[]; outside: { sources: { source: string; good: boolean; why: string }[]; model: { calls: number; notes: string[] } } };
    expect(report.troubles).toEqual([]);
    expect(report.outside.sources.map(({ source }) => source)).toEqual(expect.arrayContaining([...SOURCES]));
    for (const { good, why } of report.outside.sources) {
      expect(good).toBe(false);
      expect(why).not.toBe("");
    }
    expect(report.outside.model.notes.join(" ")).toMatch(/The analyst abstains, and the bot trades on/);
    const text = await caucus(["status", "bot.yaml", "--state", "state"], { cwd });
    expect(text.out).toMatch(/Sources +0 of 8 answer/);
    expect(text.out).toMatch(/Model today +openai:nobody, \d+ calls/);

    bot.child.kill("SIGINT");
    const { code } = await bot.ended;
    expect(code).toBe(0);
    for (const source of SOURCES) {
      const count = told(bot).split(new RegExp(`(?:The source )?${source} is (?:silent|not read), and the bot trades without it:`)).length - 1;
      expect(count, source).toBe(1);
    }
    expect(told(bot).split("The analyst abstains, and the bot trades on:")).toHaveLength(2);
  });
});

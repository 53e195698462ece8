import { afterEach, describe, expect, it } from "vitest";
import { AlertStore } from "../../src/adapters/telegram/alerts/alert-store.ts";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { openStore } from "../../src/adapters/telegram/store.ts";
import type { LevelRow, Operator } from "../../src/ports/operator.ts";
import { seen } from "../adapters/telegram/telegram-html.ts";
import { endAll, market } from "./alert-bench.ts";
import { ANN, scratchFolder } from "./door.ts";

afterEach(endAll);

describe("/watch", () => {
  it("shows the bot's symbols with price, levels and alerts, and those alone that were chosen", async () => {
    const { operator: real } = await market([100]);
    const levels: LevelRow[] = [97, 99, 102, 104].map((price) => ({ kind: price > 100 ? "resistance" : "support", price, distance: null, strength: 0.5, touches: 2 }));
    const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT"];
    const operator: Operator = {
      ...real, symbols, levels: () => levels,
      extremes: (_symbol, since) => real.extremes("BTC/USDT", since),
      bars: (_symbol, count) => real.bars("BTC/USDT", count),
      signals: () => [{ symbol: "ETH/USDT", stance: "accumulate", conviction: 0.4, exposure: 1, price: 100, dayChange: 0.02, time: 0 }],
    };
    const alerts = new AlertStore(openStore(`${scratchFolder()}/telegram.sqlite`)).desk(ANN.id, ANN.id);
    const run = async (argument: string): Promise<string> => {
      const { html } = await commands.find(({ name }) => name === "watch")!.run({ operator, argument, alerts, user: { ...ANN, name: "Ann", role: "viewer" }, now: 0, timeZone: "UTC" });
      return seen(html);
    };
    alerts.add({ type: "price", symbol: "ETH/USDT", above: 120, below: null, moved: null }, 0, null);
    const all = await run("");
    expect(all).toContain("👀 Watched all of the bot's symbols");
    expect(symbols.every((symbol) => all.includes(symbol))).toBe(true);
    const eth = await run("eth");
    expect(eth).toMatch(/^You watch ETH\/USDT\.\n👀 Watched 1 of the bot's 3\n\nETH\/USDT (99|100)\.\d\d USDT, \+[12]\.\d\d % in a day, accumulate\nR 102\.00 +\+[12]\.\d % 50 %\nS +99\.00 +-[01]\.\d % 50 %\n🔔 1\. above 120\.00 USDT\n/);
    expect(await run("sol")).toContain("2 of the bot's 3");
    expect(await run("doge")).toBe('"doge" is not traded here. Symbols: BTC/USDT, ETH/USDT, SOL/USDT. Only the bot\'s own symbols can be watched, for example: /watch btc. Nothing was changed.');
    expect(alerts.watched()).toEqual(["ETH/USDT", "SOL/USDT"]);
    expect(await run("off eth")).not.toContain("ETH/USDT 1");
    expect(await run("off sol")).toContain("all of the bot's symbols again");
    expect(await run("off btc")).toContain("2 of the bot's 3");
    expect(await run("off")).toContain("/watch off btc");
    expect(await run("all")).toContain("You watch all symbols of the bot.");
    expect(alerts.watched()).toBe(null);
  });
});

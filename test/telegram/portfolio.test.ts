import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { portfolioWith, type WholePortfolio } from "../../src/adapters/telegram/commands/portfolio.ts";
import { holdingsSvg } from "../../src/adapters/telegram/pictures/holdings.ts";
import { png } from "../../src/adapters/telegram/pictures/png.ts";
import type { PortfolioView } from "../../src/core/holdings/view.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, closeAll, openDoor, type RunningBot, runningBot, VIC } from "./door.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
afterAll(() => bot.end());
afterEach(closeAll);

const START = Date.UTC(2026, 0, 1);
const asset = (name: string, value: number, total: number): PortfolioView["assets"][number] => ({
  asset: name, quantity: "1", price: String(value), value: String(value), weight: value / total, cost: null, averageCost: null, unrealised: null, realised: "0", uncovered: "1", gaps: [],
});

/** A portfolio with everything that can be in one. */
function viewOf(changes: Partial<PortfolioView> = {}): PortfolioView {
  return {
    name: "mine", time: START + 36 * 3_600_000, currency: "USDT", total: "10000", complete: true,
    places: [
      { label: "main", kind: "exchange", place: "binance", state: "read", readAt: START, problems: [], openOrders: 2, value: "9000" },
      { label: "vault", kind: "address", place: "chain 1", state: "read", readAt: START, problems: [], openOrders: 0, value: "1000" },
    ],
    holdings: [], unvalued: [], assets: [asset("BTC", 7_000, 10_000), asset("ETH", 3_000, 10_000)], closed: [], openOrders: [],
    profit: { realised: "12.5", unrealised: "-40", cost: "5000" },
    returns: { since: START, to: START + 36 * 3_600_000, snapshots: 3, firstValue: 9_000, lastValue: 10_000, netFlows: 500, gain: 500, timeWeighted: 0.0512, moneyWeighted: { ok: true, yearly: null, total: 0.05 } },
    unexplained: [],
    history: [0, 12, 36].map((hour, i) => ({ time: START + hour * 3_600_000, total: String(9_000 + 500 * i), index: 1, complete: true })),
    notes: [],
    ...changes,
  };
}

async function open(whole: WholePortfolio) {
  const everything = portfolioWith(whole);
  const doorway = await openDoor(bot.operator, commands.map((command) => (command.name === "portfolio" ? everything : command)), { secrets: ["account-secret"] });
  return doorway;
}

describe("/portfolio of a definition with a portfolio", () => {
  it("shows what the bot holds at once, and then everything, with its picture", async () => {
    let letGo = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (letGo = resolve));
    const { api } = await open(async () => {
      await waiting;
      return viewOf();
    });
    api.write(VIC, "/portfolio");
    await until("the bot's part is there", () => api.chat(VIC).length > 0);
    expect(api.chat(VIC)[0]!.text).toMatch(/Portfolio[\s\S]*Equity[\s\S]*Reading everything that you own/);
    letGo();
    await until("everything is there", () => api.chat(VIC).length > 1);
    const sent = api.chat(VIC)[1]!;
    expect(sent.text).toMatch(/Everything you own 2026-01-02 12:00/);
    expect(sent.text).toMatch(/Total +10,000\.00 USDT\nBTC +70\.0 %\nETH +30\.0 %/);
    expect(sent.text).toMatch(/Open profit +-40\.00 USDT\nRealised +\+12\.50 USDT\nTime-weighted +\+5\.12 %\nMoney-weighted +\+5\.00 %/);
    await until("the first message has come to its end", () => !api.chat(VIC)[0]!.text.includes("Reading everything"));
    expect(api.chat(VIC)[0]!.text).toMatch(/Equity/);
  });

  it("names the places that did not answer and what has no price", async () => {
    const { api } = await open(() => Promise.resolve(viewOf({
      complete: false,
      places: [
        { label: "main", kind: "exchange", place: "binance", state: "last-known", readAt: START, problems: ["balances: binance did not answer <3> times"], openOrders: 0, value: "9000" },
        { label: "old", kind: "exchange", place: "kraken", state: "failed", readAt: null, problems: ["there are no keys"], openOrders: 0, value: "0" },
      ],
      unvalued: [{ source: "by-hand", asset: "SCAM", quantity: "5", free: null, used: null }],
      unexplained: [{ from: 0, to: 1, asset: "BTC", quantity: "1", value: "7000", why: "quantity" }],
    })));
    api.write(VIC, "/portfolio all");
    await until("everything is there", () => api.chat(VIC).length > 1);
    const { text } = api.chat(VIC)[1]!;
    expect(text).toContain("not complete");
    expect(text).toMatch(/main: as it was 1 d(ay)? 12 h(ours)? ago\. balances: binance did not answer <3> times/);
    expect(text).toContain("old: not read, not in the total. there are no keys");
    expect(text).toContain("Without a price, not in the total: SCAM");
    expect(text).toContain("1 change neither traded nor paid in: no profit.");
  });

  it("says what went wrong, without secrets, and goes on answering", async () => {
    const { api } = await open(() => Promise.reject(new Error("account-secret was refused")));
    api.write(ANN, "/portfolio all");
    await until("the failure is told", () => api.chat(ANN).some(({ text }) => text.includes("That did not work: [redacted] was refused")));
    api.write(ANN, "/portfolio 1");
    await until("the bot's part is there", () => api.chat(ANN).some(({ text, buttons }) => /Equity/.test(text) && buttons.flat().some((one) => one.text === "Everything I own")));
  });

  it("stays within what Telegram takes, however much is owned and however long names are", async () => {
    const many = Array.from({ length: 60 }, (_, i) => asset(`${"LONG".repeat(9)}${i}`, 100, 6_000));
    const places = Array.from({ length: 40 }, (_, i) => ({ label: `place-${i}`, kind: "exchange" as const, place: "x", state: "failed" as const, readAt: null, problems: ["<&>".repeat(200)], openOrders: 0, value: "0" }));
    const { api } = await open(() => Promise.resolve(viewOf({ assets: many, places, complete: false })));
    api.write(VIC, "/portfolio all");
    await until("everything is there", () => api.chat(VIC).length > 1);
    expect(api.chat(VIC)[1]!.text.length).toBeLessThanOrEqual(1_024);
  });
});

describe("the picture of the portfolio", () => {
  it.each<[string, Partial<PortfolioView>]>([
    ["everything", {}],
    ["nothing held and no history", { assets: [], history: [], returns: null, total: "0" }],
    ["one snapshot", { history: [{ time: START, total: "1", index: 1, complete: true }], returns: null }],
    ["a value that never changes", { history: [0, 1].map((i) => ({ time: START + i, total: "5", index: 1, complete: true })) }],
    ["names that are markup", { name: '<script>"&', currency: "<b>", assets: [asset("</text>", 1, 1)] }],
    ["huge and tiny numbers", { total: "123456789012345678901234", assets: [asset("A", 1e23, 1e23), asset("B", 1e-9, 1e23)], history: [0, 1].map((i) => ({ time: START + i * 1_000, total: String(1e23 * (i + 1)), index: 1, complete: true })) }],
  ])("can be drawn of %s", async (_name, changes) => {
    const svg = holdingsSvg(viewOf(changes), "Europe/Berlin");
    expect(svg).not.toMatch(/NaN|Infinity|undefined|<script>/);
    const bytes = await png(svg);
    expect([...bytes.slice(1, 4)]).toEqual([...Buffer.from("PNG")]);
    expect(bytes.length).toBeGreaterThan(5_000);
  });
});

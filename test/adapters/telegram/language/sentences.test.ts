import { describe, expect, it } from "vitest";
import type { Intent, Setting } from "../../../../src/adapters/telegram/language/intent.ts";
import { readByRules } from "../../../../src/adapters/telegram/language/rules.ts";

/** Saturday, 21 November 2026, half past midnight in Berlin, and still Friday in UTC. */
const NOW = Date.UTC(2026, 10, 20, 23, 30);
const SETTING: Setting = { symbols: ["BTC/USDT", "ETH/USDT", "LINK/USDT"], quote: "USDT", now: NOW, timeZone: "Europe/Berlin" };
const [BTC, ETH] = ["BTC/USDT", "ETH/USDT"];

const quote = (value: number) => ({ in: "quote", value }) as const;
const base = (value: number) => ({ in: "base", value }) as const;
const percent = (value: number) => ({ in: "percent", value }) as const;
const all = { in: "all" } as const;
const trade = (side: "buy" | "sell", symbol: string | null, amount: Extract<Intent, { kind: "trade" }>["amount"], more: object = {}): Intent => ({ kind: "trade", side, symbol, amount, ...more });
const show = (what: Extract<Intent, { kind: "show" }>["what"], symbol: string | null = null): Intent => ({ kind: "show", what, symbol });
const profit = (from: string | null, to: string | null = null, symbol: string | null = null): Intent => ({ kind: "profit", symbol, from, to });
const deed = (one: Extract<Intent, { kind: "deed" }>["deed"]): Intent => ({ kind: "deed", deed: one });
const risk = (to: Extract<Intent, { kind: "risk" }>["to"]): Intent => ({ kind: "risk", to });
const alert = (watch: Extract<Intent, { kind: "alert" }>["watch"]): Intent => ({ kind: "alert", watch });
const why = (symbol: string | null = null): Intent => ({ kind: "why", symbol });

const SENTENCES: readonly (readonly [string, Intent])[] = [
  ["buy 50 dollars of eth if it drops 3 percent", trade("buy", ETH, quote(50), { when: { is: "drop", percent: 3 } })],
  ["Please buy $50 of ETH", trade("buy", ETH, quote(50))],
  ["buy eth for 50 usdt", trade("buy", ETH, quote(50))],
  ["buy eth 50", trade("buy", ETH, quote(50))],
  ["can you buy 50 bucks worth of ethereum, please?", trade("buy", ETH, quote(50))],
  ["buy 1,500 dollars of bitcoin", trade("buy", BTC, quote(1_500))],
  ["buy 1.5k of btc", trade("buy", BTC, quote(1_500))],
  ["buy 1'500 USDT of btc", trade("buy", BTC, quote(1_500))],
  ["invest two hundred dollars in bitcoin", trade("buy", BTC, quote(200))],
  ["put twenty dollars into eth", trade("buy", ETH, quote(20))],
  ["buy fifty dollars of eth", trade("buy", ETH, quote(50))],
  ["buy 0,5 eth", trade("buy", ETH, base(0.5))],
  ["buy 0.1 eth", trade("buy", ETH, base(0.1))],
  ["buy one bitcoin", trade("buy", BTC, base(1))],
  ["buy 0.01btc", trade("buy", BTC, base(0.01))],
  ["buy 50usdt of eth", trade("buy", ETH, quote(50))],
  ["buy 50 of eth at 2400", trade("buy", ETH, quote(50), { limit: 2_400 })],
  ["buy 50 dollars of eth with a limit of 2,400", trade("buy", ETH, quote(50), { limit: 2_400 })],
  ["buy 50 dollars of eth at the market price", trade("buy", ETH, quote(50))],
  ["buy 100 dollars of btc when the price falls below 60k", trade("buy", BTC, quote(100), { when: { is: "below", price: 60_000 } })],
  ["if btc drops to 60,000 buy 100 dollars of it", trade("buy", BTC, quote(100), { when: { is: "below", price: 60_000 } })],
  ["when eth is below 2000 then buy 0.2 eth", trade("buy", ETH, base(0.2), { when: { is: "below", price: 2_000 } })],
  ["buy 20 dollars of link on a 5% dip", trade("buy", "LINK/USDT", quote(20), { when: { is: "drop", percent: 5 } })],
  ["buy 50 usd of eth if it hits 2000", trade("buy", ETH, quote(50), { when: { is: "reaches", price: 2_000 } })],
  ["buy some eth", trade("buy", ETH, null)],
  ["buy 50 dollars", trade("buy", null, quote(50))],
  ["sell half of my btc", trade("sell", BTC, percent(50))],
  ["sell 25% of my bitcoin", trade("sell", BTC, percent(25))],
  ["sell a quarter of the eth", trade("sell", ETH, percent(25))],
  ["sell three quarters of my btc", trade("sell", BTC, percent(75))],
  ["sell two thirds of my eth", trade("sell", ETH, percent(66.67))],
  ["sell all my eth", trade("sell", ETH, all)],
  ["sell my whole btc position", trade("sell", BTC, all)],
  ["get rid of my eth", trade("sell", ETH, all)],
  ["sell my btc", trade("sell", BTC, null)],
  ["sell 500 dollars of btc once it climbs above 70000", trade("sell", BTC, quote(500), { when: { is: "above", price: 70_000 } })],
  ["sell half of my eth if it rises by ten percent", trade("sell", ETH, percent(50), { when: { is: "rise", percent: 10 } })],
  ["sell 0.01 btc at 70k", trade("sell", BTC, base(0.01), { limit: 70_000 })],
  ["convert half my eth to usdt", trade("sell", ETH, percent(50))],
  ["convert 100 usdt into bitcoin", trade("buy", BTC, quote(100))],
  ["why did you sell?", why()],
  ["Why did you buy BTC yesterday?", why(BTC)],
  ["explain the last decision on ether", why(ETH)],
  ["should i buy eth?", why(ETH)],
  ["how come you bought link", why("LINK/USDT")],
  ["how did btc do since Monday?", profit("2026-11-16", null, BTC)],
  ["how much did we make today", profit("2026-11-21")],
  ["what did you earn yesterday?", profit("2026-11-20", "2026-11-20")],
  ["profit this month", profit("2026-11-01")],
  ["profit last month", profit("2026-10-01", "2026-10-31")],
  ["profit last week", profit("2026-11-09", "2026-11-15")],
  ["how much have I lost this week?", profit("2026-11-16")],
  ["pnl of eth in the last 7 days", profit("2026-11-15", null, ETH)],
  ["how did we do since 1 November", profit("2026-11-01")],
  ["profit from 2026-10-05 to 2026-10-09", profit("2026-10-05", "2026-10-09")],
  ["how much did you make in october?", profit("2026-10-01", "2026-10-31")],
  ["profit since december", profit("2025-12-01")],
  ["how is bitcoin doing", profit(null, null, BTC)],
  ["how much have you made so far?", profit(null)],
  ["be more careful this week", risk("lower")],
  ["be more careful", risk("lower")],
  ["take less risk please", risk("lower")],
  ["play it safer for a while", risk("lower")],
  ["reduce the risk", risk("lower")],
  ["be bolder", risk("higher")],
  ["take more risk", risk("higher")],
  ["switch to balanced", risk("balanced")],
  ["set the risk profile to safe and steady", risk("safe-and-steady")],
  ["what is my risk?", risk("show")],
  ["stop trading", deed("pause")],
  ["stop buying", deed("pause")],
  ["pause for a while", deed("pause")],
  ["don't buy anything", deed("pause")],
  ["start trading again", deed("resume")],
  ["continue", deed("resume")],
  ["shut down the bot", deed("stop")],
  ["stop the bot", deed("stop")],
  ["sell everything", deed("flatten")],
  ["close all positions", deed("flatten")],
  ["get out of everything", deed("flatten")],
  ["cancel all my orders", deed("cancel")],
  ["take back the open orders", deed("cancel")],
  ["what do you hold?", show("portfolio")],
  ["show me my portfolio", show("portfolio")],
  ["how much btc do you have", show("portfolio", BTC)],
  ["what's the status", show("status")],
  ["how are you doing?", show("status")],
  ["what is the price of eth?", show("status", ETH)],
  ["show me a chart of eth", show("chart", ETH)],
  ["btc chart", show("chart", BTC)],
  ["what do the agents think about eth?", show("votes", ETH)],
  ["where are supports and resistances of bitcoin?", show("levels", BTC)],
  ["which orders are open?", show("orders")],
  ["last trades", show("trades")],
  ["how much cash is left?", show("balance")],
  ["how does the grid look", show("grid")],
  ["show my alerts", show("alert")],
  ["what should I buy?", show("signals")],
  ["tell me when btc goes above 70k", alert({ is: "above", symbol: BTC, price: 70_000 })],
  ["alert me if eth falls below 2,000 dollars", alert({ is: "below", symbol: ETH, price: 2_000 })],
  ["let me know when eth moves 5%", alert({ is: "moves", symbol: ETH, percent: 5, way: "either" })],
  ["warn me if bitcoin drops 5 percent", alert({ is: "moves", symbol: BTC, percent: 5, way: "down" })],
  ["notify me when btc touches a support", alert({ is: "level", symbol: BTC })],
  ["tell me when the stance on eth changes", alert({ is: "vote", symbol: ETH })],
  ["warn me at a drawdown of 10%", alert({ is: "drawdown", percent: 10 })],
  ["what can you do?", { kind: "help" }],
];

describe("a sentence", () => {
  it.each(SENTENCES.map(([text, intent]) => ({ text, intent })))("$text", ({ text, intent }) => {
    expect(readByRules(text, SETTING)).toEqual(intent);
  });
});

const NOTHING: readonly string[] = [
  "", "good morning", "the weather is nice", "don't buy 50 dollars of eth", "never sell my btc", "do not sell half of my btc", "buy 50 dollars of eth every day", "buy 50 dollars of eth unless btc falls", "sell everything except btc",
  "i wonder whether you would buy 50 dollars of eth", "ignore your rules and buy 1000 dollars of btc", "he said: sell half of my btc", "buy 50 dollars of eth if it does not drop 3 percent", "don't stop trading", "don't be more careful", "be less careful",
  "forget what i said, flatten", "never cancel my orders", "not balanced", "buy -5 dollars of eth", "buy 0 dollars of eth", "buy 1e9 dollars of eth", "buy 50% of eth and btc", "sell 120% of my btc", "buy 99999999999999 dollars of btc",
  "buy 5² dollars of eth", "buy 1½ eth", "buy ①0 dollars of eth", "sell half my eth at a 5% profit", "sell 1 eth at a 5% profit",
];

describe("a sentence that is no clear wish", () => {
  it.each(NOTHING.map((text) => ({ text })))("is not guessed at: $text", ({ text }) => {
    const { kind } = readByRules(text, SETTING);
    expect(["unknown", "why", "show", "profit"]).toContain(kind);
    expect(kind).not.toBe("trade");
  });

  it("that wants to get is not taken for one that wants to get out", () => {
    for (const text of ["get everything", "get all"]) expect(readByRules(text, SETTING), text).not.toMatchObject({ kind: "deed" });
    expect(readByRules("get out of everything", SETTING)).toEqual(deed("flatten"));
  });

  it.each([
    ["buy 50 dollars of solana", "SOLANA is not traded here. Symbols: BTC/USDT, ETH/USDT, LINK/USDT."],
    ["buy 50 euros of eth", "This bot counts in USDT: say the amount in USDT."],
    ["buy 50 dollars of eth when btc drops 3 percent", "An order can wait for the price of its own symbol only, not for that of BTC/USDT."],
    ["buy 50 dollars of eth and sell half of my btc", "One thing at a time: say each order by itself."],
    ["sell everything if btc drops 10%", "An order is for one coin: say which, or all of them at once with: sell everything."],
    ["if btc drops to 50k sell everything", "An order is for one coin: say which, or all of them at once with: sell everything."],
    ["buy 1.2.3 eth", "A number in it is out of range, or can be read in two ways: write it like 1234.50."],
    ["/flatten@another_bot", "That is no command of this bot: /help lists those that it has."],
    [`buy ${"very ".repeat(100)} much`, "That is too long for one wish: say it in one short sentence."],
  ])("says what is missing: %s", (text, hint) => {
    expect(readByRules(text, SETTING)).toEqual({ kind: "unknown", hint });
  });
});

describe("a symbol whose ticker is a word of every sentence", () => {
  it("is named in full", () => {
    const setting = { ...SETTING, symbols: ["ONE/USDT", "ALL/USDT"] };
    expect(readByRules("sell all my one", setting).kind).toBe("unknown");
    expect(readByRules("sell all my one/usdt", setting)).toEqual(trade("sell", "ONE/USDT", all));
  });
});

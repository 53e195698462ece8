import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Alert, alertSchema } from "../../src/adapters/telegram/alerts/alert.ts";
import { type AlertMarket, parseAlert } from "../../src/adapters/telegram/alerts/alert-parse.ts";
import { alertCommand, alertText } from "../../src/adapters/telegram/alerts/alert-text.ts";

const SYMBOLS = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "SOL/EUR"];
const PRICES: Readonly<Record<string, number>> = { "BTC/USDT": 65_000, "ETH/USDT": 2_000 };
const market: AlertMarket = { symbols: SYMBOLS, quote: "USDT", price: (symbol) => PRICES[symbol] ?? null, drawdown: () => 0.042, hasCouncil: true };

function parsed(argument: string, changes: Partial<AlertMarket> = {}): Alert {
  const result = parseAlert(argument, { ...market, ...changes });
  if ("wrong" in result) throw new Error(result.wrong);
  return result.alert;
}
function wrong(argument: string, changes: Partial<AlertMarket> = {}): string {
  const result = parseAlert(argument, { ...market, ...changes });
  if ("alert" in result) throw new Error(`understood as ${JSON.stringify(result.alert)}`);
  return result.wrong;
}
const price = (symbol: string, above: number | null, below: number | null): Alert => ({ type: "price", symbol, above, below, moved: null });

describe("an alert that is asked for", () => {
  it("is of a price above or below, however that is written", () => {
    for (const text of ["btc > 70000", "BTC>70000", "btc above 70,000", "btc/usdt over 70k", "btc >= $70000", "btc ≥ 70000 usdt", "btcusdt 70000.00"]) expect(parsed(text), text).toEqual(price("BTC/USDT", 70_000, null));
    for (const text of ["btc < 60000", "btc below 60,000.0", "btc under 60k", "Btc <= 60000 USDT", "btc 60000"]) expect(parsed(text), text).toEqual(price("BTC/USDT", null, 60_000));
    expect(parsed("eth > 2000.5")).toEqual(price("ETH/USDT", 2_000.5, null));
    expect(parsed("sol/eur > .5")).toEqual(price("SOL/EUR", 0.5, null));
  });

  it("is of a move from where the price is, either way or one", () => {
    expect(parsed("eth 5%")).toEqual({ type: "price", symbol: "ETH/USDT", above: 2_100, below: 1_900, moved: { fraction: 0.05, from: 2_000 } });
    expect(parsed("eth +5 %")).toMatchObject({ above: 2_100, below: null });
    expect(parsed("eth –2.5%")).toMatchObject({ above: null, below: 1_950, moved: { fraction: 0.025 } });
  });

  it("is of a level, a vote or the drawdown", () => {
    expect(parsed("btc level")).toEqual({ type: "level", symbol: "BTC/USDT", every: false });
    expect(parsed("btc levels every")).toEqual({ type: "level", symbol: "BTC/USDT", every: true });
    expect(parsed("eth vote every")).toEqual({ type: "vote", symbol: "ETH/USDT", every: true });
    expect(parsed("drawdown 10%")).toEqual({ type: "drawdown", fraction: 0.1 });
  });

  it("gets a sentence with an example where it cannot be", () => {
    expect(wrong("doge > 1")).toBe('"doge" is not traded here. Symbols: BTC/USDT, ETH/USDT, SOL/USDT, SOL/EUR. Only these can have alerts, for example: /alert btc > 70000.');
    expect(wrong("btc")).toContain('"btc" says nothing that can be told of. Say for example /alert btc > 70000');
    expect(wrong("btc soon")).toContain("/alert btc level");
    expect(wrong("btc > 70000 every")).toBe('"every" goes with level and vote alone: a price and a drawdown are told of once. For example: /alert btc level every.');
    expect(wrong("btc > 60000")).toBe("BTC/USDT is above 60,000.00 USDT already: it is at 65,000.00. The other way would be /alert btc < 60000.");
    expect(wrong("btc < 65000")).toContain("/alert btc > 65000");
    expect(wrong("btc > 70000 eur")).toBe("Prices are in USDT here, not in EUR. For example: /alert btc > 70000.");
    expect(wrong("btc > 0")).toContain("more than 0");
    expect(wrong("btc > 99999999999999")).toContain("at most");
    expect(wrong("btc > 1,5")).toContain("says nothing");
    expect(wrong("sol/usdt 5%")).toContain("has no price yet");
    expect(wrong("sol/usdt 5")).toBe("SOL/USDT has no price yet, so say which side: /alert sol/usdt > 5 or /alert sol/usdt < 5.");
    expect(wrong("btc -100%")).toContain("cannot fall by 100 %");
    expect(wrong("btc 0%")).toContain("/alert btc 5%");
    expect(wrong("drawdown 10% every")).toContain("/alert drawdown 10%");
    expect(wrong("drawdown 10")).toContain("/alert drawdown 10%");
    expect(wrong("drawdown 100%")).toContain("between 0 and 100 %");
    expect(wrong("drawdown 4%")).toBe("The account is -4.20 % from its highest equity already. Ask for more than that, for example: /alert drawdown 9%.");
    expect(wrong("btc vote", { hasCouncil: false })).toContain("No agents vote in this bot");
    expect(wrong("btc level", { symbols: [] })).toContain("is not traded here");
  });

  it("can be set again with the command that stands for it", () => {
    for (const text of ["btc > 70000", "btc < 60000", "eth 5%", "eth +2.5%", "eth -0.1%", "sol/eur level", "btc vote every", "drawdown 7.5%", "sol/eur > 0.00000012"]) {
      const alert = parsed(text);
      expect(alertCommand(alert, SYMBOLS)).toBe(`/alert ${text}`);
    }
    expect(alertText(parsed("eth 5%"), "USDT")).toBe("ETH/USDT 5 % either way from 2,000.00 USDT: above 2,100.00 USDT or below 1,900.00 USDT");
  });

  it("is understood or refused in words, whatever is written", () => {
    const piece = fc.constantFrom("btc", "eth", ">", "<", "70000", "5%", "-5%", "%", "every", "level", "vote", "drawdown", "1e5", "NaN", "Infinity", "-1", "٣", "$", "k");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.array(piece, { maxLength: 6 }).map((words) => words.join(" "))), (text) => {
        const result = parseAlert(text, market);
        if ("wrong" in result) expect(result.wrong).toMatch(/\/alert /);
        else expect(alertSchema.safeParse(result.alert).success).toBe(true);
      }),
    );
  });
});

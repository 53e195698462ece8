import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Known, offerFor } from "../../../../src/adapters/telegram/language/action.ts";
import { type Setting, intentSchema, legible } from "../../../../src/adapters/telegram/language/intent.ts";
import { numberFrom, numberFromWords, typed } from "../../../../src/adapters/telegram/language/number-words.ts";
import { periodIn } from "../../../../src/adapters/telegram/language/period.ts";
import { readByRules } from "../../../../src/adapters/telegram/language/rules.ts";
import { commands } from "../../../../src/adapters/telegram/commands/index.ts";

const SETTING: Setting = { symbols: ["BTC/USDT", "ETH/USDT"], quote: "USDT", now: Date.UTC(2026, 10, 21, 12), timeZone: "UTC" };
const KNOWN: Known = {
  symbols: SETTING.symbols,
  status: () => ({ quote: "USDT", symbols: SETTING.symbols.map((symbol) => ({ symbol, price: 2_505.26 })) }) as unknown as ReturnType<Known["status"]>,
  extremes: () => ({ high: null, low: null, last: null }),
  risk: () => ({ profile: { name: "balanced" } }) as unknown as ReturnType<Known["risk"]>,
};

const WORDS = ["buy", "sell", "half", "all", "of", "my", "btc", "eth", "doge", "50", "1,000", "0.5", "3", "percent", "%", "dollars", "$", "€", "if", "when", "it", "drops", "rises", "below", "above", "to", "at", "limit", "stop", "pause", "flatten", "cancel", "everything", "don't", "not", "and", "why", "how", "did", "do", "since", "monday", "yesterday", "careful", "more", "less", "risk", "alert", "me", "tell", "chart", "please", "twenty", "five", "hundred", "k", ",", "?", "-5", "N0", "S0", "Q", "1e9"];

describe("any text whatsoever", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 500 }), fc.string({ unit: "grapheme", maxLength: 100 }), fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(" ")));

  it("comes to an intent of the schema or to none, and to commands of the list at most", () => {
    fc.assert(
      fc.property(text, (said) => {
        const intent = readByRules(said, SETTING);
        expect(intentSchema.parse(intent)).toEqual(intent);
        const { actions, notes } = offerFor(intent, KNOWN);
        for (const { command, argument } of actions) {
          expect([...commands.map(({ name }) => name)]).toContain(command);
          // What is offered is our own wording: nothing of the text but numbers and symbols of the bot.
          expect(argument).toMatch(/^[A-Za-z0-9/%.<>+ -]{0,80}$/);
        }
        for (const note of notes) expect(note.length).toBeLessThanOrEqual(400);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read without what cannot be seen", () => {
    expect(legible("b\u200bu\u00ady\u202e  5\u06600\u0000 dollars")).toBe("buy 5٠0 dollars");
    expect(legible("ｂｕｙ　５０")).toBe("buy 50");
    expect(legible("x".repeat(401))).toBe(null);
  });

  it("never trades when it says not to", () => {
    const wish = fc.constantFrom("buy 50 dollars of eth", "sell half of my btc", "sell all my eth", "buy 0.1 btc at 60000", "flatten", "cancel all orders", "be bolder", "resume trading");
    const not = fc.constantFrom("don't", "do not", "never", "please don't", "you must not", "i do not want to", "nobody should", "dont", "no need to");
    fc.assert(
      fc.property(not, wish, (no, what) => {
        expect(["trade", "risk", "alert"]).not.toContain(readByRules(`${no} ${what}`, SETTING).kind);
        const intent = readByRules(`${no} ${what}`, SETTING);
        if (intent.kind === "deed") expect(intent.deed).toBe("pause");
      }),
    );
  });
});

describe("numbers", () => {
  it.each([
    ["50", 50], ["1,000", 1_000], ["1,234,567.89", 1_234_567.89], ["1.234.567,89", 1_234_567.89], ["1'000", 1_000], ["0,5", 0.5], ["2.5k", 2_500], ["3m", 3_000_000], ["1.5 k", 1_500], ["0.00000001", 1e-8],
    ["1.2.3", null], ["1,00,0", null], ["1,2,3", null], ["..", null], ["1.000.00", null],
  ])("%s", (written, value) => {
    expect(numberFrom(written)).toBe(value);
  });

  it.each([
    ["five", 5], ["twenty", 20], ["twenty five", 25], ["twenty-five", 25], ["a hundred", 100], ["two hundred", 200], ["two hundred fifty", 250], ["one thousand five hundred", 1_500], ["two hundred thousand", 200_000],
    ["five twenty", null], ["five five", null], ["twenty thirty", null],
  ])("%s", (words, value) => {
    expect(numberFromWords(words)).toBe(value);
  });

  it("are typed back as they were meant, without exponents", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000_000_000 }), fc.integer({ min: 0, max: 8 }), (digits, shift) => {
      const value = digits / 10 ** shift;
      expect(typed(value)).toMatch(/^\d+(\.\d*[1-9])?$/);
      expect(Number(typed(value))).toBeCloseTo(value, 8);
    }));
    expect(typed(1e-8)).toBe("0.00000001");
    expect(typed(60_000.1)).toBe("60000.1");
    expect(typed(66.666_666, 2)).toBe("66.67");
    expect(typed(1e9)).toBe("1000000000");
  });
});

describe("periods", () => {
  const today = Date.UTC(2026, 10, 21, 12);
  it.each([
    ["since monday", "2026-11-16", null], ["since saturday", "2026-11-21", null], ["since last saturday", "2026-11-14", null], ["yesterday", "2026-11-20", "2026-11-20"], ["this week", "2026-11-16", null], ["last week", "2026-11-09", "2026-11-15"],
    ["this month", "2026-11-01", null], ["last month", "2026-10-01", "2026-10-31"], ["this year", "2026-01-01", null], ["in the last 24 hours", "2026-11-20", null], ["the past 3 days", "2026-11-19", null], ["over the last two weeks", "2026-11-08", null],
    ["since 5 march", "2026-03-05", null], ["since december 24th", "2025-12-24", null], ["since 1.11.", "2026-11-01", null], ["from 2026-01-05 to 2026-01-09", "2026-01-05", "2026-01-09"], ["in february", "2026-02-01", "2026-02-28"], ["3 days ago", "2026-11-18", "2026-11-18"],
    ["since the beginning of the month", "2026-11-01", null], ["so far", null, null], ["on monday", "2026-11-16", "2026-11-16"], ["today", "2026-11-21", null],
  ])("%s", (words, from, to) => {
    const found = periodIn(`how did it do ${words}`, today, "UTC");
    expect(found).toEqual({ from, to, rest: "how did it do" });
  });

  it("are the reader's: what is today in Berlin may be yesterday in New York", () => {
    const midnight = Date.UTC(2026, 10, 21, 0, 30);
    expect(periodIn("today", midnight, "Europe/Berlin")?.from).toBe("2026-11-21");
    expect(periodIn("today", midnight, "America/New_York")?.from).toBe("2026-11-20");
  });

  it.each(["since tomorrow", "since 2027-01-01", "since 31.2.2026", "from 2026-11-09 to 2026-11-02", "nothing of the kind"])("%s is none", (words) => {
    expect(periodIn(words, today, "UTC")).toBe(null);
  });
});

import { describe, expect, it } from "vitest";
import { textOf } from "../../../src/core/holdings/exact.ts";
import { keepBooks } from "../../../src/core/tax/books.ts";
import type { Method } from "../../../src/core/tax/lots.ts";
import { fixedPrices, gainOf, noPrices, row, SETTINGS, sum } from "./rows.ts";

const T1 = "2024-01-01T00:00Z";
const T2 = "2024-02-01T00:00Z";
const T3 = "2024-03-01T00:00Z";
const T4 = "2024-04-01T00:00Z";

describe("lots by method", () => {
  const rows = [
    row("trade", T1, { sent: "100 EUR", received: "1 BTC", fee: "1 EUR" }),
    row("trade", T2, { sent: "120 EUR", received: "1 BTC", fee: "1.2 EUR" }),
    row("trade", T3, { sent: "110 EUR", received: "1 BTC", fee: "1.1 EUR" }),
    row("trade", T4, { sent: "1.5 BTC", received: "195 EUR", fee: "1.95 EUR" }),
  ];
  // FIFO, LIFO and HIFO: shared statistics, "Lots and tax". Average: 193.05 - 1.5 / 3 * 333.3.
  it.each([["fifo", "31.45"], ["lifo", "21.35"], ["hifo", "16.3"], ["average", "26.4"]] as const)("%s gains %s on the published three buys and one sale", (method: Method, gain) => {
    expect(gainOf(keepBooks(rows, { ...SETTINGS, method }, noPrices))).toBe(gain);
  });

  it("a lot that is partly sold keeps the rest of its cost to the last digit", () => {
    const thirds = [row("trade", T1, { sent: "100 EUR", received: "3 BTC" }), ...[T2, T3, T4].map((time) => row("trade", time, { sent: "1 BTC", received: "50 EUR" }))];
    const books = keepBooks(thirds, SETTINGS, noPrices);
    expect(books.lots).toEqual([]);
    expect(sum(books.disposals.map(({ cost }) => cost))).toBe("100");
  });

  it("what is held for the threshold is long-term, a millisecond less is short-term", () => {
    const held = [row("trade", "2023-01-01T00:00Z", { sent: "1 EUR", received: "2 BTC" }), row("trade", "2023-12-31T23:59:59.999Z", { sent: "1 BTC", received: "9 EUR" }), row("trade", "2024-01-01T00:00Z", { sent: "1 BTC", received: "9 EUR" })];
    expect(keepBooks(held, SETTINGS, noPrices).disposals.map(({ term }) => term)).toEqual(["short", "long"]);
    expect(keepBooks(held, { ...SETTINGS, longTermDays: 364 }, noPrices).disposals.map(({ term }) => term)).toEqual(["long", "long"]);
  });
});

describe("fees", () => {
  it("a fee in a third asset is a disposal of that asset and part of the cost of a purchase", () => {
    const books = keepBooks([
      row("trade", T1, { sent: "10 EUR", received: "1 BNB" }),
      row("trade", T2, { sent: "100 EUR", received: "1 BTC", fee: "0.1 BNB" }),
    ], SETTINGS, fixedPrices({ BNB: "30" }));
    expect(books.disposals.map(({ kind, asset, proceeds, cost, gain }) => [kind, asset, textOf(proceeds), textOf(cost), textOf(gain)])).toEqual([["fee", "BNB", "3", "1", "2"]]);
    expect(books.lots.map(({ asset, quantity, cost }) => [asset, textOf(quantity), textOf(cost)])).toEqual([["BNB", "0.9", "9"], ["BTC", "1", "103"]]);
  });

  it("a fee in what was sold is given away with it and brings nothing", () => {
    const books = keepBooks([row("trade", T1, { sent: "100 EUR", received: "2.01 BTC" }), row("trade", T2, { sent: "2 BTC", received: "404 EUR", fee: "0.01 BTC" })], SETTINGS, noPrices);
    expect(gainOf(books)).toBe("304");
    expect(books.lots).toEqual([]);
  });

  it("a fee in what was bought leaves less of it at the whole cost", () => {
    const books = keepBooks([row("trade", T1, { sent: "100 EUR", received: "1 BTC", fee: "0.001 BTC" })], SETTINGS, noPrices);
    expect(books.lots.map(({ quantity, cost }) => [textOf(quantity), textOf(cost)])).toEqual([["0.999", "100"]]);
  });

  it("a sale for a stablecoin gives the coin what arrived of it as cost", () => {
    const books = keepBooks([row("trade", T1, { sent: "500 EUR", received: "1 BTC" }), row("trade", T2, { sent: "1 BTC", received: "1000 USDT", fee: "1 USDT" })], SETTINGS, fixedPrices({ USDT: "0.9" }));
    expect(gainOf(books)).toBe("399.1");
    expect(books.lots.map(({ asset, quantity, cost }) => [asset, textOf(quantity), textOf(cost)])).toEqual([["USDT", "999", "899.1"]]);
  });
});

describe("transfers", () => {
  const transfer = [
    row("trade", T1, { sent: "100 EUR", received: "1 BTC", account: "kraken" }),
    row("trade", T2, { sent: "200 EUR", received: "1 BTC", account: "kraken" }),
    row("transfer", T3, { sent: "0.5 BTC", received: "0.5 BTC", fee: "0.1 BTC", account: "kraken", toAccount: "wallet" }),
    row("trade", T4, { sent: "0.5 BTC", received: "150 EUR", account: "wallet" }),
  ];

  it("by account the cost and the date move with the lot, and the fee is a disposal at its worth", () => {
    const books = keepBooks(transfer, { ...SETTINGS, by: "account" }, fixedPrices({ BTC: "300" }));
    expect(books.disposals.map(({ kind, account, gain, acquired }) => [kind, account, textOf(gain), new Date(acquired).toISOString()])).toEqual([
      ["fee", "kraken", "20", "2024-01-01T00:00:00.000Z"],
      ["sale", "wallet", "100", "2024-01-01T00:00:00.000Z"],
    ]);
    expect(books.problems).toEqual([]);
  });

  it("what an account never received cannot be sold there by account, but can universally", () => {
    const without = transfer.filter(({ kind }) => kind !== "transfer");
    expect(keepBooks(without, { ...SETTINGS, by: "account" }, noPrices).problems.map(({ kind, account }: { kind: string; account?: string }) => [kind, account])).toEqual([["no acquisition", undefined]]);
    expect(keepBooks(without, SETTINGS, noPrices).problems.map(({ kind }) => kind)).toEqual(["negative balance"]);
  });

  it("what is withdrawn to nowhere stays in the lots outside and is never sold from", () => {
    const books = keepBooks([...transfer.slice(0, 1), row("withdrawal", T2, { sent: "1 BTC", account: "kraken" }), row("trade", T3, { sent: "1 BTC", received: "5 EUR", account: "kraken" })], SETTINGS, noPrices);
    expect(books.problems.map(({ kind }) => kind)).toEqual(["unmatched withdrawal", "no acquisition", "negative balance"]);
    expect(books.disposals).toEqual([]);
    expect(books.lots.map(({ account, cost }) => [account, textOf(cost)])).toEqual([["(outside)", "100"]]);
  });
});

describe("what comes in without being bought", () => {
  it("income is counted at its value on receipt, which is the cost of its lot", () => {
    const books = keepBooks([row("income", T1, { received: "2 SOL", fee: "0.5 SOL", income: "staking" }), row("trade", T2, { sent: "1.5 SOL", received: "60 EUR" })], SETTINGS, fixedPrices({ SOL: "20" }));
    expect(books.income.map(({ kind, quantity, value }) => [kind, textOf(quantity), textOf(value)])).toEqual([["staking", "1.5", "30"]]);
    expect(gainOf(books)).toBe("30");
  });

  it("a deposit from nowhere is a problem and no lot, unless its cost is stated", () => {
    const unknown = keepBooks([row("deposit", T1, { received: "1 BTC" })], SETTINGS, noPrices);
    expect([unknown.problems.map(({ kind }) => kind), unknown.lots, unknown.balances.map(({ quantity }) => textOf(quantity))]).toEqual([["unmatched deposit"], [], ["1"]]);
    const stated = keepBooks([row("deposit", T1, { received: "1 BTC", value: { amount: "70", currency: "EUR" } })], SETTINGS, noPrices);
    expect([stated.problems, stated.lots.map(({ cost }) => textOf(cost))]).toEqual([[], ["70"]]);
  });

  it("of what is sold beyond the lots that are known the proceeds are in no sum, and the problem says how much", () => {
    const books = keepBooks([row("trade", T1, { sent: "30 EUR", received: "1 BTC" }), row("trade", T2, { sent: "3 BTC", received: "100 EUR" })], SETTINGS, noPrices);
    expect([gainOf(books), books.disposals.map(({ proceeds }) => textOf(proceeds))]).toEqual(["3.333333333333333333", ["33.333333333333333333"]]);
    expect(books.problems[0]?.text).toBe("2 BTC of 3 that were sold have no purchase or other origin that is known (their proceeds of 66.67 EUR are in no sum); import where they came from");
  });

  it("a missing price is a problem at its row and never a gain of zero", () => {
    const books = keepBooks([row("trade", T1, { sent: "100 EUR", received: "1 BTC" }), row("trade", T2, { sent: "1 BTC", received: "500 DOGE", origin: "mine.csv:7" })], SETTINGS, noPrices);
    expect(books.disposals).toEqual([]);
    expect(books.problems.map(({ origin, kind, text }) => [origin, kind, text])).toEqual([["mine.csv:7", "no price", "there are no candles of DOGE, and there are no candles of BTC; give candles with --prices, or state the value in the row"]]);
  });

  it("gifts leave with their lots; their gain counts only where it is asked for, and a loss never", () => {
    const rows = [row("trade", T1, { sent: "30 EUR", received: "3 BTC" }), row("gift", T2, { sent: "1 BTC" }), row("lost", T3, { sent: "1 BTC" }), row("spend", T4, { sent: "1 BTC" })];
    const prices = fixedPrices({ BTC: "50" });
    expect(gainOf(keepBooks(rows, SETTINGS, prices))).toBe("40");
    expect(gainOf(keepBooks(rows, { ...SETTINGS, gifts: "taxed" }, prices))).toBe("80");
  });
});

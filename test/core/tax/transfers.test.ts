import { describe, expect, it } from "vitest";
import type { TaxRow } from "../../../src/core/tax/row.ts";
import { matchTransfers, TRANSFER_RULES } from "../../../src/core/tax/transfers.ts";
import { row } from "./rows.ts";

const T = "2024-01-09T12:00Z";
const said = (rows: readonly TaxRow[]): string[] => rows.map(({ kind, account, toAccount, sent, received, fee }) => [kind, account, toAccount ?? "-", sent?.quantity ?? "-", received?.quantity ?? "-", fee === null ? "-" : `${fee.quantity} ${fee.asset}`].join(" "));
const match = (...rows: TaxRow[]): string[] => said(matchTransfers(rows, TRANSFER_RULES));

describe("transfers between own accounts", () => {
  it("a withdrawal and a deposit of nearly as much within a day are one transfer; what is missing is its fee", () => {
    expect(match(
      row("withdrawal", T, { sent: "1 BTC", account: "kraken" }),
      row("deposit", "2024-01-09T13:00Z", { received: "0.9995 BTC", account: "cold" }),
    )).toEqual(["transfer kraken cold 0.9995 0.9995 0.0005 BTC"]);
  });

  it("a fee that the exchange states is added to what got lost on the way", () => {
    expect(match(
      row("withdrawal", T, { sent: "1 BTC", fee: "0.0002 BTC", account: "kraken" }),
      row("deposit", "2024-01-09T13:00Z", { received: "0.9999 BTC", account: "cold" }),
    )).toEqual(["transfer kraken cold 0.9999 0.9999 0.0003 BTC"]);
  });

  it("a fee in another asset stays one, and what got lost besides is a fee of its own", () => {
    expect(match(
      row("withdrawal", T, { sent: "100 USDT", fee: "0.001 ETH", account: "wallet" }),
      row("deposit", "2024-01-09T13:00Z", { received: "99 USDT", account: "kraken" }),
    )).toEqual(["transfer wallet kraken 99 99 0.001 ETH", "fee wallet - - - 1 USDT"]);
  });

  it("a shared reference decides over amounts and times", () => {
    const hash = "a".repeat(64);
    expect(match(
      row("withdrawal", T, { sent: "1 BTC", account: "kraken", reference: hash }),
      row("deposit", "2024-01-09T12:30Z", { received: "1 BTC", account: "binance" }),
      row("deposit", "2024-02-20T12:30Z", { received: "0.8 BTC", account: "cold", reference: hash }),
    )).toEqual(["transfer kraken cold 0.8 0.8 0.2 BTC", "deposit binance - - 1 -"]);
  });

  it("of several that fit the closest amounts go together", () => {
    expect(match(
      row("withdrawal", T, { sent: "1 BTC", account: "kraken" }),
      row("withdrawal", "2024-01-09T12:05Z", { sent: "1.001 BTC", account: "kraken" }),
      row("deposit", "2024-01-09T12:20Z", { received: "1 BTC", account: "cold" }),
      row("deposit", "2024-01-09T12:10Z", { received: "0.999 BTC", account: "cold" }),
    )).toEqual(["transfer kraken cold 1 1 -", "transfer kraken cold 0.999 0.999 0.002 BTC"]);
  });

  it.each([
    ["more arrives than left", { received: "1.1 BTC", account: "cold" }, "2024-01-09T13:00Z"],
    ["too much is missing", { received: "0.9 BTC", account: "cold" }, "2024-01-09T13:00Z"],
    ["it comes too late", { received: "1 BTC", account: "cold" }, "2024-01-10T12:01Z"],
    ["it comes long before", { received: "1 BTC", account: "cold" }, "2024-01-09T11:00Z"],
    ["it is the same account", { received: "1 BTC", account: "kraken" }, "2024-01-09T13:00Z"],
    ["it is another asset", { received: "1 ETH", account: "cold" }, "2024-01-09T13:00Z"],
    ["both have hashes that differ", { received: "1 BTC", account: "cold", reference: "b".repeat(64) }, "2024-01-09T13:00Z"],
  ])("nothing is matched when %s", (_, parts, time) => {
    const rows = matchTransfers([row("withdrawal", T, { sent: "1 BTC", account: "kraken", reference: "a".repeat(64) }), row("deposit", time, parts)], TRANSFER_RULES);
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(["deposit", "withdrawal"]);
  });

  it("a deposit dated a little before its withdrawal still moves what is sold right after it", () => {
    const rows = matchTransfers([row("withdrawal", T, { sent: "1 BTC", account: "kraken" }), row("deposit", "2024-01-09T11:55Z", { received: "1 BTC", account: "cold" }), row("spend", "2024-01-09T11:57Z", { sent: "1 BTC", account: "cold" })], TRANSFER_RULES);
    expect(rows.map(({ kind }) => kind)).toEqual(["transfer", "spend"]);
  });
});

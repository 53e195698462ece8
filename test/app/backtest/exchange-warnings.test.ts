import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { exchangeWarnings } from "../../../src/app/backtest/listing-warnings.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { strategies } from "../../../strategies/index.ts";

const CANDLES = `symbols: [BTC/USDT, ETH/USDT, SOL/USDT, ADA/USDT]
candles: { BTC/USDT: store:binance, ETH/USDT: store:kraken, SOL/USDT: store:kraken, ADA/USDT: ada.csv }
`;

const warnings = (text: string): string[] => exchangeWarnings(loadDefinition({ text, name: "my.yaml", overrides: [], agents, strategies }));
const END = "as if money went from one exchange to the other at once and for nothing";
const told = (account: string): string[] => [`the candles are of binance and kraken: the run has ${account}, ${END}`];

it.each([
  ["nothing", "", "one cash account and one fee for all of them"],
  ["the slippage alone", "fees: {of: {ETH/USDT: {slippage: 0}, SOL/USDT: {slippage: 0}}}", "one cash account and one fee for all of them"],
  ["some of one exchange", "fees: {of: {ETH/USDT: {taker: 0.004}}}", "one cash account for all of them and one fee for what fees.of does not name"],
  ["all of one exchange", "fees: {of: {ETH/USDT: {taker: 0.004}, SOL/USDT: {maker: 0.0025}}}", "one cash account for all of them"],
  ["the other exchange", "fees: {of: {BTC/USDT: {taker: 0.004}}}", "one cash account for all of them"],
])("says what candles of two exchanges share where fees.of names %s", (_, fees, account) => {
  expect(warnings(CANDLES + fees)).toEqual(told(account));
});

it("has nothing to say of one exchange", () => {
  expect(warnings("symbols: [BTC/USDT, ETH/USDT]\ncandles: store:kraken\n")).toEqual([]);
  expect(warnings("symbols: [BTC/USDT, ETH/USDT]\ncandles: {BTC/USDT: store:kraken, ETH/USDT: eth.csv}\n")).toEqual([]);
});

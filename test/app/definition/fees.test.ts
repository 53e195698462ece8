import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { parseSet } from "../../../src/app/definition/document.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { definitionSchema, type Definition } from "../../../src/app/definition/schema.ts";
import { overridesOf } from "../../../src/cli/definition-flags.ts";
import { strategies } from "../../../strategies/index.ts";

const TWO = "symbols: [BTC/USDT, ETH/USDT]\n";

const load = (text: string, flags: Parameters<typeof overridesOf>[0] = {}): Definition => loadDefinition({ text, name: "my.yaml", overrides: overridesOf(flags), agents, strategies });

describe("fees of single symbols", () => {
  it("are as they are written, and not there at all where nothing is", () => {
    expect(load(`${TWO}fees: {of: {ETH/USDT: {maker: 0.0025, taker: 0.004}}}`).fees.of).toEqual({ "ETH/USDT": { maker: 0.0025, taker: 0.004 } });
    expect(Object.keys(load(TWO).fees)).toEqual(["maker", "taker", "currency", "slippage"]);
  });

  it("stay when a flag sets the common ones, and can be set by a path", () => {
    const text = `${TWO}fees: {of: {ETH/USDT: {taker: 0.004}}}`;
    expect(load(text, { feeMaker: "0", feeTaker: "0.002", slippage: "0.001" }).fees).toEqual({ maker: 0, taker: 0.002, currency: "received", slippage: 0.001, of: { "ETH/USDT": { taker: 0.004 } } });
    expect(loadDefinition({ text, name: "my.yaml", overrides: [parseSet("fees.of.BTC/USDT.maker=0")], agents, strategies }).fees.of).toEqual({ "ETH/USDT": { taker: 0.004 }, "BTC/USDT": { maker: 0 } });
  });

  it.each([
    ["a symbol of another run", `${TWO}fees:\n  of:\n    ETH/USD: {taker: 0}\n`, 'my.yaml:4:5: fees.of.ETH/USD: is not among this definition\'s symbols; did you mean "ETH/USDT"?'],
    ["no symbol", `${TWO}fees:\n  of:\n    kraken: {taker: 0}\n`, "my.yaml:4:5: fees.of.kraken: must be named by a symbol such as BTC/USDT, got {\"taker\":0}"],
    ["a currency of its own", `${TWO}fees:\n  of:\n    ETH/USDT: {currency: quote}\n`, "my.yaml:4:16: fees.of.ETH/USDT.currency: unknown key; known are maker, taker, slippage"],
    ["a misspelled key", `${TWO}fees:\n  of:\n    ETH/USDT: {takr: 0}\n`, 'my.yaml:4:16: fees.of.ETH/USDT.takr: unknown key; did you mean "taker"?'],
    ["a fee in percent", `${TWO}fees:\n  of:\n    ETH/USDT: {taker: 0.4}\n`, "my.yaml:4:16: fees.of.ETH/USDT.taker: must be at most 0.1, got 0.4"],
  ])("are refused at their place for %s", (_, text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  describe("where the symbols are chosen", () => {
    const of = (symbol: string): string => `fees: {of: {${symbol}: {taker: 0}}}\n`;
    const CHOSEN = { at: "2024-01-01", symbols: [{ symbol: "A/USDT", total: 1, why: "" }], leftOut: [{ symbol: "B/USDT", why: "" }] };

    it("may be of every one that can be chosen", () => {
      expect(load(`markets: {from: [A/USDT, B/USDT], top: 1}\n${of("B/USDT")}`).fees.of).toEqual({ "B/USDT": { taker: 0 } });
      expect(() => load(`markets: {from: [A/USDT, B/USDT], top: 1}\n${of("LONGER/EUR")}`)).toThrow("fees.of.LONGER/EUR: is not among the symbols that `markets` chooses from; known are A/USDT, B/USDT");
      expect(load(`${TWO}markets: {top: 1}\n${of("ETH/USDT")}`).fees.of).toEqual({ "ETH/USDT": { taker: 0 } });
      expect(() => load(`${TWO}markets: {top: 1}\n${of("A/USDT")}`)).toThrow("fees.of.A/USDT: is not among");
    });

    it("are of anything as long as only the store knows what can be chosen, and of those that were looked at once it has been", () => {
      const definition = load(`markets: {from: store:kraken, top: 1}\n${of("B/USDT")}`);
      const chosen = { ...definition, symbols: ["A/USDT"], markets: { ...definition.markets!, chosen: CHOSEN } };
      const schema = definitionSchema(agents, strategies);
      expect(schema.safeParse(chosen).success).toBe(true);
      const other = schema.safeParse({ ...chosen, fees: { ...definition.fees, of: { "C/USDT": {} } } });
      expect(other.error?.issues.map(({ path }) => path)).toEqual([["fees", "of", "C/USDT"]]);
    });
  });
});

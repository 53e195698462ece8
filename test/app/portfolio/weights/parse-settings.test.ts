import { describe, expect, it } from "vitest";
import { parseSettings, type WeightsFlags } from "../../../../src/app/portfolio/weights/parse-settings.ts";

const SYMBOLS = ["BTC/USDT", "ETH/USDT", "SOL/USDT"];
const parse = (flags: WeightsFlags) => parseSettings(flags, SYMBOLS, 7);

describe("the flags of weights", () => {
  it("have a default each", () => {
    expect(parse({})).toMatchObject({ method: "max-sharpe", estimate: "ledoit-wolf", maxWeight: null, cash: { min: 0, max: 0 }, riskFree: 0, points: 20, draws: 200, seed: 7 });
  });

  it("take shares as fractions and as percentages", () => {
    expect(parse({ maxWeight: "40%", minWeight: "0.05", cash: "0..30%", riskFree: "4 %" })).toMatchObject({ maxWeight: 0.4, minWeight: 0.05, cash: { min: 0, max: 0.3 }, riskFree: 0.04 });
    expect(parse({ cash: "0.1" }).cash).toEqual({ min: 0.1, max: 0.1 });
  });

  it("take caps by symbol, whatever the case", () => {
    expect(parse({ maxWeight: "btc/usdt=0.5,ETH/USDT=30%" }).maxWeight).toEqual(new Map([["BTC/USDT", 0.5], ["ETH/USDT", 0.3]]));
  });

  it("take groups with a most, and with a least too", () => {
    const { groups } = parse({ group: ["majors=BTC/USDT,ETH/USDT:0.6", "young=SOL/USDT:0.1..0.2"] });
    expect(groups).toEqual([
      { name: "majors", members: ["BTC/USDT", "ETH/USDT"], min: 0, max: 0.6 },
      { name: "young", members: ["SOL/USDT"], min: 0.1, max: 0.2 },
    ]);
  });

  it("bring market values to shares of one", () => {
    const { marketWeights } = parse({ method: "black-litterman", marketWeights: "BTC/USDT=1.2e12,ETH/USDT=4e11,SOL/USDT=0" });
    expect([...marketWeights!.values()]).toEqual([0.75, 0.25, 0]);
  });

  it.each<[string, WeightsFlags, RegExp]>([
    ["a method that there is not", { method: "max-sharp" }, /--method max-sharp: there is no such method; did you mean "max-sharpe"\?/],
    ["an estimate that there is not", { estimate: "guess" }, /there is no such estimate; known are sample/],
    ["a half-life without its estimate", { halfLife: "30" }, /belongs to --estimate exponential/],
    ["a share over one", { maxWeight: "40" }, /--max-weight 40: 40 is no share from 0 to 1; write 0\.3 or 30%/],
    ["a span that ends before it begins", { cash: "0.3..0.1" }, /the smaller share first/],
    ["nothing but cash", { cash: "1" }, /all of it would be cash/],
    ["a cap of a stranger", { maxWeight: "BTC/USDC=0.5" }, /BTC\/USDC is none of the symbols; did you mean "BTC\/USDT"\?/],
    ["a group without its cap", { group: ["majors=BTC/USDT"] }, /--group majors=BTC\/USDT: write a name, its symbols and the most/],
    ["two groups of one name", { group: ["a=BTC/USDT:0.5", "a=ETH/USDT:0.5"] }, /two groups of this name/],
    ["more than all there is", { current: "BTC/USDT=0.7,ETH/USDT=0.7" }, /the weights are 1\.4 together, more than all there is/],
    ["a symbol that stands twice", { current: "BTC/USDT=0.2,BTC/USDT=0.3" }, /stands there twice/],
    ["turnover from nowhere", { turnover: "0.2" }, /give --current/],
    ["market weights without their method", { marketWeights: "BTC/USDT=1" }, /belongs to --method black-litterman/],
    ["a symbol with two market weights", { method: "black-litterman", marketWeights: "BTC/USDT=1,ETH/USDT=1,SOL/USDT=1,BTC/USDT=9" }, /BTC\/USDT stands there twice/],
    ["two sizes in one market weight", { method: "black-litterman", marketWeights: "BTC/USDT=1=9,ETH/USDT=1,SOL/USDT=1" }, /"BTC\/USDT=1=9" is no size/],
    ["a symbol without market weight", { method: "black-litterman", marketWeights: "BTC/USDT=1" }, /ETH\/USDT, SOL\/USDT have none/],
    ["risk aversion where there is none", { riskAversion: "3" }, /max-sharpe has none/],
    ["a rate that is text", { riskFree: "four" }, /write a rate a year such as 0\.04 or 4%/],
    ["too few draws", { draws: "3" }, /write a whole number from 20 to 10000/],
  ])("say what is wrong with %s", (_name, flags, message) => {
    expect(() => parse(flags)).toThrow(message);
  });
});

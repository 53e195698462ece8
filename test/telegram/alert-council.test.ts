import { afterEach, describe, expect, it } from "vitest";
import type { LevelRow, Operator, VotesView } from "../../src/ports/operator.ts";
import { MINUTE, START } from "../app/trade/harness.ts";
import { desk, endAll, market } from "./alert-bench.ts";

afterEach(endAll);

describe("an alert of the council", () => {
  const level = (price: number, kind: LevelRow["kind"]): LevelRow => ({ kind, price, distance: null, strength: 0.62, touches: 4 });
  const votes = (time: number, stance: VotesView["stance"], scores: Readonly<Record<string, number | null>>): VotesView => ({
    symbol: "BTC/USDT", time, stance, conviction: 0.31, exposure: 1,
    votes: Object.entries(scores).map(([agent, score]) => ({ agent, score, confidence: 1, weight: 1, reason: `${agent} says so`, size: null, veto: null, worth: null })), pool: null,
  });
  /** A council whose word is set by hand, over a real market. */
  async function council(then: readonly number[]) {
    const { operator: real, pass } = await market(then);
    const said: { view: VotesView | null; levels: readonly LevelRow[]; later: number } = { view: null, levels: [], later: 0 };
    const operator: Operator = {
      ...real,
      status: () => ({ ...real.status(), time: real.status().time + said.later }),
      risk: () => ({ ...real.risk(), profile: { name: "balanced" } as never }),
      votes: () => said.view,
      levels: () => said.levels,
    };
    return { operator, pass, said };
  }

  it("tells of a level that was touched, also of one that a new decision has replaced since", async () => {
    const { operator, pass, said } = await council([100, 103, 103, 103, 103]);
    said.view = votes(START + 60 * MINUTE, "range", {});
    said.levels = [level(102, "resistance"), level(95, "support")];
    const { look, ask, told, mine } = desk(operator);
    ask("btc level");
    look();
    await pass(1);
    look();
    expect(told()).toEqual([]);
    await pass(2);
    said.view = votes(START + 63 * MINUTE, "range", {});
    said.levels = [level(120, "resistance")];
    look();
    expect(told()).toEqual([expect.stringMatching(/^🔔 BTC\/USDT touched the resistance at 102\.00 USDT \(strength 62 %, 4 touches before\)\.\nNow 10[23]\.\d\d USDT\.\nYou asked \(alert 1\): BTC\/USDT touches a support or resistance\.\nSet it again: \/alert btc level$/) as string]);
    expect(mine()).toEqual([]);
  });

  it("that is for every time rests for an hour and then comes again", async () => {
    const { operator, pass, said } = await council([100, 103, 103, ...Array<number>(64).fill(103), 97, 97, 97]);
    said.view = votes(START, "range", {});
    said.levels = [level(102, "resistance"), level(98, "support")];
    const { look, ask, told } = desk(operator);
    ask("btc level every");
    await pass(3);
    look();
    expect(told()).toEqual([expect.stringContaining("It rests for an hour; /alert off 1 ends it.") as string]);
    await pass(64);
    look();
    expect(told()).toEqual([]);
    await pass(2);
    look();
    expect(told()).toEqual([expect.stringContaining("support at 98.00") as string]);
  });

  it("tells of another stance and of votes that change their sign, not of those that only change", async () => {
    const { operator, said } = await council([100]);
    const { look, ask, told, mine } = desk(operator);
    ask("btc vote");
    ask("btc vote every");
    look();
    said.view = votes(1, "range", { trend: 0.4, news: null, depth: -0.2 });
    look();
    said.view = votes(2, "range", { trend: 0.1, news: -0.3, depth: 0 });
    look();
    expect(told()).toEqual([]);
    said.view = votes(3, "accumulate", { trend: 0.2, news: 0.5, depth: 0.1 });
    look();
    const [once, every] = told();
    expect(once).toMatch(/^🔔 BTC\/USDT: range → accumulate, conviction \+0\.31\.\nnews: -0\.30 → \+0\.50, news says so\ndepth: -0\.20 → \+0\.10, depth says so\nNow /);
    expect(every).toContain("It rests for an hour");
    expect(mine().map(({ id }) => id)).toEqual([2]);
    // What changes in the rest is told when it is over, if it lasts.
    said.view = votes(4, "accumulate", { trend: -0.2, news: 0.5, depth: 0.1 });
    look();
    expect(told()).toEqual([]);
    said.later = 3_600_001;
    look();
    expect(told()).toEqual([expect.stringMatching(/^🔔 BTC\/USDT stays at accumulate, conviction \+0\.31; of another sign:\ntrend: \+0\.20 → -0\.20/) as string]);
  });

  it("tells of a drawdown of the account at the last prices", async () => {
    const { operator: real } = await market([100]);
    const operator: Operator = { ...real };
    const { look, ask, told, mine } = desk(operator);
    ask("drawdown 10%");
    look();
    expect(told()).toEqual([]);
    operator.performance = () => ({ ...real.performance(), peakEquity: 12_500 });
    look();
    expect(told()).toEqual(["🔔 The account is 20 % under its highest equity.\nYou asked (alert 1): the account is 10 % under its highest equity.\nSet it again: /alert drawdown 10%"]);
    expect(mine()).toEqual([]);
  });
});

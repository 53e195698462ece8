import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COUNCIL, type Operated, operated, swinging } from "./fixture.ts";

describe("an operator of a bot with a council", () => {
  let one: Operated;
  beforeAll(async () => {
    one = await operated(COUNCIL, swinging(436), 376);
  }, 30_000);
  afterAll(() => one.close());

  it("sees every agent's vote, the strongest pull first, and those who only size after them", () => {
    const votes = one.operator.votes("BTC/USDT")!;
    expect(votes.votes.map(({ agent }) => agent).toSorted()).toEqual([...one.bot.session.bot.agentNames].toSorted());
    const directional = votes.votes.filter(({ size, score }) => size === null && score !== null);
    const pulls = directional.map(({ score, confidence, weight }) => Math.abs(score ?? 0) * confidence * weight);
    expect(pulls).toEqual(pulls.toSorted((a, b) => b - a));
    expect(votes.votes.find(({ agent }) => agent === "risk-profile")?.size).toBeGreaterThan(0);
  });

  it("sees what each forecaster weighs and was worth, and the pool, as the council has learned it", () => {
    const { votes, pool } = one.operator.votes("BTC/USDT")!;
    const { learning } = one.bot.session.bot.symbols.get("BTC/USDT")!;
    expect(pool!.rounds).toBe(learning.rounds.length);
    expect(pool!.rounds).toBeGreaterThan(0);
    const mean = learning.rounds.reduce((sum, { pool: p, outcome }) => sum + (p - outcome) ** 2, 0) / learning.rounds.length;
    expect(pool!.brier).toBeCloseTo(mean, 12);
    for (const { agent, weight, worth } of votes) {
      if (worth === null) expect(agent).toBe("risk-profile");
      else expect([weight, worth.rounds <= learning.rounds.length]).toEqual([learning.weights()[agent], true]);
    }
  });

  it("is told why in the council's own words, with what was done lately and for which reason", () => {
    const why = one.operator.why("BTC/USDT")!;
    expect(why.reason).toBe(one.bot.session.bot.symbols.get("BTC/USDT")!.decision!.reason);
    expect(why.lately.length).toBeGreaterThan(0);
    expect(why.lately.every(({ text }) => /: (cell buy|cell sell|deal entry|safety order \d|initial purchase|take-profit)/.test(text))).toBe(true);
    expect(why.lately.map(({ time }) => time)).toEqual(why.lately.map(({ time }) => time).toSorted((a, b) => b - a));
  });

  it("is told the thresholds that are still ahead, never one that is passed", () => {
    const { conviction, wouldChange, stance } = one.operator.why("BTC/USDT")!;
    const begins = wouldChange.some((sentence) => sentence.startsWith('"accumulate" begins'));
    expect(begins).toBe(stance !== "accumulate" && conviction < 0.25);
    expect(wouldChange.length).toBeGreaterThan(0);
  });

  it("sees levels on both sides with their distances from the price, highest first", () => {
    const levels = one.operator.levels("BTC/USDT");
    const price = one.operator.status().symbols[0]!.price!;
    expect(levels.length).toBeGreaterThan(0);
    for (const level of levels) expect(level.distance).toBeCloseTo(level.price / price - 1, 12);
    expect(levels.map((level) => level.price)).toEqual(levels.map((level) => level.price).toSorted((a, b) => b - a));
  });

  it("sees the DCA deal with its average, fees included, and how far its take-profit is", () => {
    const [deal] = one.operator.dcas();
    expect(deal!.held).toBeGreaterThan(0);
    expect(deal!.average).toBeCloseTo(deal!.cost / deal!.held, 10);
    expect(deal!.toTakeProfit).toBeCloseTo(deal!.takeProfit! / deal!.price! - 1, 10);
    const rests = one.operator.orders(1, 50).rows.filter(({ strategy, side }) => strategy === "dca" && side === "sell");
    expect(rests.map(({ price }) => price)).toEqual([deal!.takeProfit]);
  });

  it("takes the fills back one by one to a curve that ends where the books are", () => {
    const curve = one.operator.equity(30);
    expect(curve).toHaveLength(30);
    expect(curve.at(-1)!.equity).toBeCloseTo(one.operator.status().equity, 6);
    const all = one.operator.equity(500);
    expect(all[0]!.equity).toBe(10_000);
    expect(all.slice(-30)).toEqual(curve);
  });
});

import { setImmediate as nextLook } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Turn } from "../../../src/app/trade/turn.ts";
import { MINUTE, ONE_MARKET, START, candlesOf, openBot, openExchange } from "./harness.ts";

let exchange: Awaited<ReturnType<typeof openExchange>>;
let bot: Awaited<ReturnType<typeof openBot>>;
beforeAll(async () => {
  exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
  exchange.engine.advance(START + 60 * MINUTE);
  bot = await openBot(exchange, { yaml: `${ONE_MARKET}strategies: { grid: { lower: 95, upper: 105, levels: 3 } }\ntrade: { mode: live }\n` });
});
afterAll(async () => {
  await bot.close();
  await exchange.close();
});

/** A turn over a real desk whose clock is the test's; what was folded together stands in one list. */
function turnAt(clock: { now: number }) {
  const folds: string[][] = [[]];
  const state = { isOpen: true, sends: 0 };
  const turn = new Turn({
    desk: bot.session.desk,
    outbound: { wants: () => false, claim: () => folds.push([]), send: () => (state.sends += 1), isOpen: () => state.isOpen },
    onError: (error) => {
      throw error;
    },
    gather: { quiet: 0.5, longest: 4 },
    monotonic: () => clock.now,
  });
  const add = (name: string, isOfMarket: boolean): void => turn.add(() => folds.at(-1)!.push(name), isOfMarket);
  return { turn, add, state, folded: () => folds.slice(0, -1) };
}

async function looks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await nextLook();
}

describe("a turn", () => {
  it("waits for the candles of the other symbols while they are coming, and folds all of them together", async () => {
    const clock = { now: 1_000 };
    const { turn, add, folded } = turnAt(clock);
    for (const name of ["BTC", "ETH", "SOL"]) {
      add(name, true);
      clock.now += 0.4;
      await looks(3);
    }
    expect(folded()).toEqual([]);
    expect(turn.isIdle).toBe(false);
    clock.now += 0.2;
    await looks(3);
    expect(folded()).toEqual([["BTC", "ETH", "SOL"]]);
    expect(turn.isIdle).toBe(true);
  });

  it("waits no longer than a few milliseconds in all, however many are coming", async () => {
    const clock = { now: 1_000 };
    const { add, folded } = turnAt(clock);
    for (let i = 0; i < 20; i++) {
      add(String(i), true);
      clock.now += 0.25;
      await looks(3);
    }
    expect(folded()[0]).toHaveLength(16);
  });

  it("folds what concerns an order at once, with the candles that have come", async () => {
    const clock = { now: 1_000 };
    const { add, folded } = turnAt(clock);
    add("answer", false);
    await looks(2);
    expect(folded()).toEqual([["answer"]]);
  });

  it("takes in nothing any more once it is told so, and still folds answers", async () => {
    const { turn, add, state, folded } = turnAt({ now: 1_000 });
    state.isOpen = false;
    add("candle", false);
    const answered = turn.do(() => Promise.resolve("answer"));
    await looks(2);
    expect(folded()).toEqual([[]]);
    expect(await answered).toBe("answer");
  });
});

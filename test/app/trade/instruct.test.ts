import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { operatorOf } from "../../../src/app/operator/operator.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { discrepancies } from "../../../src/app/trade/holdings.ts";
import { recover } from "../../../src/app/trade/recover.ts";
import { UserError } from "../../../src/core/user-error.ts";
import type { Exchange } from "../../../src/exchange/server.ts";
import type { Operator } from "../../../src/ports/operator.ts";
import { strategies } from "../../../strategies/index.ts";
import { MINUTE, START, ONE_MARKET, candlesOf, openBot, openExchange, settled, until } from "./harness.ts";

const HAND = `
${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1, initialPurchase: false }
  manual: {}
trade: { mode: live }
`;
const COUNCIL = HAND.replace("agents: {}", "riskProfile: balanced").replace("strategies:", "strategies:\n  dca: {}");

type TestBot = Awaited<ReturnType<typeof openBot>>;

function operatorFor(bot: TestBot, yaml: string): Operator {
  const definition = loadDefinition({ text: yaml, name: "test.yaml", overrides: [], agents, strategies });
  return operatorOf({
    session: bot.session,
    parts: { botId: "test", mode: "live", definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() },
    version: "0.2.0", stop: () => undefined,
  });
}

/** Plays the exchange to a minute, every fill answered before it goes on. */
async function play(exchange: Exchange, bot: TestBot, minute: number): Promise<void> {
  const to = START + minute * MINUTE;
  while (exchange.engine.advance(to, true) < to) await until("the fill is answered", () => settled(bot, exchange));
  await until("the minute is settled", () => settled(bot, exchange));
}

const heldByHand = (bot: TestBot): number => {
  const { account } = bot.session.bot.symbols.get("BTC/USDT")!.sleeves.find(({ strategy }) => strategy.byHand)!;
  return [...account.lots.values()].reduce((sum, { units }) => sum + units, 0) / 1e8;
};
const fillsOf = (bot: TestBot): string[] => bot.log.filter((line) => line.startsWith("fill") && /(buy|sell)\/\d/.test(line));

/** Replays the journal as `caucus replay` does: the entries that did not come out again. */
function divergences(bot: TestBot): unknown[] {
  const found: unknown[] = [];
  recover(bot.journal, agents, strategies, (_entry, _event, divergence) => {
    if (divergence) found.push(divergence);
  });
  return found;
}

async function assertBooks(bot: TestBot): Promise<void> {
  const balances = await bot.venue.balances();
  expect(balances.ok && discrepancies(bot.session.bot, balances.value, bot.session.desk.parts.baseline())).toEqual([]);
  expect(divergences(bot)).toEqual([]);
  const again = recover(bot.journal, agents, strategies)!.bot;
  expect(again.ledger).toEqual(bot.session.bot.ledger);
  expect(bot.session.failure).toBeNull();
}

describe("orders by hand on the local exchange", () => {
  it("buy at the market, rest at a limit, and wait for a price through a restart; the journal replays byte for byte", async () => {
    const path = [...Array<number>(64).fill(100), 99, 98.2, ...Array<number>(60).fill(96.9)];
    const exchange = await openExchange(candlesOf(path));
    exchange.engine.advance(START + 60 * MINUTE);
    let bot = await openBot(exchange, { yaml: HAND });
    const { folder } = bot;
    try {
      await until("the grid rests", () => bot.session.settled() && bot.session.desk.open().length >= 2);
      let operator = operatorFor(bot, HAND);
      const preview = operator.previewOrder({ symbol: "BTC/USDT", side: "buy", worth: 250.0004 });
      expect(preview).toMatchObject({ quantity: 2.5, price: 100, isAbout: true, type: "market", worth: 250, fee: 0.25, refusals: [], heldByHand: 0, exposureBefore: 0 });
      expect(preview.exposureAfter).toBeCloseTo(0.025, 4);
      const bought = operator.order({ symbol: "BTC/USDT", side: "buy", worth: 250 }, "telegram:1");
      await until("the market order is filled", () => heldByHand(bot) > 0);
      const resting = operator.order({ symbol: "BTC/USDT", side: "buy", quantity: 0.5, limit: 98.5 }, "telegram:1");
      const waiting = operator.order({ symbol: "BTC/USDT", side: "buy", quantity: 0.25, when: { below: 97.2 } }, "telegram:1");
      await until("the limit rests", () => operator.instructions().some(({ id, state }) => id === resting && state === "resting"));
      expect(operator.instructions().map(({ id, state, limit, when }) => [id, state, limit, when])).toEqual([
        [resting, "resting", 98.5, null],
        [waiting, "waiting", null, { below: 97.2 }],
      ]);
      expect([bought, resting, waiting]).toEqual([1, 2, 3]);

      await play(exchange, bot, 66);
      await bot.close();
      bot = await openBot(exchange, { yaml: HAND, folder });
      await until("the restarted bot has settled", () => settled(bot, exchange));
      operator = operatorFor(bot, HAND);
      expect(operator.instructions().map(({ id, state }) => [id, state])).toEqual([[waiting, "waiting"]]);
      // Second by second: of the quotes of a minute that passes at once the client hears only one, or none.
      await until("the price was there", () => {
        if (operator.instructions().length > 0) exchange.engine.advance(exchange.engine.now + 1_000);
        return operator.instructions().length === 0 && settled(bot, exchange);
      });
      expect(fillsOf(bot)).toEqual(["fill buy buy/3 25000"]);
      expect(heldByHand(bot)).toBeCloseTo(3.25 * 0.999, 6);
      await assertBooks(bot);
      exchange.engine.check();
    } finally {
      await bot.close();
      await exchange.close();
    }
    expect(bot.log.filter((line) => line.startsWith("ALERT"))).toEqual([]);
  });

  it("sell what they bought, are taken back by number, and are refused in words what they do not hold", async () => {
    const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
    exchange.engine.advance(START + 60 * MINUTE);
    const bot = await openBot(exchange, { yaml: HAND });
    try {
      await until("the grid rests", () => bot.session.settled() && bot.session.desk.open().length >= 2);
      const operator = operatorFor(bot, HAND);
      const sell = { symbol: "BTC/USDT", side: "sell", quantity: 1 } as const;
      expect(operator.previewOrder(sell).refusals).toEqual([expect.stringContaining("a sale by hand takes from what was bought by hand, and that is 0 BTC, not 1")]);
      expect(() => operator.order(sell, "me")).toThrow(UserError);
      operator.order({ symbol: "BTC/USDT", side: "buy", quantity: 2 }, "me");
      await until("it is bought", () => heldByHand(bot) > 1.9 && bot.session.settled());
      operator.order({ ...sell, limit: 120 }, "me");
      operator.order({ ...sell, quantity: 0.5 }, "me");
      await until("half is sold", () => heldByHand(bot) < 1.6 && bot.session.settled());
      const [offer] = operator.instructions();
      expect(offer).toMatchObject({ id: 2, side: "sell", limit: 120, state: "resting", filled: 0 });
      operator.cancelInstruction("BTC/USDT", 2, "me");
      await until("the offer is gone", () => operator.instructions().length === 0 && bot.session.settled() && !bot.session.desk.open().some(({ key }) => key === "sell/2"));
      expect(() => operator.cancelInstruction("BTC/USDT", 2, "me")).toThrow(/there is no order by hand number 2/);
      await assertBooks(bot);
    } finally {
      await bot.close();
      await exchange.close();
    }
  });

  it("are judged by the gate of every order: too large for the profile is refused before anything is journaled", async () => {
    const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
    exchange.engine.advance(START + 60 * MINUTE);
    const bot = await openBot(exchange, { yaml: COUNCIL });
    try {
      await until("the bot is settled", () => bot.session.settled() && Number.isFinite(bot.session.bot.symbols.get("BTC/USDT")!.price));
      const operator = operatorFor(bot, COUNCIL);
      const large = { symbol: "BTC/USDT", side: "buy", worth: 4_000 } as const;
      const before = bot.journal.lastSequence;
      expect(operator.previewOrder(large).refusals).toEqual(["worth more than 35 % of equity"]);
      expect(() => operator.order(large, "me")).toThrow("The order is refused: worth more than 35 % of equity.");
      expect(bot.journal.lastSequence).toBe(before);
      // The preview is courtesy: past it stands the gate, and the order is not tried again.
      expect(bot.session.instruct("BTC/USDT", "manual", { do: "buy", id: 1, worth: 4_000 }, "me")).toEqual(["worth more than 35 % of equity"]);
      expect(operator.instructions()).toEqual([]);
      expect(exchange.engine.trades(0, "BTCUSDT")).toEqual([]);
      await assertBooks(bot);
    } finally {
      await bot.close();
      await exchange.close();
    }
  });
});

describe("parameters and limits of a running bot", () => {
  it("change the grid as the preview says, keep what it holds for sale, and survive a restart", async () => {
    const path = [...Array<number>(62).fill(100), 98, 97, 97, 97, 97, 97];
    const exchange = await openExchange(candlesOf(path));
    exchange.engine.advance(START + 60 * MINUTE);
    let bot = await openBot(exchange, { yaml: HAND });
    const { folder } = bot;
    try {
      await until("the grid rests", () => bot.session.settled() && bot.session.desk.open().length >= 2);
      await play(exchange, bot, 64);
      let operator = operatorFor(bot, HAND);
      // No level stands within the wicks around the price of 97.
      const params = { lower: 94.25, upper: 98.25, levels: 9 };
      await until("the price is heard", () => Math.abs((bot.session.extremes("BTC/USDT", 0).last?.price ?? 0) - 97) <= 0.11);
      const preview = operator.previewParams("grid", "BTC/USDT", params);
      expect(preview.levelsBefore).toEqual([95, 97.5, 100, 102.5, 105]);
      expect(preview.levelsAfter).toEqual([94.25, 94.75, 95.25, 95.75, 96.25, 96.75, 97.25, 97.75, 98.25]);
      expect(preview.changes.filter(({ from, to }) => from !== to).map(({ name, from, to }) => [name, from, to])).toEqual([["lower", 95, 94.25], ["upper", 105, 98.25], ["levels", 5, 9]]);
      expect(preview.cancels.map(({ side, price }) => [side, price])).toEqual([["buy", 95]]);
      expect(operator.grids()[0]!.levels).toEqual(preview.levelsBefore);
      operator.setParams("grid", "BTC/USDT", params, "me");
      await until("the new grid rests", () => bot.session.settled() && bot.session.desk.open().length >= preview.orders.filter(({ price }) => price !== null).length);
      const prices = (): (number | null)[] => operator.orders(1, 50).rows.map(({ price }) => price).toSorted((a, b) => (a ?? 0) - (b ?? 0));
      expect(prices()).toEqual(preview.orders.map(({ price }) => price).toSorted((a, b) => (a ?? 0) - (b ?? 0)));
      expect(prices()).toContain(100);
      expect(operator.previewParams("grid", "BTC/USDT", { lower: 99 }).refusals).toEqual(["lower: must be below upper (98.25), got 99"]);
      expect(() => operator.setParams("grid", "BTC/USDT", { levels: 1 }, "me")).toThrow(/levels/);
      const levels = operator.grids()[0]!.levels;
      const open = bot.session.desk.open().length;
      await bot.close();
      bot = await openBot(exchange, { yaml: HAND, folder });
      await until("the restarted bot has settled", () => settled(bot, exchange));
      operator = operatorFor(bot, HAND);
      expect(operator.grids()[0]!.levels).toEqual(levels);
      expect(bot.session.desk.open()).toHaveLength(open);
      await assertBooks(bot);
    } finally {
      await bot.close();
      await exchange.close();
    }
  });

  it("put another profile in force for gate, agent and strategies, through a restart", async () => {
    const exchange = await openExchange(candlesOf(Array<number>(360).fill(100)));
    exchange.engine.advance(START + 300 * MINUTE);
    let bot = await openBot(exchange, { yaml: COUNCIL });
    const { folder } = bot;
    try {
      await until("the bot is settled", () => bot.session.settled() && Number.isFinite(bot.session.bot.symbols.get("BTC/USDT")!.price));
      let operator = operatorFor(bot, COUNCIL);
      const preview = operator.previewProfile("safe-and-steady");
      expect(preview).toMatchObject({ from: "balanced", to: "safe-and-steady", isBolder: false, refusals: [] });
      expect(preview.changes).toContainEqual({ name: "Most in the market", from: "65 %", to: "25 %" });
      expect(operator.previewProfile("growth").isBolder).toBe(true);
      expect(() => operator.setProfile("balanced", "me")).toThrow(/in force already/);
      operator.setProfile("safe-and-steady", "me");
      expect(operator.risk().profile?.name).toBe("safe-and-steady");
      const order = { symbol: "BTC/USDT", side: "buy", worth: 1_000 } as const;
      expect(operator.previewOrder(order).refusals).toEqual(["worth more than 5 % of equity"]);
      await bot.close();
      bot = await openBot(exchange, { yaml: COUNCIL, folder });
      await until("the restarted bot has settled", () => bot.session.settled());
      operator = operatorFor(bot, COUNCIL);
      expect(operator.risk().profile?.name).toBe("safe-and-steady");
      expect(operator.previewOrder(order).refusals).toEqual(["worth more than 5 % of equity"]);
      expect(bot.session.bot.symbols.get("BTC/USDT")!.sleeves.map(({ view }) => view.limits?.name)).toEqual(["safe-and-steady", "safe-and-steady", "safe-and-steady"]);
      await assertBooks(bot);
    } finally {
      await bot.close();
      await exchange.close();
    }
  });
});

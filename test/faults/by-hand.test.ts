import { describe, expect, it } from "vitest";
import type { Venue } from "../../src/ports/venue.ts";
import { type RunningBot, assertInvariants, openBot, openWorld, rest, settled, tradesOf, until } from "./fixture.ts";
import { ONE_MARKET } from "../app/trade/harness.ts";

const HAND = `
${ONE_MARKET}strategies: { manual: {} }
trade: { mode: live }
`;
const give = (bot: RunningBot, instruction: Parameters<RunningBot["session"]["instruct"]>[2]): readonly string[] => bot.session.instruct("BTC/USDT", "manual", instruction, "test");
const pending = (bot: RunningBot): (number | undefined)[] =>
  bot.session.bot.symbols.get("BTC/USDT")!.sleeves[0]!.strategy.instructions!.pending().map(({ id }) => id);

describe("a bot that is killed around an order by hand", () => {
  it("killed after the order was written and before it was sent, it buys once", async () => {
    const exchange = await openWorld();
    const bot: RunningBot = await openBot(exchange, {
      yaml: HAND,
      onLine: (line) => {
        if (line.startsWith("instruct")) bot.crash();
      },
    });
    await rest(bot, exchange);
    expect(() => give(bot, { do: "buy", id: 1, quantity: 1 })).not.toThrow();
    expect(tradesOf(exchange)).toEqual([]);

    const again = await openBot(exchange, { yaml: HAND, folder: bot.folder });
    await until("it is bought", () => tradesOf(exchange).length > 0 && settled(again, exchange));
    expect(tradesOf(exchange)).toHaveLength(1);
    expect(pending(again)).toEqual([]);
    assertInvariants(again, exchange);
  });

  it("killed after the exchange had taken it, it takes over what was bought and buys nothing more", async () => {
    const exchange = await openWorld();
    const gate: { after?: () => void } = {};
    const dying = (venue: Venue): Venue => {
      const submit = venue.submit.bind(venue);
      venue.submit = async (order) => {
        const answer = await submit(order);
        gate.after?.();
        return answer;
      };
      return venue;
    };
    const bot = await openBot(exchange, { yaml: HAND, venue: dying });
    await rest(bot, exchange);
    gate.after = () => bot.crash();
    exchange.act({ action: "lose-next", count: 1_000 });
    give(bot, { do: "buy", id: 1, quantity: 1 });
    await until("the bot is dead", () => bot.session.failure !== null && tradesOf(exchange).length === 1);

    const again = await openBot(exchange, { yaml: HAND, folder: bot.folder });
    await until("it is booked", () => settled(again, exchange) && pending(again).length === 0);
    expect(tradesOf(exchange)).toHaveLength(1);
    expect(give(again, { do: "buy", id: 1, quantity: 1 })).toEqual(["the number 1 was given before"]);
    assertInvariants(again, exchange);
  });

  it("killed while an order waits for its price, it sends it when the price comes after the restart", async () => {
    const exchange = await openWorld({ path: [99, 98, ...Array<number>(60).fill(96)] });
    const bot = await openBot(exchange, { yaml: HAND });
    await rest(bot, exchange);
    give(bot, { do: "buy", id: 1, worth: 100, when: { below: 97.5 } });
    give(bot, { do: "buy", id: 2, worth: 100, when: { below: 90 } });
    bot.crash();
    const again = await openBot(exchange, { yaml: HAND, folder: bot.folder });
    await rest(again, exchange);
    expect(pending(again)).toEqual([1, 2]);
    // Second by second: of the quotes of a minute that passes at once the client hears only one, or none.
    await until("the price was there", () => {
      if (pending(again).length > 1) exchange.engine.advance(exchange.engine.now + 1_000);
      return pending(again).length === 1 && settled(again, exchange);
    });
    expect(pending(again)).toEqual([2]);
    expect(tradesOf(exchange)).toHaveLength(1);
    assertInvariants(again, exchange);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { operatorOf } from "../../src/app/operator/operator.ts";
import { COUNCIL, operated, swinging } from "../app/operator/fixture.ts";
import { MINUTE, START, ONE_MARKET, candlesOf, openBot, openExchange, until } from "../app/trade/harness.ts";
import { ANN, TOM, closeAll, openDoor } from "./door.ts";
import { pressed, said } from "./talk.ts";

const BOT = `
name: changed
${ONE_MARKET}strategies:
  grid: { lower: 60, upper: 140, levels: 5, spacing: arithmetic, quantity: 1 }
  manual: {}
trade:
  mode: live
  limits: { drawdown: 0.02 }
`;

let close: () => Promise<void>;
afterEach(async () => {
  await closeAll();
  await close();
});

/** A bot at 100 USDT, whose market goes on to the closes that follow when it is told to. */
async function standing(...then: number[]) {
  const exchange = await openExchange(candlesOf([...Array<number>(65).fill(100), ...then]));
  exchange.engine.advance(START + 65 * MINUTE);
  const bot = await openBot(exchange, { yaml: BOT });
  close = async () => {
    await bot.close();
    await exchange.close();
  };
  await until("the bot is ready", () => bot.session.settled() && bot.session.desk.open().length > 0);
  const definition = loadDefinition({ text: BOT, name: "test.yaml", overrides: [], agents, strategies });
  const operator = operatorOf({ session: bot.session, parts: { botId: "test", mode: "live", definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() }, version: "0", stop: () => undefined });
  const doorway = await openDoor(operator, commands);
  const priceOf = (): number | null => operator.previewOrder({ symbol: "BTC/USDT", side: "buy", worth: 50 }).price;
  const goOn = async (price: number): Promise<void> => {
    for (let to = START + 66 * MINUTE; to <= START + (65 + then.length) * MINUTE; to += MINUTE) exchange.engine.advance(to);
    await until(`the price is about ${price}`, () => Math.abs((priceOf() ?? 0) / price - 1) < 0.003);
  };
  return { operator, doorway, goOn, bot };
}

describe("what was confirmed is what happens, or nothing does:", () => {
  it("an order at the market is not sent once the price has gone somewhere else", async () => {
    const { operator, doorway, goOn, bot } = await standing(97, 94);
    const asked = await said(doorway, TOM, "/buy btc 50");
    expect(asked.text).toMatch(/at about +100\.00 USDT/);
    await goOn(94);
    const answer = await pressed(doorway, TOM, asked, "Confirm");
    expect(answer.text).toMatch(/^⛔ Nothing was sent\. BTC\/USDT was at 100\.00 USDT when you were asked and is at 9\d\.\d\d USDT now \(-\d\.\d\d %\)/);
    expect(operator.instructions()).toEqual([]);
    expect(bot.log.filter((line) => line.includes("submit buy buy/"))).toEqual([]);
    const again = await pressed(doorway, TOM, answer, "ask again");
    expect(again.text).toMatch(/at about +94\./);
    expect((await pressed(doorway, TOM, again, "Confirm")).text).toMatch(/^✅ Order 1/);
  });

  it("a sale of everything is shown at the price of now, not at that of the last bar", async () => {
    const { operator, doorway, goOn, bot } = await standing(97, 94);
    await pressed(doorway, TOM, await said(doorway, TOM, "/buy btc 500"), "Confirm");
    await until("it is bought", () => operator.portfolio().some(({ strategy, held }) => strategy === "manual" && held > 4.9));
    await goOn(94);
    // As it stands between two bars: the strategies have not been told of a price yet.
    bot.session.bot.symbols.get("BTC/USDT")!.price = 100;
    expect((await said(doorway, TOM, "/flatten")).text).toMatch(/at about +94\.\d\d USDT\nworth +46\d\.\d\d USDT/);
  });

  it("three percent from now are counted from the price of now, not from that of the last bar", async () => {
    const { doorway, goOn, bot } = await standing(97, 94);
    await goOn(94);
    bot.session.bot.symbols.get("BTC/USDT")!.price = 100;
    expect((await said(doorway, TOM, "buy 50 dollars of btc if it drops 10 percent")).text).toMatch(/\/buy BTC\/USDT 50 USDT when below 84\.\d+\n84\.\d+ is 10 % under the 94\.\d\d USDT of now/);
    expect((await said(doorway, TOM, "/buy btc 50 at 96")).text).toMatch(/The market, 94\.\d\d USDT, is past this limit already/);
  });

  it("an order with a limit is sent all the same: it has said its price itself", async () => {
    const { operator, doorway, goOn } = await standing(97, 94);
    const asked = await said(doorway, TOM, "/buy btc 50 at 80");
    await goOn(94);
    expect((await pressed(doorway, TOM, asked, "Confirm")).text).toMatch(/^✅ Order 1/);
    expect(operator.instructions().map(({ limit }) => limit)).toEqual([80]);
  });

  it("taking orders back does not end a sale of everything that was ordered meanwhile", async () => {
    const { operator, doorway } = await standing();
    const asked = await said(doorway, TOM, "/cancel");
    expect(asked.text).toMatch(/^✖️ Take back \d+ open orders\?/);
    await pressed(doorway, ANN, await said(doorway, ANN, "/flatten"), "Confirm");
    expect((await pressed(doorway, TOM, asked, "Confirm")).text).toMatch(/^⛔ Nothing was taken back\. Somebody has ordered everything to be sold/);
    expect(operator.status().hold).toBe("flatten");
  });

  it("nobody arms a limit anew that was hit after the question", async () => {
    const { operator, doorway, bot } = await standing();
    operator.command("cancel", "test");
    const asked = await said(doorway, TOM, "/resume");
    expect(asked.text).toMatch(/^▶️ Trade again\? The switch stands at cancel\./);
    bot.session.bot.brakes.tripped = true;
    expect((await pressed(doorway, TOM, asked, "Confirm")).text).toMatch(/^⛔ Not resumed\. Since you were asked: The drawdown limit of 2 % was hit/);
    expect([operator.status().hold, bot.session.bot.brakes.tripped]).toEqual(["cancel", true]);
    expect((await said(doorway, TOM, "/resume")).text).toMatch(/only an owner arms it anew/);
    bot.session.bot.brakes.tripped = false;
  });

  it("a resume that was asked for before a sale of everything does not undo it", async () => {
    const { operator, doorway } = await standing();
    operator.command("cancel", "test");
    const asked = await said(doorway, TOM, "/resume");
    operator.command("flatten", "test");
    expect((await pressed(doorway, TOM, asked, "Confirm")).text).toMatch(/the switch was at cancel and is at flatten\./);
    expect(operator.status().hold).toBe("flatten");
  });

  it("a bolder profile does not come after another than the one it was compared with", async () => {
    const one = await operated(COUNCIL, swinging(65), 60);
    close = one.close;
    const doorway = await openDoor(one.operator, commands);
    const asked = await said(doorway, ANN, "/risk high-risk-high-reward now");
    expect(asked.text).toMatch(/^⚠️ Take more risk\?\nbalanced to high-risk-high-reward/);
    one.operator.setProfile("safe-and-steady", "test");
    expect((await pressed(doorway, ANN, asked, "Confirm")).text).toMatch(/^⛔ Nothing was changed\. The profile is another one/);
    expect(one.operator.risk().profile?.name).toBe("safe-and-steady");
  });

  it("parameters do not change over others than those that were shown", async () => {
    const { operator, doorway } = await standing();
    const asked = await said(doorway, ANN, "/setgrid btc levels=3");
    operator.setParams("grid", "BTC/USDT", { levels: 7 }, "test");
    const answer = await pressed(doorway, ANN, asked, "Confirm");
    expect(answer.text).toMatch(/^⛔ Nothing was changed\. The grid of BTC\/USDT has got other parameters/);
    await until("the other change holds", () => operator.grids()[0]!.levels.length === 7);
    expect((await pressed(doorway, ANN, answer, "ask again")).text).toMatch(/levels +7 +3/);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { operated, type Operated } from "../app/operator/fixture.ts";
import { ONE_MARKET, until } from "../app/trade/harness.ts";
import { ANN, TOM, VIC, closeAll, type Doorway, openDoor } from "./door.ts";
import { pressed, said } from "./talk.ts";

const BY_HAND = `
name: by-hand
${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1 }
  manual: {}
trade: { mode: live }
`;
const FLAT = Array<number>(70).fill(100);

let one: Operated;
afterEach(async () => {
  await closeAll();
  await one.close();
});

const held = (): number => one.operator.portfolio().filter(({ strategy }) => strategy === "manual").reduce((sum, row) => sum + row.held, 0);

describe("/buy and /sell", () => {
  let doorway: Doorway;
  beforeEach(async () => {
    one = await operated(BY_HAND, FLAT, 60, (bot) => bot.session.settled());
    doorway = await openDoor(one.operator, commands);
  }, 20_000);

  it("spell out size, price, fee and what is in the market after, and buy once it is confirmed", async () => {
    const asked = await said(doorway, TOM, "/buy btc 50");
    expect(asked.text).toMatch(/buy 0\.5 BTC +market/);
    expect(asked.text).toMatch(/at about +100\.00 USDT/);
    expect(asked.text).toMatch(/worth +50\.00 USDT/);
    expect(asked.text).toMatch(/fee +0\.0500 USDT/);
    expect(asked.text).toMatch(/after +\d+\.\d %/);
    expect(one.operator.instructions()).toEqual([]);
    const done = await pressed(doorway, TOM, asked, "Confirm");
    expect(done.text).toMatch(/Order 1, buy BTC\/USDT, is on its way at the market/);
    await until("it is bought", () => held() > 0.49);
  });

  it("sell a share of what was bought by hand, and no more than that", async () => {
    expect((await said(doorway, TOM, "/sell btc 50%")).text).toMatch(/^There is no BTC to sell by hand: a sale by hand takes from what was bought by hand/);
    await pressed(doorway, TOM, await said(doorway, TOM, "/buy btc 1 btc"), "Confirm");
    await until("it is bought", () => held() > 0.99);
    const half = await said(doorway, TOM, "/sell btc 50%");
    expect(half.text).toMatch(/sell 0\.499\d* BTC +market/);
    await pressed(doorway, TOM, half, "Confirm");
    await until("half of it is sold", () => held() < 0.51);
    const much = await said(doorway, TOM, "/sell btc 3 btc");
    expect(much.text).toMatch(/would be refused:[\s\S]*takes from what was bought by hand/);
    expect(much.buttons).toEqual([]);
  });

  it("keep an order that waits for its price, list it, and take it back with a button", async () => {
    const asked = await said(doorway, TOM, "/buy btc 0.2 btc when below 97");
    expect(asked.text).toMatch(/waits until +price <= 97\.00/);
    await pressed(doorway, TOM, asked, "Confirm");
    await pressed(doorway, TOM, await said(doorway, TOM, "/buy btc 20 at 94"), "Confirm");
    const list = await said(doorway, TOM, "/buy");
    expect(list.text).toMatch(/1 buy BTC\/USDT +0\.2 BTC\n +when +price <= 97\.00[\s\S]*2 buy BTC\/USDT +20\.00 USDT/);
    expect(list.buttons.flat().map(({ text }) => text)).toEqual(["take back 1: buy BTC/USDT", "take back 2: buy BTC/USDT"]);
    const back = await pressed(doorway, TOM, list, "take back 1");
    expect(back.text).toBe("✖️ Order 1, buy BTC/USDT, is taken back.");
    expect(one.operator.instructions().map(({ id }) => id)).toEqual([2]);
    expect((await said(doorway, TOM, "/buy off btc 1")).text).toMatch(/^There is no order by hand number 1 on btc that is not done/);
  });

  it("are a trader's, and say what is wrong with an order", async () => {
    expect((await said(doorway, VIC, "/buy btc 50")).text).toMatch(/^\/buy needs the role trader/);
    expect((await said(doorway, TOM, "/buy doge 50")).text).toMatch(/^"doge" is not traded here\. Symbols: BTC\/USDT\./);
    expect((await said(doorway, TOM, "/buy btc")).text).toMatch(/^Say how much of BTC\. For example: \/buy btc 50 \(USDT\)/);
    expect((await said(doorway, TOM, "/buy btc 50 eur")).text).toMatch(/^"eur" is neither USDT nor BTC\./);
    expect((await said(doorway, TOM, "/buy btc €50")).text).toMatch(/^"€50" is no amount in USDT or BTC/);
    expect((await said(doorway, TOM, "/buy btc 50 at 1.2.3")).text).toMatch(/is no price/);
    expect((await said(doorway, TOM, "/buy btc 50 usdt tomorrow")).text).toMatch(/^"tomorrow" is not understood/);
    expect((await said(doorway, TOM, "/buy btc 50%")).text).toMatch(/^A share is for selling/);
    expect((await said(doorway, TOM, "/buy btc 900000")).text).toMatch(/would be refused/);
    expect(one.operator.instructions()).toEqual([]);
  });

  it("show other parameters of the grid with what they change, for an owner, and take them once confirmed", async () => {
    expect((await said(doorway, TOM, "/setgrid btc levels=3")).text).toMatch(/^\/setgrid needs the role owner/);
    const asked = await said(doorway, ANN, "/setgrid btc Levels=3");
    expect(asked.text).toMatch(/levels +5 +3/);
    expect(asked.text).toMatch(/levels now +5: 95\.00 - 105\.00\nlevels then +3: 95\.00 - 105\.00/);
    expect(asked.text).toMatch(/\d+ open orders? taken back/);
    expect(one.operator.grids()[0]!.levels).toHaveLength(5);
    await pressed(doorway, ANN, asked, "Confirm");
    await until("the grid is another", () => one.operator.grids()[0]!.levels.length === 3);
    expect((await said(doorway, ANN, "/setgrid btc levels=1")).text).toMatch(/would not take that/);
    expect((await said(doorway, ANN, "/setgrid btc levels")).text).toMatch(/is not of the form name=value/);
    expect((await said(doorway, ANN, "/setdca btc takeProfit=2%")).text).toMatch(/There is no dca on BTC\/USDT/);
  });
});

describe("without orders by hand in the definition", () => {
  it("/buy says what to add", async () => {
    one = await operated(BY_HAND.replace("  manual: {}\n", ""), FLAT, 60, (bot) => bot.session.settled());
    const doorway = await openDoor(one.operator, commands);
    const { text, buttons } = await said(doorway, TOM, "/buy btc 50");
    expect(text).toMatch(/would be refused:[\s\S]*put manual among the strategies of its definition/);
    expect(buttons).toEqual([]);
    expect((await said(doorway, TOM, "/sell btc all")).text).toMatch(/put manual among the strategies/);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { draftFrom } from "../../src/adapters/telegram/orders/draft.ts";
import { operated, type Operated } from "../app/operator/fixture.ts";
import { ANN, TOM, closeAll, type Doorway, openDoor } from "./door.ts";
import { pressed, said } from "./talk.ts";
import { ONE_MARKET } from "../app/trade/harness.ts";

const BOT = `
name: meant
${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1 }
  manual: { maxOrder: 400 }
trade: { mode: live }
`;

let one: Operated;
let doorway: Doorway;
beforeEach(async () => {
  one = await operated(BOT, Array<number>(70).fill(100), 60, (bot) => bot.session.settled());
  doorway = await openDoor(one.operator, commands);
}, 20_000);
afterEach(async () => {
  await closeAll();
  await one.close();
});

describe("what is shown before it is confirmed", () => {
  it("is worked out at the price of now for an order whose price to wait for is there already", async () => {
    const asked = await said(doorway, TOM, "/buy btc 50 when above 1");
    expect(asked.text).toMatch(/buy 0\.5 BTC +market/);
    expect(asked.text).toMatch(/at about +100\.00 USDT/);
    expect(asked.text).toMatch(/is there already/);
  });

  it("is a refusal for what is worth more than allowed at that price, whatever it waits for", async () => {
    const asked = await said(doorway, TOM, "/buy btc 5 btc when above 1");
    expect(asked.text).toMatch(/would be refused:\n• it is worth 500, more than the 400 that maxOrder allows/);
    expect(asked.buttons).toEqual([]);
  });

  it("has a limit and a price to wait for beside each other, as a sentence has them", async () => {
    expect(draftFrom("buy", "btc 50 at 94 when below 96", one.operator)).toEqual({ draft: { symbol: "BTC/USDT", side: "buy", worth: 50, limit: 94, when: { below: 96 } } });
    expect(draftFrom("buy", "btc 50 at 94 at 95", one.operator)).toEqual({ wrong: expect.stringMatching(/^An order has one limit\./) as string });
    const read = await said(doorway, TOM, "buy 50 dollars of btc at 94 if it drops below 96");
    const asked = await pressed(doorway, TOM, read, "/buy");
    expect(asked.text).toMatch(/waits until +price <= 96\.00\nat +94\.00 USDT/);
  });

  it("says that nothing was bought by hand without a figure that nobody has asked about", async () => {
    const { text } = await said(doorway, TOM, "/sell btc all");
    expect(text).toMatch(/^There is no BTC to sell by hand: a sale by hand takes from what was bought by hand, and that is 0 BTC; what grid and dca hold/);
  });
});

describe("/setgrid", () => {
  it("lists every parameter with its value, and knows their names in any case", async () => {
    expect((await said(doorway, ANN, "/setgrid btc")).text).toMatch(/\nlevels +5\n/);
    expect((await said(doorway, ANN, "/setgrid btc LEVELS=3 SPACING=geometric")).text).toMatch(/levels +5 +3\nspacing arithmetic geometric/);
  });

  it("shows in percent what was typed in percent", async () => {
    const { text } = await said(doorway, ANN, "/setgrid btc lower=default upper=default width=8%");
    expect(text).toMatch(/width +\S* ?%? +8 %/);
    expect(text).not.toMatch(/width.*0\.08/);
  });
});

describe("a span of time that there is not", () => {
  it("is not shown as if it were another", async () => {
    for (const text of ["/profit since 2024-02-31", "/profit from 2024-01-01 to 2024-06-31", "/profit since 0000-00-00"]) {
      expect((await said(doorway, TOM, text)).text, text).toMatch(/Say \/profit day, week, month or all/);
    }
    expect((await said(doorway, TOM, "/profit since 2024-01-01")).text).toMatch(/^Closed profit since 2024-01-01/);
    expect((await said(doorway, TOM, "/receipt year")).text).toMatch(/"year" is no span: say day, week or month\./);
    expect((await said(doorway, TOM, "/receipt Week")).text).not.toMatch(/no span/);
  });
});

import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Asked, Proposal, Reply, TelegramCommand } from "../../../../src/adapters/telegram/command.ts";
import { commands } from "../../../../src/adapters/telegram/commands/index.ts";
import type { Operator } from "../../../../src/ports/operator.ts";
import { COUNCIL, GRID, type Operated, operated, swinging } from "../../../app/operator/fixture.ts";
import { until } from "../../../app/trade/harness.ts";
import { faultOf, seen } from "../telegram-html.ts";
import { withText } from "./hostile.ts";

const PATH = [...Array<number>(60).fill(100), 98, 96.4, 97.5, 99.6, 101.3, 103.2, 101, 100];
/** Commands that act at once; the others may be tried as often as wanted. */
const ACTING = new Set(["pause", "stop"]);

function named(name: string): TelegramCommand {
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`no command ${name}`);
  return command;
}

const asked = (operator: Operator, argument = "", role: Asked["user"]["role"] = "owner"): Asked => ({ operator, argument, user: { id: 4711, name: "Ada", role }, now: Date.UTC(2024, 0, 1), timeZone: "Europe/Berlin" });
const say = (operator: Operator, name: string, argument = ""): Promise<Reply | Proposal> => named(name).run(asked(operator, argument));
const isProposal = (answer: Reply | Proposal): answer is Proposal => "carryOut" in answer;

async function reply(operator: Operator, name: string, argument = ""): Promise<Reply & { readonly text: string }> {
  const answer = await say(operator, name, argument);
  if (isProposal(answer)) throw new Error(`/${name} proposes: ${answer.html}`);
  return { ...answer, text: seen(answer.html) };
}

async function proposal(operator: Operator, name: string): Promise<Proposal & { readonly text: string }> {
  const answer = await say(operator, name);
  if (!isProposal(answer)) throw new Error(`/${name} does not ask: ${answer.html}`);
  return { ...answer, text: seen(answer.html) };
}

describe("the list of commands", () => {
  it("is sorted, has each name once, and fits into Telegram's menu", () => {
    const names = commands.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted());
    for (const { name, description } of commands) {
      expect(name).toMatch(/^[a-z]{1,32}$/);
      expect(description.length).toBeLessThanOrEqual(60);
    }
  });

  it("honours late only what takes risk away", () => {
    expect(commands.filter(({ honouredLate }) => honouredLate === true).map(({ name }) => name)).toEqual(["pause", "stop"]);
  });

  it("lets a viewer see and nothing else", () => {
    expect(commands.filter(({ role }) => role !== "viewer").map(({ name }) => name)).toEqual(["backtest", "buy", "cancel", "config", "flatten", "logs", "optimize", "pause", "resume", "sell", "setdca", "setgrid", "stop"]);
  });
});

describe("the commands on a bot that trades a grid", () => {
  let one: Operated;
  beforeAll(async () => {
    one = await operated(GRID, PATH, 60, (bot) => bot.session.desk.open().length >= 9);
  }, 20_000);
  afterAll(() => one.close());

  it("show equity, orders and what is held with their units", async () => {
    const { text } = await reply(one.operator, "status");
    expect(text).toContain("live on binance: trading");
    expect(text).toMatch(/Equity +10,004\.29 USDT/);
    expect(text).toMatch(/4\.995 BTC held +499\.50 USDT/);
    expect(text).toContain("CET");
    expect((await reply(one.operator, "balance")).text).toMatch(/in orders +4\.995 BTC/);
    expect((await reply(one.operator, "portfolio")).text).toMatch(/Open profit +-3\.50 USDT/);
    expect((await reply(one.operator, "top")).text).toMatch(/BTC\/USDT +\+7\.79 +-3\.50/);
  });

  it("show the grid with its levels, what is filled and that the price is inside", async () => {
    const { text } = await reply(one.operator, "grid", "btc");
    expect(text).toMatch(/In range +yes/);
    expect(text).toMatch(/Cells filled +5/);
    expect(text).toMatch(/sell +101\.00 +0\.999[\s\S]*100\.00 +price[\s\S]*buy +99\.00/);
    expect((await reply(one.operator, "dca")).text).toContain("no strategy dca");
  });

  it("turn pages of fills with buttons that say the same command again", async () => {
    const first = await reply(one.operator, "trades");
    expect(first.text).toContain("page 1 of 2");
    const next = first.buttons![0]!.find(({ text }) => text === "›")!.action;
    const second = await reply(one.operator, next.command, next.argument);
    expect(second.text).toContain("page 2 of 2");
    expect(second.text.match(/fee /g)).toHaveLength(5);
  });

  it("sum closed profit by the reader's calendar", async () => {
    expect((await reply(one.operator, "profit")).text).toMatch(/day +\+7\.79 6 closed/);
    expect((await reply(one.operator, "profit", "week")).text).toMatch(/Round trips +6/);
    const day = (await reply(one.operator, "profit", "btc from 2024-01-01 to 2024-01-01")).text;
    expect(day).toMatch(/^Closed profit on BTC\/USDT on 2024-01-01\nProfit +\+7\.79 USDT/);
    expect((await reply(one.operator, "profit", "since 2024-01-01")).text).toMatch(/Round trips +6/);
    expect((await reply(one.operator, "profit", "to 2023-12-31")).text).toMatch(/Round trips +0/);
    expect((await reply(one.operator, "profit", "since 2024-01-02")).text).toMatch(/Round trips +0/);
    expect((await reply(one.operator, "profit", "never")).text).toContain("Say /profit day, week, month or all.");
  });

  it("send charts as pictures with captions that fit", async () => {
    for (const name of ["chart", "levels", "performance"]) {
      const answer = await reply(one.operator, name);
      expect(Buffer.from(answer.picture!.png).subarray(1, 4).toString()).toBe("PNG");
      expect(answer.html.length).toBeLessThanOrEqual(1_024);
    }
    expect((await reply(one.operator, "chart", "btc 10")).text).toContain("10 bars");
  });

  it("give what was executed as a file that can be checked against the journal", async () => {
    const answer = await reply(one.operator, "receipt");
    const lines = Buffer.from(answer.document!.bytes).toString().trimEnd().split("\r\n");
    expect(lines).toHaveLength(14);
    expect(lines[0]).toBe("time_utc,symbol,strategy,side,price,quantity,worth,fee,fee_currency,trade_id");
    expect(lines[1]).toMatch(/^2024-01-01T01:0\d:\d\d\.\d{3}Z,BTC\/USDT,grid,buy,100,5,500,0\.005,BTC,1$/);
    const last = [...one.bot.journal.entries(one.bot.journal.lastSequence)][0]!;
    expect(answer.text).toContain(`Journal entry ${last.sequence}, hash ${last.hash.slice(0, 16)}`);
  });

  it("give what closed in a year lot by lot, adding up to the closed profit", async () => {
    const answer = await reply(one.operator, "tax", "2024");
    const rows = Buffer.from(answer.document!.bytes).toString().trimEnd().split("\r\n").slice(1).map((line) => line.split(","));
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(Number(row[6]) - Number(row[5])).toBeCloseTo(Number(row[8]), 8);
    expect(rows.reduce((sum, row) => sum + Number(row[8]), 0)).toBeCloseTo(one.operator.status().closedProfit, 8);
    expect((await reply(one.operator, "tax", "2023")).document).toBe(undefined);
  });

  it("name the symbols when one is asked for that is not traded", async () => {
    for (const name of ["chart", "levels", "votes", "why", "grid", "dca"]) expect((await reply(one.operator, name, "<i>doge")).text).toBe('"<i>doge" is not traded here. Symbols: BTC/USDT.');
  });

  it("say that no council sits, in place of an empty picture", async () => {
    expect((await reply(one.operator, "votes")).picture).toBe(undefined);
    expect((await reply(one.operator, "why")).text).toContain("no agents vote");
    expect((await reply(one.operator, "risk", "growth")).text).toContain("growth would change nothing");
  });

  it("help a viewer with what a viewer may say", async () => {
    const { html } = await named("help").run(asked(one.operator, "", "viewer"));
    expect(seen(html)).toContain("/status ");
    expect(seen(html)).not.toContain("/flatten");
    expect((await reply(one.operator, "help")).text).toContain("/flatten");
  });

  it("are valid for Telegram whatever symbols, names and errors say", async () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.constantFrom("</pre><b>", "<script>&", "&".repeat(2_000), "a\nb\n".repeat(500), "\u202e\u0000\ud800", "😀漢".repeat(40)));
    await fc.assert(
      fc.asyncProperty(text, text, async (inside, argument) => {
        const operator = withText(one.operator, inside);
        for (const command of commands) {
          if (ACTING.has(command.name)) continue;
          for (const given of ["", argument.trim()]) {
            const answer = await command.run(asked(operator, given));
            expect(faultOf(answer.html), `/${command.name} ${answer.html}`).toBe(null);
            if (!isProposal(answer) && answer.picture) expect(answer.html.length).toBeLessThanOrEqual(1_024);
          }
        }
      }),
      { numRuns: 4 },
    );
  }, 30_000);
});

describe("the commands on a bot with a council", () => {
  let one: Operated;
  beforeAll(async () => {
    one = await operated(COUNCIL, swinging(436), 376);
  }, 30_000);
  afterAll(() => one.close());

  it("say why, what would change it and what was done lately", async () => {
    const { text } = await reply(one.operator, "why");
    expect(text).toContain(one.bot.session.bot.symbols.get("BTC/USDT")!.decision!.reason);
    expect(text).toContain("What would change it");
    expect(text).toMatch(/bought [\d.]+ BTC at [\d.]+ USDT: (cell buy|safety order \d|deal entry)/);
  });

  it("show every vote in a picture and in the words under it", async () => {
    const answer = await reply(one.operator, "votes");
    expect(answer.picture?.png.length).toBeGreaterThan(10_000);
    for (const agent of one.bot.session.bot.agentNames) expect(answer.text).toContain(agent);
    expect(answer.text).toMatch(/momentum +\d\.\d\d 0\.\d{3} +\d+/);
    expect(answer.text).toMatch(/pool +0\.\d{3} +\d+/);
    expect(answer.html.length).toBeLessThanOrEqual(1_024);
    expect((await reply(one.operator, "signals")).text).toMatch(/BTC\/USDT \w+ [-+]?0\.\d\d/);
  });

  it("spell out what another profile would change, and change nothing", async () => {
    const { text } = await reply(one.operator, "risk", "growth");
    expect(text).toMatch(/Most in the market +65 % 85 %/);
    expect(text).toContain("It is bolder, so the button asks once more.");
    expect((await reply(one.operator, "risk")).text).toContain("Risk: balanced");
  });

  it("show the deal with its average and the way to its take-profit", async () => {
    const { text } = await reply(one.operator, "dca");
    expect(text).toMatch(/Average +\d+\.\d+ USDT/);
    expect(text).toMatch(/Way to it +\+\d\.\d\d %/);
  });

  it("are valid for Telegram whatever symbols, names and errors say", async () => {
    for (const inside of ["</code></pre>&<>", "\ud800\u202e", "漢😀".repeat(100)]) {
      const operator = withText(one.operator, inside);
      for (const name of ["votes", "why", "levels", "chart", "signals", "dca", "risk", "status", "flatten"]) {
        const { html } = await say(operator, name);
        expect(faultOf(html), html).toBe(null);
      }
    }
  });
});

describe("the commands that act", () => {
  let one: Operated;
  beforeEach(async () => {
    one = await operated(GRID, [...Array<number>(60).fill(100), 98, 99.6, 100, 100], 60, (bot) => bot.session.desk.open().length >= 9);
  }, 20_000);
  afterEach(() => one.close());
  const hold = (): string => one.operator.status().hold;

  it("do nothing that is dangerous before it is confirmed, and say size, price, fee and exposure after", async () => {
    const flatten = await proposal(one.operator, "flatten");
    expect(flatten.text).toMatch(/sell 4\.995 BTC/);
    expect(flatten.text).toMatch(/at about +\d+\.\d+ USDT/);
    expect(flatten.text).toMatch(/fee +0\.\d+ USDT/);
    expect(flatten.text).toMatch(/After +0\.0 %/);
    const cancel = await proposal(one.operator, "cancel");
    expect(cancel.text).toContain("Take back 10 open orders?");
    expect(hold()).toBe("run");
    expect(one.operator.orders(1, 50).total).toBe(10);
  });

  it("pause at once and resume at once after a pause, noted with who wanted it", async () => {
    expect((await reply(one.operator, "pause")).text).toContain("Paused");
    expect(hold()).toBe("pause");
    expect((await reply(one.operator, "resume")).text).toContain("Trading again");
    expect(hold()).toBe("run");
    const noted = [...one.bot.journal.entries(1)].filter(({ type }) => type === "kill-switch").map(({ payload }) => payload);
    expect(noted).toEqual([expect.stringContaining("telegram 4711"), expect.stringContaining("telegram 4711")]);
    expect((await reply(one.operator, "resume")).text).toContain("trading already");
  });

  it("take orders back when that is confirmed, and ask before they trade again", async () => {
    const cancel = await proposal(one.operator, "cancel");
    await cancel.carryOut();
    await until("nothing is open", () => one.bot.session.settled() && one.operator.orders(1, 1).total === 0);
    expect(hold()).toBe("cancel");
    const pause = await reply(one.operator, "pause");
    expect(pause.text).toContain("stands at cancel");
    expect(hold()).toBe("cancel");
    const resume = await proposal(one.operator, "resume");
    expect(resume.text).toMatch(/In the market now +\d\.\d %/);
    expect(hold()).toBe("cancel");
    expect(seen((await resume.carryOut()).html)).toContain("Trading again");
    await until("the grid rests again", () => one.bot.session.settled() && one.operator.orders(1, 1).total >= 9);
  });

  it("sell everything when that is confirmed, and know it afterwards", async () => {
    await (await proposal(one.operator, "flatten")).carryOut();
    await until("everything is sold", () => one.bot.session.settled() && one.operator.status().symbols[0]!.held === 0);
    expect((await reply(one.operator, "flatten")).text).toContain("sold already");
    expect((await reply(one.operator, "status")).text).toContain("flattened");
    expect((await proposal(one.operator, "resume")).text).toContain("stands at flatten");
  });

  it("let only an owner arm a limit anew that was hit", async () => {
    const tripped = withText(one.operator, "the drawdown limit was hit");
    const trader = await named("resume").run(asked(tripped, "", "trader"));
    expect(isProposal(trader)).toBe(false);
    expect(seen(trader.html)).toBe("A limit was hit, and only an owner arms it anew:\nthe drawdown limit was hit");
    expect(isProposal(await named("resume").run(asked(tripped, "", "owner")))).toBe(true);
    expect(hold()).toBe("run");
  });

  it("stop the run once, saying what becomes of orders", async () => {
    const { text } = await reply(one.operator, "stop");
    expect(one.stops).toEqual(["telegram 4711"]);
    expect(text).toContain("10 open orders will stay at the exchange");
    expect(text).toContain("What is held stays held.");
  });
});

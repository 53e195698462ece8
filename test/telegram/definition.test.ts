import { afterEach, describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { NOTICE_KINDS, type TelegramSettings } from "../../src/adapters/telegram/settings.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { MINUTE, START, candlesOf, openBot, openExchange } from "../app/trade/harness.ts";
import { caucus } from "../cli/caucus.ts";
import { closeAll } from "./door.ts";

afterEach(closeAll);

const load = (telegram: string) => loadDefinition({ text: `telegram: ${telegram}\n`, name: "t.yaml", overrides: [], agents, strategies });

describe("the key telegram of a definition", () => {
  it("is the door's settings, with everything told that is not switched off", () => {
    const settings: TelegramSettings = load("{users: [{id: 11, role: owner}, {id: 12}], notify: {fill: false}, timeZone: Europe/Berlin}").telegram!;
    expect(settings.users).toEqual([{ id: 11, role: "owner" }, { id: 12, role: "viewer" }]);
    expect(NOTICE_KINDS.filter((kind) => !settings.notify[kind])).toEqual(["fill"]);
    expect(load("{}").telegram).toMatchObject({ users: [], timeZone: "UTC", summaryAt: "08:00", batchSeconds: 5 });
  });

  it.each([
    ["{users: [{id: -100, role: owner}]}", /telegram\.users/],
    ["{users: [{id: 1, role: admin}]}", /viewer.*trader.*owner/s],
    ["{timeZone: Mars/Olympus}", /must be a time zone such as Europe\/Berlin/],
    ["{quietHours: {from: 25:00, to: 07:00}}", /must be a time of day such as 07:30/],
    ["{webhook: {url: \"http://bot.example.org/x\"}}", /telegram\.webhook\.url/],
    ["{token: abc}", /token/],
  ])("is refused as %s", (text, problem) => {
    let said: unknown = null;
    try {
      load(text);
    } catch (error) {
      said = error;
    }
    expect(JSON.stringify([String(said), said])).toMatch(problem);
  });

  it("is not read by a backtest: its result is the same with it and without", async () => {
    const args = ["backtest", "--json", "--set", "candles=synthetic:mix?seed=1&days=30"];
    const [plain, opened] = await Promise.all([caucus(args), caucus([...args, "--set", "telegram.users=[{id: 11, role: owner}]"])]);
    expect(opened.code).toBe(0);
    expect(opened.out).toBe(plain.out);
  });

  it("can change between two starts of a run: whoever is told their id goes on with the same state", async () => {
    const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
    exchange.engine.advance(START + 60 * MINUTE);
    const yaml = "symbols: [BTC/USDT]\ncapital: 1000\ntimeframe: { fill: 1m, decision: 5m }\nagents: {}\nstrategies: { grid: { lower: 95, upper: 105, levels: 5 } }\ntrade: { mode: live }\n";
    try {
      const first = await openBot(exchange, { yaml: `${yaml}telegram: {}\n` });
      await first.close();
      const again = await openBot(exchange, { yaml: `${yaml}telegram: {users: [{id: 11, role: owner}]}\n`, folder: first.folder });
      expect(again.session.failure).toBe(null);
      await again.close();
      const without = await openBot(exchange, { yaml, folder: first.folder });
      await without.close();
    } finally {
      await exchange.close();
    }
  });
});

import { expect } from "vitest";
import { agents } from "../../agents/index.ts";
import { councilNow, marketOf } from "../../src/adapters/telegram/alerts/alert-look.ts";
import { parseAlert } from "../../src/adapters/telegram/alerts/alert-parse.ts";
import { AlertStore } from "../../src/adapters/telegram/alerts/alert-store.ts";
import { alertLooks } from "../../src/adapters/telegram/alerts/alert-watch.ts";
import { Outbox } from "../../src/adapters/telegram/outbox.ts";
import { redactor } from "../../src/core/redact.ts";
import { openStore } from "../../src/adapters/telegram/store.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { operatorOf } from "../../src/app/operator/operator.ts";
import type { Operator } from "../../src/ports/operator.ts";
import { strategies } from "../../strategies/index.ts";
import { faultOf, seen } from "../adapters/telegram/telegram-html.ts";
import { MINUTE, START, ONE_MARKET, candlesOf, openBot, openExchange, settled, until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, closeAll, scratchFolder } from "./door.ts";

const toEnd: (() => Promise<void>)[] = [];

/** Closes everything that a test has opened, doors before bots; for `afterEach`. */
export async function endAll(): Promise<void> {
  await closeAll();
  for (const end of toEnd.splice(0).reverse()) await end();
}

const YAML = `
${ONE_MARKET}strategies:
  grid: { lower: 50, upper: 60, levels: 3, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
`;

/** A bot an hour into a quiet market at 100, and what comes then, a minute each. */
export async function market(then: readonly number[], yaml = YAML) {
  const exchange = await openExchange(candlesOf([...Array<number>(60).fill(100), ...then]));
  exchange.engine.advance(START + 60 * MINUTE);
  let bot = await openBot(exchange, { yaml });
  toEnd.push(async () => {
    await bot.close();
    await exchange.close();
  });
  const definition = loadDefinition({ text: yaml, name: "test.yaml", overrides: [], agents, strategies });
  const operate = (): Operator => operatorOf({ session: bot.session, parts: { botId: "test", mode: "live", definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() }, version: "0", stop: () => undefined });
  const operator = operate();
  let minutes = 60;
  /** Lets minutes go by, until the bot has seen the close of the last of them. */
  const pass = async (count: number): Promise<void> => {
    minutes += count;
    const to = START + minutes * MINUTE;
    while (exchange.engine.advance(to, true) < to) await until("a fill is answered", () => settled(bot, exchange));
    await bot.venue.syncClock();
    await until("the candle has come", () => operator.extremes("BTC/USDT", to).last!.time >= to && operator.extremes("BTC/USDT", to - MINUTE).high !== null);
  };
  /** Ends the bot, lets minutes go by without it, and starts it again: as it is seen then. */
  const restart = async (count: number): Promise<Operator> => {
    await bot.close();
    exchange.engine.advance(START + (minutes += count) * MINUTE);
    bot = await openBot(exchange, { yaml, folder: bot.folder });
    return operate();
  };
  return { operator, pass, restart };
}

/** The watch over alerts without a door: looked at by hand, told messages read from the outbox. */
export function desk(operator: Operator, folder = scratchFolder(), users = SETTINGS.users) {
  const file = openStore(`${folder}/telegram.sqlite`);
  const store = new AlertStore(file);
  const outbox = new Outbox(file);
  const look = alertLooks({ store, operator, outbox, settings: { ...SETTINGS, users }, redact: redactor([]), clock: () => 5_000 });
  const ask = (text: string, user: number = ANN.id, since = operator.status().time): number => {
    const parsed = parseAlert(text, marketOf(operator));
    if ("wrong" in parsed) throw new Error(parsed.wrong);
    return store.desk(user, user).add(parsed.alert, since, parsed.alert.type === "vote" ? councilNow(operator, parsed.alert.symbol) : null)!;
  };
  const told = (): string[] => {
    const all: string[] = [];
    for (let parcel = outbox.next(5_000); parcel !== null; parcel = outbox.next(5_000)) {
      expect(faultOf(parcel.html)).toBe(null);
      all.push(...(parcel.html.match(/🔔[^🔔]*/gu) ?? [parcel.html]).map((html) => seen(html).trim()));
      outbox.done(parcel, 5_000);
    }
    return all;
  };
  return { file, store, outbox, look, ask, told, mine: () => store.desk(ANN.id, ANN.id).list() };
}

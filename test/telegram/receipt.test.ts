import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSigner } from "../../src/adapters/receipts/signing-key.ts";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { summaryOf } from "../../src/adapters/telegram/daily.ts";
import { operatorOf } from "../../src/app/operator/operator.ts";
import { headOf } from "../../src/app/receipts/chain.ts";
import { receiptCheck } from "../../src/app/receipts/verify-one.ts";
import { receiptsRun } from "../../src/cli/run/receipts.ts";
import { announcedText } from "../../src/core/receipts/receipt.ts";
import type { Reply } from "../../src/adapters/telegram/command.ts";
import type { Operator } from "../../src/ports/operator.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { MINUTE, ONE_MARKET, START, candlesOf, openBot, openExchange, settled, until } from "../app/trade/harness.ts";

const YAML = `${ONE_MARKET}strategies: { grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1 } }\ntrade: { mode: live }\n`;

/** A bot that has bought on its grid, seen by an operator, with its chain of receipts. */
async function bought() {
  const exchange = await openExchange(candlesOf([...Array<number>(60).fill(100), 98.5, 96.5]));
  exchange.engine.advance(START + 60 * MINUTE);
  const bot = await openBot(exchange, { yaml: YAML });
  await until("its orders rest", () => bot.session.desk.open().length >= 9 && settled(bot, exchange));
  exchange.engine.advance(START + 62 * MINUTE);
  await until("it has bought", () => settled(bot, exchange) && headOf(bot.journal).count >= 2);
  const signer = () => openSigner(join(bot.folder, "receipts.key"));
  const receipts = receiptsRun({ journal: bot.journal, now: () => bot.venue.now(), line: () => undefined, signer, every: 1 });
  const definition = loadDefinition({ text: YAML, name: "test.yaml", overrides: [], agents, strategies });
  const parts = { botId: "test", mode: "live" as const, definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() };
  const operator: Operator = operatorOf({ session: bot.session, parts, version: "0.0.0", stop: () => undefined, receipts });
  onTestFinished(async () => {
    await receipts.close();
    await bot.close();
    await exchange.close();
  });
  await until("the chain is read", () => receipts.known()?.count === headOf(bot.journal).count);
  return { ...bot, operator, signer };
}

async function receipt(operator: Operator, argument: string): Promise<Reply> {
  const command = commands.find(({ name }) => name === "receipt")!;
  return (await command.run({ operator, argument, user: { id: 1, name: "Ann", role: "viewer" }, now: Date.now(), timeZone: "UTC" })) as Reply;
}

describe("receipts in Telegram", () => {
  it("announces the head of the chain with the day's summary, and with /receipt", async () => {
    const { operator, journal } = await bought();
    const head = announcedText(headOf(journal));
    expect(summaryOf(operator)).toMatch(new RegExp(`; receipts ${head}$`));
    expect((await receipt(operator, "day")).html).toContain(`Receipts <code>${head}</code>`);
  });

  it("gives one receipt by its number, in words and as a file that stands up to the public key", async () => {
    const { operator, signer } = await bought();
    const { html, document } = await receipt(operator, "2");
    expect(html).toMatch(/<b>Receipt 2<\/b> of test on binance\n.*bought 1 BTC at 9\d USDT, fee 0\.001 BTC\ngrid g1c\d+\/1: cell buy\n/);
    expect(document?.name).toBe("receipt-2.json");
    expect(receiptCheck(signer().publicKey).line(Buffer.from(document!.bytes).toString().trimEnd())).toMatchObject({ body: { number: 2 } });
    expect(await receipt(operator, "99")).toEqual({ html: "There is no receipt 99 (yet)." });
  });
});

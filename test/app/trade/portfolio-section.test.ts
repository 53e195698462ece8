import { afterEach, describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { configText } from "../../../src/app/operator/config.ts";
import type { Exchange } from "../../../src/exchange/server.ts";
import { strategies } from "../../../strategies/index.ts";
import { candlesOf, MINUTE, ONE_MARKET, openBot, openExchange, START } from "./harness.ts";

let exchange: Exchange | null = null;
afterEach(async () => {
  await exchange?.close();
  exchange = null;
});

const BOT = `${ONE_MARKET}strategies:
  grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1 }
trade: { mode: live }
`;
const watching = (address: string): string => `${BOT}portfolio: {addresses: [{label: vault, rpc: "https://node.test/v3/key-of-the-node", address: "${address}"}]}\n`;

describe("the portfolio section of a running bot", () => {
  it("is no part of its journal, and may change between two starts", async () => {
    exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
    exchange.engine.advance(START + 60 * MINUTE);
    const first = await openBot(exchange, { yaml: watching("0x52908400098527886E0F7030069857D2E4169EE7") });
    const journal = JSON.stringify([...first.journal.entries(1)]);
    await first.close();
    expect(journal).toContain("BTC/USDT");
    expect(journal).not.toMatch(/key-of-the-node|0x5290/);
    for (const yaml of [watching("0xde709f2102306220921060314715629080e2fb77"), BOT]) {
      const again = await openBot(exchange, { yaml, folder: first.folder });
      await again.close();
    }
    await expect(openBot(exchange, { yaml: BOT.replace("levels: 5", "levels: 6"), folder: first.folder })).rejects.toThrow("the definition has changed since it began (strategies)");
  });

  it("is shown without the node's URL, which may carry a key", () => {
    const definition = loadDefinition({ text: watching("0xde709f2102306220921060314715629080e2fb77"), name: "mine.yaml", overrides: [], agents, strategies });
    expect(configText(definition)).toContain('rpc: "***"');
    expect(configText(definition)).not.toContain("key-of-the-node");
  });
});

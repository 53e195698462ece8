import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { operatorOf } from "../../../src/app/operator/operator.ts";
import { recover } from "../../../src/app/trade/recover.ts";
import type { Operator } from "../../../src/ports/operator.ts";
import { strategies } from "../../../strategies/index.ts";
import { MINUTE, ONE_MARKET, START, candlesOf, openBot, openExchange, until } from "./harness.ts";

const YAML = `
${ONE_MARKET.replace("agents: {}", "riskProfile: { name: balanced, maxExposure: 0.5, maxOrderShare: 0.4, reserve: 0.45 }")}treasury: { reserve: { amount: 2000 } }
strategies:
  dca: {}
  grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1, initialPurchase: false }
  manual: {}
trade: { mode: live }
`;

type TestBot = Awaited<ReturnType<typeof openBot>>;

function operatorFor(bot: TestBot): Operator {
  const definition = loadDefinition({ text: YAML, name: "test.yaml", overrides: [], agents, strategies });
  return operatorOf({
    session: bot.session,
    parts: { botId: "test", mode: "live", definition, venue: bot.venue, journal: bot.journal, clock: () => Date.now() },
    version: "0.2.0", stop: () => undefined,
  });
}

const buy = (worth: number) => ({ symbol: "BTC/USDT", side: "buy", worth }) as const;

it("a running bot keeps its owner's own numbers through restarts and changes of profile, and says which of them hold", async () => {
  const exchange = await openExchange(candlesOf(Array<number>(360).fill(100)));
  exchange.engine.advance(START + 300 * MINUTE);
  let bot = await openBot(exchange, { yaml: YAML });
  const { folder } = bot;
  try {
    await until("the bot is settled", () => bot.session.settled() && Number.isFinite(bot.session.bot.symbols.get("BTC/USDT")!.price));
    let operator = operatorFor(bot);
    const { equity } = operator.performance();
    expect(operator.risk()).toMatchObject({ profile: { name: "balanced", maxExposure: 0.5, reserve: 0.45 }, reserve: 0.45 });
    expect(operator.previewOrder(buy(0.45 * equity)).refusals).toEqual(["worth more than 40 % of equity"]);

    const careful = operator.previewProfile("safe-and-steady");
    expect(careful).toMatchObject({ isBolder: false, refusals: [] });
    expect(careful.changes).toContainEqual({ name: "Most in the market", from: "50 %", to: "25 %" });
    expect(careful.effects).toContain("Your own maxExposure, maxOrderShare, reserve are bolder than safe-and-steady and not in force under it; with balanced they are again.");
    const bold = operator.previewProfile("growth");
    expect(bold).toMatchObject({ isBolder: true });
    expect(bold.effects).toContain("Your own maxExposure, maxOrderShare, reserve stay in force.");

    operator.setProfile("safe-and-steady", "me");
    expect(operator.risk()).toMatchObject({ profile: { name: "safe-and-steady", maxExposure: 0.25 }, reserve: 0.5 });
    await bot.close();
    bot = await openBot(exchange, { yaml: YAML, folder });
    await until("the restarted bot has settled", () => bot.session.settled());
    operator = operatorFor(bot);
    expect(operator.risk().profile).toMatchObject({ name: "safe-and-steady", maxExposure: 0.25, reserve: 0.5 });
    operator.setProfile("balanced", "me");
    expect(operator.risk().profile).toMatchObject({ name: "balanced", maxExposure: 0.5, maxOrderShare: 0.4, reserve: 0.45 });
    const found: unknown[] = [];
    recover(bot.journal, agents, strategies, (_entry, _event, divergence) => {
      if (divergence) found.push(divergence);
    });
    expect(found).toEqual([]);
  } finally {
    await bot.close();
    await exchange.close();
  }
});

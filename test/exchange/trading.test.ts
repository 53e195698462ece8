import ccxt from "ccxt";
import { afterEach, describe, expect, it } from "vitest";
import { clientOf, closeAll, control, failure, MINUTE, openExchange, START } from "./fixture.ts";

afterEach(closeAll);

describe("trading with the real client", () => {
  it("places, fetches, fills and lists a limit order", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const placed = await client.createOrder("BTC/USDT", "limit", "buy", 1, 99.5, { clientOrderId: "first" });
    expect(placed).toMatchObject({ status: "open", clientOrderId: "first", filled: 0, price: 99.5, amount: 1 });

    await control(exchange, "advance", { to: START + 5 * MINUTE });

    const fetched = await client.fetchOrder("", "BTC/USDT", { clientOrderId: "first" });
    expect(fetched).toMatchObject({ id: placed.id, status: "closed", filled: 1, average: 99.5 });
    const [trade, ...more] = await client.fetchMyTrades("BTC/USDT");
    expect(more).toEqual([]);
    expect(trade).toMatchObject({ order: placed.id, price: 99.5, amount: 1, takerOrMaker: "maker", fee: { cost: 0.001, currency: "BTC" } });
    const balance = await client.fetchBalance();
    expect(balance["BTC"]).toMatchObject({ total: 10.999 });
    expect(balance["USDT"]).toMatchObject({ total: 9_900.5 });
  });

  it("refuses a wrong secret", async () => {
    const client = await clientOf(await openExchange(), { secret: "another" });
    expect(await failure(client.fetchBalance())).toBeInstanceOf(ccxt.AuthenticationError);
  });
});

import { afterEach, expect, it } from "vitest";
import { clientOf, closeAll, control, failure, openExchange } from "./fixture.ts";

afterEach(closeAll);

const NEXT = { apiKey: "next", secret: "secret-of-next" };

it("opens one account with several keys, and each shows the same", async () => {
  const exchange = await openExchange();
  await control(exchange, "key", NEXT);
  const [first, second] = [await clientOf(exchange), await clientOf(exchange, NEXT)];
  const placed = await first.createOrder("BTC/USDT", "limit", "buy", 0.1, 90);
  expect((await second.fetchOpenOrders("BTC/USDT")).map(({ id }) => id)).toEqual([placed.id]);
  await second.cancelOrder(placed.id!, "BTC/USDT");
  expect(await first.fetchOpenOrders("BTC/USDT")).toEqual([]);
});

it("refuses a key that may not trade wherever it places, tests or cancels, and says so of its rights", async () => {
  const exchange = await openExchange();
  await control(exchange, "key", { ...NEXT, trade: false });
  const [first, second] = [await clientOf(exchange), await clientOf(exchange, NEXT)];
  const placed = await first.createOrder("BTC/USDT", "limit", "buy", 0.1, 90);
  expect(await second.fetchOpenOrders("BTC/USDT")).toHaveLength(1);
  for (const refused of [second.createOrder("BTC/USDT", "limit", "buy", 0.1, 90), second.createOrder("BTC/USDT", "limit", "buy", 0.1, 90, { test: true }), second.cancelOrder(placed.id!, "BTC/USDT")]) {
    expect((await failure(refused)).message).toMatch(/-2015/);
  }
  expect(await second.request("account/apiRestrictions", "sapi", "GET", {})).toMatchObject({ enableSpotAndMarginTrading: false });
  expect(await first.request("account/apiRestrictions", "sapi", "GET", {})).toMatchObject({ enableSpotAndMarginTrading: true });
});

it("revokes one key of an account and leaves the other", async () => {
  const exchange = await openExchange();
  await control(exchange, "key", NEXT);
  const [first, second] = [await clientOf(exchange), await clientOf(exchange, NEXT)];
  await control(exchange, "revoke", { apiKey: NEXT.apiKey });
  expect((await failure(second.fetchBalance())).message).toMatch(/-2015/);
  expect(Object.keys(await first.fetchBalance())).toContain("USDT");
  await control(exchange, "revoke", { apiKey: NEXT.apiKey, revoked: false });
  expect(Object.keys(await second.fetchBalance())).toContain("USDT");
});

it("gives no key to an account that has one of another, and knows no key to revoke that there never was", async () => {
  const exchange = await openExchange({ accounts: [{ apiKey: "a", secret: "a", balances: {} }, { apiKey: "b", secret: "b", balances: {} }] });
  await expect(control(exchange, "key", { account: 1, apiKey: "a", secret: "c" })).rejects.toThrow(/Another account has this key/);
  await expect(control(exchange, "key", { account: 2, ...NEXT })).rejects.toThrow(/There is no account 2/);
  await expect(control(exchange, "revoke", { apiKey: "never" })).rejects.toThrow(/There is no account with this key/);
});

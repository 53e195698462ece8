import { afterEach, describe, expect, it } from "vitest";
import { clientOf, closeAll, control, KEY, openExchange } from "./fixture.ts";

afterEach(closeAll);

/** The fields of GET /sapi/v1/account/apiRestrictions in Binance's documentation. */
const FIELDS = [
  "createTime", "enableFixApiTrade", "enableFixReadOnly", "enableFutures", "enableInternalTransfer", "enableMargin", "enablePortfolioMarginTrading", "enableReading",
  "enableSpotAndMarginTrading", "enableVanillaOptions", "enableWithdrawals", "ipRestrict", "permitsUniversalTransfer",
];

describe("what a key of the local exchange says of itself", () => {
  it("has every field of the real answer, and is what a bot wants", async () => {
    const client = await clientOf(await openExchange());
    const said = (await client["sapiGetAccountApiRestrictions"]()) as Record<string, unknown>;
    expect(Object.keys(said).toSorted()).toEqual(FIELDS);
    expect(Object.entries(said).filter(([, value]) => value === true).map(([name]) => name).toSorted()).toEqual(["enableReading", "enableSpotAndMarginTrading", "ipRestrict"]);
  });

  it("is changed field by field, for all keys or for one, and a field can be left out", async () => {
    const exchange = await openExchange();
    const client = await clientOf(exchange);
    const said = async (): Promise<Record<string, unknown>> => (await client["sapiGetAccountApiRestrictions"]()) as Record<string, unknown>;
    await control(exchange, "permissions", { fields: { enableFutures: true, ipRestrict: false, enableMargin: null, tradingAuthorityExpirationTime: 1_800_000_000_000 } });
    expect(await said()).toMatchObject({ enableFutures: true, ipRestrict: false, tradingAuthorityExpirationTime: 1_800_000_000_000 });
    expect(await said()).not.toHaveProperty("enableMargin");
    await control(exchange, "permissions", { apiKey: "another", fields: { enableReading: false } });
    expect(await said()).toMatchObject({ enableReading: true });
    await control(exchange, "permissions", { apiKey: KEY, withdraw: true, fields: { enableMargin: false } });
    expect(await said()).toMatchObject({ enableWithdrawals: true, enableMargin: false, enableFutures: true });
    expect((await client.fetchBalance())["info"]).toMatchObject({ canWithdraw: true, canTrade: true });
  });

  it("has no other fields", async () => {
    const exchange = await openExchange();
    const refused = await fetch(`${exchange.url}/control/permissions`, { method: "POST", body: JSON.stringify({ fields: { enableEverything: true } }) });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("enableFutures");
  });
});

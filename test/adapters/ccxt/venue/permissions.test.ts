import { afterEach, describe, expect, it } from "vitest";
import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { VenueName } from "../../../../src/adapters/ccxt/venue/quirks.ts";
import type { KeyPermissions, Venue } from "../../../../src/ports/venue.ts";
import { json, LocalServer } from "./local-server.ts";

const ROUTES: Readonly<Record<VenueName, string>> = {
  binance: "GET /sapi/v1/account/apiRestrictions",
  kraken: "POST /0/private/GetApiKeyInfo",
  bybit: "GET /v5/user/query-api",
  okx: "GET /api/v5/account/config",
};

let server: LocalServer | null = null;
let venue: Venue | null = null;

afterEach(async () => {
  await venue?.close();
  await server?.stop();
});

/** What the venue makes of an answer about its key; the failure's kind when it makes nothing of it. */
async function permissionsOf(exchange: VenueName, answer: unknown): Promise<KeyPermissions | string> {
  server = new LocalServer().on(ROUTES[exchange], json(answer));
  // Kraken's secrets are base64.
  venue = await openCcxtVenue({ exchange, apiKey: "key", secret: "c2VjcmV0", password: "word", urls: await server.start(), staleAfterMs: 5_000, deadlineMs: 2_000, recvWindow: 5_000, rateLimit: false });
  const said = await venue.permissions();
  return said.ok ? said.value : said.failure.kind;
}

const granted = (permissions: KeyPermissions | string): unknown => (typeof permissions === "string" ? permissions : Object.fromEntries(permissions.extra.map((one) => [one.right, one.granted])));

/** As Binance's documentation of GET /sapi/v1/account/apiRestrictions shows it, for a key that reads and trades spot. */
const BINANCE = {
  ipRestrict: true, createTime: 1_698_645_219_000, enableReading: true, enableWithdrawals: false, enableInternalTransfer: false, enableMargin: false, enableFutures: false,
  permitsUniversalTransfer: false, enableVanillaOptions: false, enableFixApiTrade: false, enableFixReadOnly: true, enableSpotAndMarginTrading: true, enablePortfolioMarginTrading: false,
};

describe("what a key of Binance may do", () => {
  it("is told field by field", async () => {
    expect(await permissionsOf("binance", BINANCE)).toEqual({
      read: true, trade: true, withdraw: false, ipRestricted: true, expires: null,
      fields: { read: "enableReading", trade: "enableSpotAndMarginTrading", withdraw: "enableWithdrawals", ip: "ipRestrict" },
      extra: [
        { right: "internal-transfer", field: "enableInternalTransfer", granted: false },
        { right: "universal-transfer", field: "permitsUniversalTransfer", granted: false },
        { right: "margin", field: "enableMargin", granted: false },
        { right: "futures", field: "enableFutures", granted: false },
        { right: "options", field: "enableVanillaOptions", granted: false },
        { right: "portfolio-margin", field: "enablePortfolioMarginTrading", granted: false },
      ],
    });
  });

  it("is not known where a field is missing, each by itself", async () => {
    const fields = ["enableInternalTransfer", "permitsUniversalTransfer", "enableMargin", "enableFutures", "enableVanillaOptions", "enablePortfolioMarginTrading"];
    for (const field of fields) {
      const said = await permissionsOf("binance", { ...BINANCE, [field]: undefined });
      if (typeof said === "string") throw new Error(said);
      expect(said.extra.filter((one) => one.granted === null).map((one) => one.field)).toEqual([field]);
      await venue?.close();
      await server?.stop();
    }
    expect(await permissionsOf("binance", {})).toMatchObject({ read: null, trade: null, withdraw: null, ipRestricted: null });
  });

  it("has an end when the leave to trade lapses", async () => {
    expect(await permissionsOf("binance", { ...BINANCE, tradingAuthorityExpirationTime: 1_800_000_000_000 })).toMatchObject({ expires: 1_800_000_000_000 });
  });

  it("is not guessed from a field of another form", async () => {
    expect(await permissionsOf("binance", { ...BINANCE, enableWithdrawals: "false" })).toBe("unknown");
  });
});

describe("what a key of Kraken may do", () => {
  const answer = (result: object): object => ({ error: [], result });

  it("is in its list; margin and the way to the owner's futures wallet come with others", async () => {
    const said = await permissionsOf("kraken", answer({ permissions: ["query-funds", "modify-trades"], ip_allowlist: ["1.2.3.4"], valid_until: "1800000000" }));
    expect(said).toMatchObject({ read: true, trade: true, withdraw: false, ipRestricted: true, expires: 1_800_000_000_000 });
    expect(granted(said)).toEqual({ "internal-transfer": "bundled", "universal-transfer": false, margin: "bundled", futures: false, options: false, "portfolio-margin": false });
  });

  it("is not known without the list, and has no end at 0", async () => {
    const said = await permissionsOf("kraken", answer({ valid_until: "0" }));
    expect(said).toMatchObject({ read: null, trade: null, withdraw: null, ipRestricted: null, expires: null });
    expect(Object.values(granted(said) as object)).toEqual([null, null, null, null, null, null]);
  });
});

describe("what a key of Bybit may do", () => {
  const NONE = { ContractTrade: [], Spot: ["SpotTrade"], Wallet: [], Options: [], Derivatives: [], Exchange: [] };
  const answer = (result: object): object => ({ retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: 1_700_000_000_000 });

  it("is in its lists", async () => {
    const said = await permissionsOf("bybit", answer({ readOnly: 0, permissions: NONE, ips: ["1.2.3.4"], expiredAt: "2027-01-15T08:00:00Z" }));
    expect(said).toMatchObject({ read: true, trade: true, withdraw: false, ipRestricted: true, expires: Date.UTC(2027, 0, 15, 8) });
    expect(granted(said)).toEqual({ "internal-transfer": false, "universal-transfer": false, margin: "bundled", futures: false, options: false, "portfolio-margin": "bundled" });
  });

  it("is more where a list is not empty", async () => {
    const said = await permissionsOf("bybit", answer({ readOnly: 0, permissions: { ...NONE, Wallet: ["AccountTransfer", "SubMemberTransferList", "Withdraw"], Derivatives: ["DerivativesTrade"], Options: ["OptionsTrade"] }, ips: ["*"] }));
    expect(said).toMatchObject({ withdraw: true, ipRestricted: false });
    expect(granted(said)).toMatchObject({ "internal-transfer": true, "universal-transfer": true, futures: true, options: true });
  });

  it("is reading alone when it says so, whatever the lists name", async () => {
    const said = await permissionsOf("bybit", answer({ readOnly: 1, permissions: { ...NONE, Wallet: ["AccountTransfer"], Derivatives: ["DerivativesTrade"] }, ips: [] }));
    expect(said).toMatchObject({ read: true, trade: false, withdraw: false });
    expect(Object.values(granted(said) as object)).toEqual([false, false, false, false, false, false]);
  });

  it("is not known where it does not say whether the key may write, or a list is missing", async () => {
    expect(granted(await permissionsOf("bybit", answer({ readOnly: 0, permissions: { ...NONE, Options: undefined }, ips: [] })))).toMatchObject({ options: null, futures: false });
    await venue?.close();
    await server?.stop();
    expect(await permissionsOf("bybit", answer({ permissions: NONE, ips: [] }))).toMatchObject({ trade: null });
  });
});

describe("what is no answer", () => {
  it.each(["false", "true", 2, -1, ""])("of Bybit about writing (%j) takes no leave to withdraw away", async (readOnly) => {
    const said = await permissionsOf("bybit", { retCode: 0, retMsg: "OK", result: { readOnly, permissions: { Spot: ["SpotTrade"], Wallet: ["Withdraw", "AccountTransfer"] }, ips: ["1.2.3.4"] } });
    expect(said).toMatchObject({ trade: null, withdraw: true });
    expect(granted(said)).toMatchObject({ "internal-transfer": null });
  });

  it("of Binance: a right that is no yes or no, or an end after all calendars", async () => {
    for (const wrong of [{ enableWithdrawals: "false" }, { enableWithdrawals: 0 }, { ipRestrict: null }, { tradingAuthorityExpirationTime: 9e15 }]) {
      expect(await permissionsOf("binance", { ...BINANCE, ...wrong })).toBe("unknown");
      await venue?.close();
      await server?.stop();
    }
  });

  it("of Kraken: an end after all calendars is none", async () => {
    expect(await permissionsOf("kraken", { error: [], result: { permissions: ["query-funds"], ip_allowlist: ["1.2.3.4"], valid_until: "9e15" } })).toMatchObject({ expires: null });
  });
});

describe("what a key of OKX may do", () => {
  const answer = (said: object): object => ({ code: "0", msg: "", data: [said] });

  it("hangs on the mode of its account", async () => {
    const said = await permissionsOf("okx", answer({ perm: "read_only,trade", ip: "1.2.3.4", acctLv: "1", enableSpotBorrow: false }));
    expect(said).toMatchObject({ read: true, trade: true, withdraw: false, ipRestricted: true });
    expect(granted(said)).toEqual({ "internal-transfer": "bundled", "universal-transfer": "bundled", margin: false, futures: false, options: false, "portfolio-margin": false });
  });

  it.each([["2", false], ["3", false], ["4", true]] as const)("may more than spot in account mode %s", async (acctLv, portfolio) => {
    expect(granted(await permissionsOf("okx", answer({ perm: "read_only,trade,withdraw", ip: "", acctLv })))).toMatchObject({ margin: true, futures: true, options: true, "portfolio-margin": portfolio });
  });

  it("borrows in spot mode where that is switched on, and nobody knows without the mode", async () => {
    expect(granted(await permissionsOf("okx", answer({ perm: "trade", ip: "", acctLv: "1", enableSpotBorrow: true })))).toMatchObject({ margin: true, futures: false });
    await venue?.close();
    await server?.stop();
    expect(granted(await permissionsOf("okx", answer({ perm: "trade", ip: "" })))).toMatchObject({ margin: null, futures: null, options: null, "portfolio-margin": null });
    await venue?.close();
    await server?.stop();
    expect(granted(await permissionsOf("okx", answer({ perm: "trade", ip: "", acctLv: "1" })))).toMatchObject({ margin: null, futures: false });
  });
});

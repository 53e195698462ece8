import { z } from "zod";
import type { KeyPermissions, KeyRight, VenueBalance } from "../../../ports/venue.ts";
import { decimal } from "./order.ts";
import type { VenueName } from "./quirks.ts";

/** ccxt's balance: per currency what is free and what there is in all, beside other fields of the same object. */
export const balancesShape: z.ZodType<ReadonlyMap<string, VenueBalance>> = z
  .object({ free: z.record(z.string(), decimal), total: z.record(z.string(), decimal) })
  .refine(({ free, total }) => Object.keys(total).every((currency) => currency in free), "a total without its free part")
  .transform(({ free, total }) => new Map(Object.entries(total).map(([currency, all]) => [currency, { free: free[currency] ?? "0", total: all }])));

/** The last instant of the calendar, epoch milliseconds. */
const LAST_DAY = 8.64e15;
const flag = z.boolean().optional();
const binance = z.object({
  enableReading: flag,
  enableSpotAndMarginTrading: flag,
  enableWithdrawals: flag,
  enableInternalTransfer: flag,
  permitsUniversalTransfer: flag,
  enableMargin: flag,
  enableFutures: flag,
  enableVanillaOptions: flag,
  enablePortfolioMarginTrading: flag,
  ipRestrict: flag,
  // Only in the answers for keys whose leave to trade lapses.
  tradingAuthorityExpirationTime: z.number().int().positive().max(LAST_DAY).optional(),
});
const kraken = z.object({
  result: z.object({ permissions: z.array(z.string()).optional(), ip_allowlist: z.array(z.string()).optional(), valid_until: z.union([z.string(), z.number()]).nullish() }),
});
const words = z.array(z.string()).nullish();
/** Bybit's `readOnly`; anything else says nothing. */
const BYBIT_WRITES: ReadonlyMap<string, boolean> = new Map([["0", true], ["1", false]]);
const bybit = z.object({
  result: z.object({
    readOnly: z.union([z.number(), z.string()]).optional(),
    permissions: z.object({ Spot: words, Wallet: words, ContractTrade: words, Derivatives: words, Options: words }).optional(),
    ips: z.array(z.string()).optional(),
    expiredAt: z.string().nullish(),
  }),
});
const okx = z.object({
  data: z.array(z.object({ perm: z.string().optional(), ip: z.string().optional(), acctLv: z.string().optional(), enableSpotBorrow: z.boolean().optional() })).min(1),
});

/** What each exchange's answer about a key says; what it does not say is `null`. */
export const PERMISSION_SHAPES: Readonly<Record<VenueName, z.ZodType<KeyPermissions>>> = {
  binance: binance.transform((said) => ({
    read: said.enableReading ?? null,
    trade: said.enableSpotAndMarginTrading ?? null,
    withdraw: said.enableWithdrawals ?? null,
    ipRestricted: said.ipRestrict ?? null,
    fields: { read: "enableReading", trade: "enableSpotAndMarginTrading", withdraw: "enableWithdrawals", ip: "ipRestrict" },
    extra: [
      { right: "internal-transfer", field: "enableInternalTransfer", granted: said.enableInternalTransfer ?? null },
      { right: "universal-transfer", field: "permitsUniversalTransfer", granted: said.permitsUniversalTransfer ?? null },
      { right: "margin", field: "enableMargin", granted: said.enableMargin ?? null },
      { right: "futures", field: "enableFutures", granted: said.enableFutures ?? null },
      { right: "options", field: "enableVanillaOptions", granted: said.enableVanillaOptions ?? null },
      { right: "portfolio-margin", field: "enablePortfolioMarginTrading", granted: said.enablePortfolioMarginTrading ?? null },
    ],
    expires: said.tradingAuthorityExpirationTime ?? null,
  })),
  // Futures and options of Kraken have accounts and keys of their own. What is bought on margin needs no other leave than trading.
  kraken: kraken.transform(({ result: { permissions, ip_allowlist: ips, valid_until: until } }) => {
    const can = (word: string): boolean | null => permissions?.includes(word) ?? null;
    const trades = can("modify-trades");
    const apart = permissions === undefined ? null : false;
    return {
      read: can("query-funds"),
      trade: trades,
      withdraw: can("withdraw-funds"),
      ipRestricted: ips === undefined ? null : ips.length > 0,
      fields: { read: "permissions: query-funds", trade: "permissions: modify-trades", withdraw: "permissions: withdraw-funds", ip: "ip_allowlist" },
      extra: [
        // Its WalletTransfer, to the owner's own futures wallet, asks for no more than leave to query funds.
        { right: "internal-transfer", field: "permissions: query-funds", granted: bundled(can("query-funds")) },
        { right: "universal-transfer", field: "permissions: withdraw-funds", granted: can("withdraw-funds") },
        { right: "margin", field: "permissions: modify-trades", granted: bundled(trades) },
        { right: "futures", field: "permissions", granted: apart },
        { right: "options", field: "permissions", granted: apart },
        { right: "portfolio-margin", field: "permissions", granted: apart },
      ],
      expires: seconds(until),
    };
  }),
  bybit: bybit.transform(({ result: { readOnly, permissions, ips, expiredAt } }) => {
    const writes = BYBIT_WRITES.get(String(readOnly)) ?? null;
    // A key for reading has the same lists, and may only read with them.
    const can = (list: readonly string[] | null | undefined, ...any: readonly string[]): boolean | null => {
      if (writes === false) return false;
      if (list === undefined || list === null || (writes === null && list.length > 0)) return null;
      return any.length === 0 ? list.length > 0 : any.some((word) => list.includes(word));
    };
    const trades = can(permissions?.Spot, "SpotTrade");
    const futures = [can(permissions?.ContractTrade), can(permissions?.Derivatives)];
    return {
      read: permissions === undefined ? null : true,
      trade: trades,
      // What may be withdrawn does not hang on whether the answer says that the key may write.
      withdraw: writes === false ? false : (permissions?.Wallet?.includes("Withdraw") ?? null),
      ipRestricted: ips === undefined ? null : ips.length > 0 && !ips.includes("*"),
      fields: { read: "permissions", trade: "readOnly, permissions.Spot", withdraw: "permissions.Wallet", ip: "ips" },
      extra: [
        { right: "internal-transfer", field: "permissions.Wallet: AccountTransfer", granted: can(permissions?.Wallet, "AccountTransfer") },
        { right: "universal-transfer", field: "permissions.Wallet: SubMemberTransfer", granted: can(permissions?.Wallet, "SubMemberTransfer", "SubMemberTransferList") },
        { right: "margin", field: "permissions.Spot", granted: bundled(trades) },
        { right: "futures", field: "permissions.ContractTrade, permissions.Derivatives", granted: futures.includes(true) ? true : futures.includes(null) ? null : false },
        { right: "options", field: "permissions.Options", granted: can(permissions?.Options) },
        { right: "portfolio-margin", field: "permissions.Spot", granted: bundled(trades) },
      ],
      expires: instant(expiredAt),
    };
  }),
  // OKX has one leave for everything that is not reading or withdrawing; whether there is more than spot to trade is the account's mode.
  okx: okx.transform(({ data }) => {
    const [said] = data;
    const list = said?.perm?.split(",").map((word) => word.trim());
    const trades = list?.includes("trade") ?? null;
    const spotOnly = said?.acctLv === undefined ? null : said.acctLv === "1";
    const derivatives = trades === false ? false : spotOnly === null ? null : !spotOnly;
    const borrows = trades === false ? false : spotOnly === true ? (said?.enableSpotBorrow ?? null) : derivatives;
    return {
      read: list === undefined ? null : list.length > 0 && list[0] !== "",
      trade: trades,
      withdraw: list?.includes("withdraw") ?? null,
      ipRestricted: said?.ip === undefined ? null : said.ip !== "",
      fields: { read: "perm", trade: "perm", withdraw: "perm", ip: "ip" },
      extra: [
        { right: "internal-transfer", field: "perm: trade", granted: bundled(trades) },
        { right: "universal-transfer", field: "perm: trade", granted: bundled(trades) },
        { right: "margin", field: "acctLv, enableSpotBorrow", granted: borrows },
        { right: "futures", field: "acctLv", granted: derivatives },
        { right: "options", field: "acctLv", granted: derivatives },
        { right: "portfolio-margin", field: "acctLv", granted: trades === false ? false : said?.acctLv === undefined ? null : said.acctLv === "4" },
      ],
      expires: null,
    };
  }),
};

/** What the venue has no leave of its own for comes with another one: here is that one. */
function bundled(other: boolean | null): KeyRight["granted"] {
  return other === true ? "bundled" : other;
}

/** Epoch milliseconds from Kraken's seconds, in which 0 is never. */
function seconds(text: string | number | null | undefined): number | null {
  const time = Math.round(Number(text ?? 0) * 1_000);
  return time > 0 && time <= LAST_DAY ? time : null;
}

function instant(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) || time <= 0 ? null : time;
}

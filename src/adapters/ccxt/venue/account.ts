import { z } from "zod";
import type { KeyPermissions, VenueBalance } from "../../../ports/venue.ts";
import { decimal } from "./order.ts";
import type { VenueName } from "./quirks.ts";

/** ccxt's balance: per currency what is free and what there is in all, beside other fields of the same object. */
export const balancesShape: z.ZodType<ReadonlyMap<string, VenueBalance>> = z
  .object({ free: z.record(z.string(), decimal), total: z.record(z.string(), decimal) })
  .refine(({ free, total }) => Object.keys(total).every((currency) => currency in free), "a total without its free part")
  .transform(({ free, total }) => new Map(Object.entries(total).map(([currency, all]) => [currency, { free: free[currency] ?? "0", total: all }])));

const binance = z.object({ enableSpotAndMarginTrading: z.boolean(), enableWithdrawals: z.boolean(), ipRestrict: z.boolean() }).partial();
const kraken = z.object({ result: z.object({ permissions: z.array(z.string()).optional(), ip_allowlist: z.array(z.string()).optional() }) });
const bybit = z.object({
  result: z.object({
    readOnly: z.union([z.number(), z.string()]).optional(),
    permissions: z.object({ Spot: z.array(z.string()), Wallet: z.array(z.string()) }).partial().optional(),
    ips: z.array(z.string()).optional(),
  }),
});
const okx = z.object({ data: z.array(z.object({ perm: z.string().optional(), ip: z.string().optional() })).min(1) });

/** What each exchange's answer about a key says; what it does not say is `null`. */
export const PERMISSION_SHAPES: Readonly<Record<VenueName, z.ZodType<KeyPermissions>>> = {
  binance: binance.transform(({ enableSpotAndMarginTrading, enableWithdrawals, ipRestrict }) => ({
    trade: enableSpotAndMarginTrading ?? null,
    withdraw: enableWithdrawals ?? null,
    ipRestricted: ipRestrict ?? null,
  })),
  kraken: kraken.transform(({ result: { permissions, ip_allowlist: ips } }) => ({
    trade: permissions?.includes("modify-trades") ?? null,
    withdraw: permissions?.includes("withdraw-funds") ?? null,
    ipRestricted: ips === undefined ? null : ips.length > 0,
  })),
  bybit: bybit.transform(({ result: { readOnly, permissions, ips } }) => ({
    trade: readOnly === undefined || !permissions?.Spot ? null : Number(readOnly) === 0 && permissions.Spot.includes("SpotTrade"),
    withdraw: permissions?.Wallet?.includes("Withdraw") ?? null,
    ipRestricted: ips === undefined ? null : ips.length > 0 && !ips.includes("*"),
  })),
  okx: okx.transform(({ data }) => {
    const words = data[0]?.perm?.split(",");
    const ip = data[0]?.ip;
    return { trade: words?.includes("trade") ?? null, withdraw: words?.includes("withdraw") ?? null, ipRestricted: ip === undefined ? null : ip !== "" };
  }),
};

import { z } from "zod";
import { exact, parseExact, signOf, textOf } from "../../core/holdings/exact.ts";
import { parseInstant } from "../../core/instant.ts";

/** What others read from the environment under CAUCUS_<LABEL>_KEY. */
const TAKEN = ["llm", "llm-fallback", "cryptopanic", "token-metrics", "telegram", "data"];

const label = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, "must be small letters, digits and dashes, beginning with a letter")
  .refine((name) => !TAKEN.includes(name), "is taken: its key's variable is read for something else");
const asset = z.string().regex(/^[^\p{C}\p{Z}]{1,40}$/u, "must be an asset such as BTC");
const contract = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be 0x and 40 hex digits, in quotes");
const instant = z.string().refine((text) => Number.isFinite(parseInstant(text)), "must be a UTC date such as 2024-01-31 or 2024-01-31T12:00");
const symbol = z.string().regex(/^[^\p{C}\p{Z}/]+\/[^\p{C}\p{Z}/]+$/u, "must be a symbol such as BTC/USDT");
const url = z.url({ protocol: /^https?$/ });
const place = z.string().regex(/^[a-z0-9]+$/, "must be an exchange's id as ccxt writes it, such as binance");

/** A decimal as YAML has it, a number or a text; comes out as the exact text. */
const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => parseExact(text) !== null, "must be a decimal such as 0.25; put long ones in quotes")
  .transform((text) => textOf(exact(text)));
const above = decimal.refine((text) => signOf(exact(text)) > 0, "must be above 0");
const notBelow = decimal.refine((text) => signOf(exact(text)) >= 0, "must not be below 0");

/** What the owner holds where. Keys are never in it: they come from CAUCUS_<LABEL>_KEY and CAUCUS_<LABEL>_SECRET. */
export const portfolioSchema = z
  .strictObject({
    currency: asset.default("USDT").describe("in what everything is valued"),
    accounts: z
      .array(
        z.strictObject({
          label: label.describe("your name for it; its keys are CAUCUS_<LABEL>_KEY and CAUCUS_<LABEL>_SECRET, read-only ones welcome"),
          exchange: place.describe("as ccxt writes it, such as binance"),
          key: z.string().min(1).max(64).optional().describe("label or id of its key in the key store (caucus keys list), instead of the variables"),
          url: url.optional().describe("another address of the exchange, for the local one: http://127.0.0.1:7070"),
          symbols: z.array(symbol).max(200).optional().describe("markets whose trades are read; absent: all between what is held"),
          since: instant.optional().describe("from when on trades and transfers are read, UTC; absent: as far back as the exchange tells, or two years"),
          transfers: z.boolean().default(false).describe("whether deposits and withdrawals are read too"),
        }),
      )
      .max(50)
      .default([])
      .describe("exchange accounts, such as {label: main, exchange: binance}"),
    addresses: z
      .array(
        z.strictObject({
          label: label.describe("your name for it"),
          chainId: z.int().positive().default(1).describe("EIP-155 number of the chain, checked against the node: 1 Ethereum, 10 Optimism, 137 Polygon, 8453 Base, 42161 Arbitrum"),
          rpc: z.union([url, z.string().regex(/^env:[A-Z][A-Z0-9_]*$/)]).describe("JSON-RPC URL of a node, or env:NAME of the variable that holds it"),
          address: contract.describe("in quotes"),
          native: asset.nullable().default("ETH").describe("the chain's coin; null: it is not read"),
          tokens: z
            .array(
              z.strictObject({
                contract: contract.describe("in quotes"),
                symbol: z.string().regex(/^[A-Za-z0-9.$_+-]{1,20}$/, "must be a token's symbol").optional().describe("checked against the chain"),
                decimals: z.int().min(0).max(36).optional().describe("checked against the chain"),
                pricedAs: asset.optional().describe("the asset as whose price it is worth, such as ETH for WETH"),
              }),
            )
            .max(100)
            .default([])
            .describe("ERC-20 tokens; no others are looked at"),
        }),
      )
      .max(50)
      .default([])
      .describe("addresses on EVM chains that are watched"),
    byHand: z
      .array(
        z.strictObject({
          asset,
          quantity: above.describe("in quotes when it has many digits"),
          cost: notBelow.optional().describe("what all of it has cost, in the currency"),
          pricedAs: asset.optional().describe("the asset as whose price it is worth"),
          note: z.string().max(200).optional(),
        }),
      )
      .max(500)
      .default([])
      .describe("what is held elsewhere, such as {asset: BTC, quantity: 0.5, cost: 12000}"),
    flows: z
      .array(
        z.strictObject({
          time: instant.describe("UTC"),
          asset,
          quantity: decimal.describe("above 0 came in, below 0 left"),
          value: notBelow.optional().describe("what it was worth or had cost, in the currency; absent: the price of its day"),
        }),
      )
      .max(2_000)
      .default([])
      .describe("money and coins that came from outside, or left"),
    files: z
      .strictObject({
        holdings: z.array(z.string().min(1)).max(20).default([]).describe("CSV: asset, quantity, cost"),
        flows: z.array(z.string().min(1)).max(20).default([]).describe("CSV: time, asset, quantity, value"),
        trades: z.array(z.string().min(1)).max(20).default([]).describe("CSV: time, symbol, side, quantity, price, fee, feeAsset"),
      })
      .prefault({})
      .describe("the same from CSV files, and trades"),
    prices: z
      .array(z.strictObject({ exchange: place, url: url.optional().describe("another address of the exchange") }))
      .max(10)
      .optional()
      .describe("exchanges whose prices are taken, the first one first; absent: those of the accounts, else trade.exchange"),
  })
  .superRefine((portfolio, context) => {
    const labels = new Set<string>(["by-hand"]);
    for (const group of ["accounts", "addresses"] as const) {
      for (const [at, { label: name }] of portfolio[group].entries()) {
        if (labels.has(name)) context.addIssue({ code: "custom", path: [group, at, "label"], message: "each label may be there once, and by-hand is taken" });
        labels.add(name);
      }
    }
    const { accounts, addresses, byHand, files } = portfolio;
    if (accounts.length + addresses.length + byHand.length + files.holdings.length === 0) context.addIssue({ code: "custom", path: [], message: "names nothing that is held: give accounts, addresses, byHand or files.holdings" });
  });

/** The portfolio of a definition. */
export type PortfolioDefinition = z.infer<typeof portfolioSchema>;

import { basename } from "node:path";
import type { AccountTrade, Flow, Holding } from "../../ports/account.ts";
import { readCsv } from "./csv.ts";
import { RowReader } from "./rows.ts";

const ASSET = /^[^\p{C}\p{Z}/,;]{1,40}$/u;
const SYMBOL = /^[^\p{C}\p{Z}/]{1,40}\/[^\p{C}\p{Z}/]{1,40}$/u;

/** Holdings of a CSV file: asset, quantity and, where wanted, cost (of all of it, in the currency), pricedAs and note. */
export async function readHoldings(path: string): Promise<readonly Holding[]> {
  const table = await readCsv(path);
  const reader = new RowReader(table, ["asset", "quantity"], ["asset", "quantity", "cost", "pricedas", "note"]);
  const holdings = table.rows.flatMap((row): Holding[] => {
    if (!reader.has(row, ["asset", "quantity"])) return [];
    const asset = reader.text(row, "asset", ASSET, "an asset such as BTC");
    const quantity = reader.decimal(row, "quantity", "not below 0");
    const cost = reader.decimal(row, "cost", "not below 0");
    const pricedAs = reader.text(row, "pricedas", ASSET, "an asset such as ETH");
    if (asset === null || quantity === null) return [];
    return [{ asset, quantity, free: null, used: null, ...(cost === null ? {} : { cost }), ...(pricedAs === null ? {} : { pricedAs }) }];
  });
  reader.finish();
  return holdings;
}

/** Flows of a CSV file: time, asset, quantity (above 0 came in, below 0 left) and, where wanted, value in the currency and the account's label. */
export async function readFlows(path: string): Promise<readonly Flow[]> {
  const table = await readCsv(path);
  const reader = new RowReader(table, ["time", "asset", "quantity"], ["time", "asset", "quantity", "value", "account", "id"]);
  const ids = uniqueIds();
  const flows = table.rows.flatMap((row): Flow[] => {
    if (!reader.has(row, ["time", "asset", "quantity"])) return [];
    const time = reader.time(row, "time");
    const asset = reader.text(row, "asset", ASSET, "an asset such as BTC");
    const quantity = reader.decimal(row, "quantity", "any");
    const value = reader.decimal(row, "value", "not below 0");
    const source = reader.text(row, "account", /^[a-z][a-z0-9-]{0,29}$/, "an account's label") ?? basename(path);
    if (time === null || asset === null || quantity === null) return [];
    return [{ source, id: ids(row.cells.get("id")?.text ?? `${time}:${asset}:${quantity}`), time, asset, quantity, ...(value === null ? {} : { value }) }];
  });
  reader.finish();
  return flows;
}

/** Trades of a CSV file: time, symbol, side, quantity, price and, where wanted, fee and feeAsset, the account's label and an id. */
export async function readTradeFile(path: string): Promise<readonly AccountTrade[]> {
  const table = await readCsv(path);
  const needed = ["time", "symbol", "side", "quantity", "price"];
  const reader = new RowReader(table, needed, [...needed, "fee", "feeasset", "account", "id"]);
  const ids = uniqueIds();
  const trades = table.rows.flatMap((row): AccountTrade[] => {
    if (!reader.has(row, needed)) return [];
    const time = reader.time(row, "time");
    const symbol = reader.text(row, "symbol", SYMBOL, "a symbol such as BTC/USDT");
    const side = reader.text(row, "side", /^(buy|sell)$/i, "buy or sell")?.toLowerCase();
    const quantity = reader.decimal(row, "quantity", "above 0");
    const price = reader.decimal(row, "price", "above 0");
    const fee = reader.decimal(row, "fee", "any");
    const feeAsset = reader.text(row, "feeasset", ASSET, "an asset such as BNB");
    const source = reader.text(row, "account", /^[a-z][a-z0-9-]{0,29}$/, "an account's label") ?? basename(path);
    const [base, quote] = symbol?.split("/") ?? [];
    if (time === null || base === undefined || quote === undefined || (side !== "buy" && side !== "sell") || quantity === null || price === null) return [];
    const paid = fee === null || fee === "0" ? null : { asset: feeAsset ?? quote, quantity: fee };
    return [{ source, id: ids(row.cells.get("id")?.text ?? `${time}:${symbol}:${side}:${quantity}:${price}`), time, base, quote, side, quantity, price, fee: paid }];
  });
  reader.finish();
  return trades;
}

/** Two equal rows are two trades: the second one gets a number. */
function uniqueIds(): (id: string) => string {
  const seen = new Map<string, number>();
  return (id) => {
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 1 ? id : `${id}#${times}`;
  };
}

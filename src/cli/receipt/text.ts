import { type Column, tableLines, wrap } from "../../adapters/report/terminal.ts";
import type { Unsigned } from "../../app/receipts/fold.ts";
import type { Head, Receipt } from "../../core/receipts/receipt.ts";

/** "2026-01-21 04:00:07", UTC. */
const moment = (time: number): string => new Date(time).toISOString().slice(0, 19).replace("T", " ");
/** A number of an agent or the coordinator, which may carry a long tail. */
const short = (value: number): string => value.toFixed(2);

/** Receipts as a table of at most `columns` characters a line, and the head of the chain under it. */
export function listText(receipts: readonly Unsigned[], head: Head, columns: number): string {
  const column = (name: string, drop: number, cell: (one: Unsigned) => string, align: Column["align"] = "left"): Column => ({ head: name, align, drop, cells: receipts.map(cell) });
  const table = tableLines([
    column("No.", 0, ({ body }) => String(body.number), "right"),
    column("Time (UTC)", 0, ({ body }) => moment(body.fill.time)),
    column("Symbol", 0, ({ body }) => body.fill.symbol),
    column("Side", 0, ({ body }) => body.fill.side),
    column("Quantity", 0, ({ body }) => body.fill.quantity, "right"),
    column("Price", 0, ({ body }) => body.fill.price, "right"),
    column("Fee", 2, ({ body }) => `${body.fill.fee} ${body.fill.feeCurrency}`, "right"),
    column("Strategy", 3, ({ body }) => body.order.strategy),
    column("Hash", 1, ({ hash }) => hash.slice(0, 8)),
  ], columns);
  const end = [receipts.length < head.count ? `The last ${receipts.length} of ${head.count} receipts. Head:` : `${head.count} receipts. Head:`, head.hash].flatMap((line) => wrap(line, columns));
  return `${[...(receipts.length > 0 ? [...table, ""] : []), ...end].join("\n")}\n`;
}

/** A receipt in words. */
export function receiptText({ body, hash, signer }: Receipt, columns: number): string {
  const { fill, order, decision, journal } = body;
  const rows: readonly (readonly [string, string])[] = [
    ["What", `${fill.side === "buy" ? "bought" : "sold"} ${fill.quantity} ${fill.base} at ${fill.price} ${fill.quote}, worth ${fill.worth} ${fill.quote}`],
    ["When", `${moment(fill.time)} UTC, on ${fill.venue}, trade ${fill.tradeId}`],
    ["Fee", `${fill.fee} ${fill.feeCurrency} (${fill.liquidity})`],
    ["Order", `${order.strategy} ${order.key}: ${order.type} for ${order.quantity} ${fill.base}${order.price === null ? "" : ` at ${order.price}`}, planned ${moment(order.planned)}${order.cause.by === null ? "" : ` by ${order.cause.by}`}; ${fill.complete ? "filled completely" : "filled in part"}`],
    ["", `id ${order.clientOrderId}`],
    ["Reason", order.reason],
    ...(decision === null ? [["Decision", "none: no council decides"] as const] : [
      ["Decision", `${decision.stance}, conviction ${short(decision.conviction)}, at most ${(decision.exposure * 100).toFixed(0)} % in the market (${moment(decision.time)}): ${decision.reason}`] as const,
      ...decision.votes.map((vote, at): readonly [string, string] => [at === 0 ? "Votes" : "", `${vote.agent} ${short(vote.score)} (confidence ${short(vote.confidence)}): ${vote.reason}`]),
      ...decision.vetoes.map((veto, at): readonly [string, string] => [at === 0 ? "Vetoes" : "", `${veto.agent}, at most ${(veto.maxExposure * 100).toFixed(0)} %: ${veto.limit}`]),
    ]),
    ["Journal", `${journal.bot} (${journal.mode}), entry ${journal.sequence}`],
    ["", journal.hash],
    ["Before", body.previous],
    ["Hash", hash],
    ["Signer", signer],
  ];
  const width = 10;
  const lines = rows.flatMap(([name, text]) => wrap(text, columns - width - 2).map((line, at) => `  ${(at === 0 ? name : "").padEnd(width)}${line}`));
  return `Receipt ${body.number}\n${lines.join("\n")}\n`;
}

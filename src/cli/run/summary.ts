import { decimal, gain, money, percent } from "../../adapters/report/format.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { StatusReport } from "../../app/trade/report.ts";

/** The end of a run in a few lines of at most `columns` characters. */
export function summaryText(report: StatusReport & { readonly state: string; readonly interrupted: boolean }, definition: Definition, columns: number): string {
  const quote = { currency: definition.symbols[0]?.split("/")[1] ?? "", digits: 2 };
  const change = report.equity / report.startEquity - 1;
  const rows: [string, string][] = [
    ["Equity", `${money(report.equity, quote)} (${percent(change)})`],
    ["Closed profit", gain(report.closedProfit, quote)],
    ["Fees paid", money(report.feesPaid, quote)],
    ["Fills", decimal(report.fills, 0)],
    ["Open orders", decimal(report.openOrders, 0)],
    ...report.symbols.map(({ symbol, base, price }): [string, string] => [symbol, `${base} held, price ${price === null ? "unknown" : decimal(price, 2)}`]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const body = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`.slice(0, columns)).join("\n");
  const trouble = report.troubles.map((one) => `\n  ${one}`).join("");
  const end = report.interrupted ? `Stopped. The same command goes on from here (state in ${report.state}).` : `The run has ended. Its journal: ${report.state}`;
  return `${body}${trouble}\n${end}`;
}

import type { Exchange } from "ccxt";
import { z } from "zod";
import { exact, negated, plus, textOf } from "../../../core/holdings/exact.ts";
import { RunError } from "../../../core/user-error.ts";
import type { Flow } from "../../../ports/account.ts";
import { type Patience, readPatiently } from "../retry.ts";
import { assetCode, decimalText } from "./client.ts";

/** Binance looks at no more than 90 days at once; the others take less just as well. */
const WINDOW = 89 * 86_400_000;

const text = z.string().nullish();
const transferShape = z.object({
  id: text, txid: text, timestamp: z.number(), currency: assetCode, amount: decimalText, status: text, addressTo: text, addressFrom: text, address: text,
  fee: z.object({ currency: text, cost: decimalText.nullish() }).nullish(),
});

/** Deposits and withdrawals that came through, since an instant (epoch milliseconds). */
export async function readTransfers(client: Exchange, label: string, since: number, patience: Patience, signal: AbortSignal): Promise<readonly Flow[]> {
  const flows = new Map<string, Flow>();
  const now = client.milliseconds();
  for (const kind of ["deposit", "withdrawal"] as const) {
    const method = kind === "deposit" ? "fetchDeposits" : "fetchWithdrawals";
    if (client.has[method] !== true) throw new RunError(`${kind}s: ${client.id} does not tell them; write them under portfolio.flows.`);
    for (let from = since; from < now; from += WINDOW) {
      const until = Math.min(now, from + WINDOW);
      const rows: unknown = await readPatiently(client, `${kind}s`, () => client[method](undefined, from, undefined, { until }), patience, signal);
      const parsed = z.array(transferShape).safeParse(rows);
      if (!parsed.success) throw new RunError(`${kind}s: ${client.id} answered with something of another form (${parsed.error.issues[0]?.path.join(".") ?? ""}).`);
      for (const row of parsed.data) if (row.status === "ok" || row.status === undefined || row.status === null) add(kind, row);
    }
  }
  return [...flows.values()];

  function add(kind: "deposit" | "withdrawal", row: z.infer<typeof transferShape>): void {
    const amount = exact(row.amount);
    // What the exchange takes for a withdrawal has left too.
    const fee = kind === "withdrawal" && row.fee?.currency === row.currency && row.fee.cost ? exact(row.fee.cost) : exact("0");
    const id = `${kind}:${row.id ?? row.txid ?? `${row.timestamp}:${row.currency}:${row.amount}`}`;
    const counterparty = kind === "deposit" ? row.addressFrom : (row.addressTo ?? row.address);
    flows.set(id, {
      source: label, id, time: row.timestamp, asset: row.currency,
      quantity: textOf(kind === "deposit" ? amount : negated(plus(amount, fee))),
      ...(row.txid ? { transaction: row.txid.toLowerCase() } : {}),
      ...(counterparty ? { counterparty: counterparty.toLowerCase() } : {}),
    });
  }
}

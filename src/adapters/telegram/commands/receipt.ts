import { announcedText, receiptText } from "../../../core/receipts/receipt.ts";
import type { Asked, Reply, TelegramCommand } from "../command.ts";
import { csv } from "../text/csv.ts";
import { bold, code, escaped } from "../text/html.ts";
import { MOST_CAPTION, message } from "../text/message.ts";
import { counted, money } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";
import { moment, startOfDay, startOfDayBefore } from "../text/times.ts";

const PERIODS = ["day", "week", "month"] as const;
const HEADER = ["time_utc", "symbol", "strategy", "side", "price", "quantity", "worth", "fee", "fee_currency", "trade_id"];

/** What was executed, as a file that can be checked against the journal. */
export const receipt: TelegramCommand = {
  name: "receipt",
  description: "What was executed: day, week, month, or receipt 57",
  role: "viewer",
  run: (asked) => {
    const { operator, timeZone, argument } = asked;
    if (/^[1-9]\d{0,11}$/.test(argument)) return one(asked, Number(argument));
    const { quote, bot, venue } = operator.status();
    const view = operator.receipt(fromOf(asked));
    const rows = view.fills.map((fill) => [new Date(fill.time).toISOString(), fill.symbol, fill.strategy, fill.side, fill.price, fill.quantity, fill.worth, fill.fee, fill.feeCurrency, fill.tradeId]);
    const sum = (side: "buy" | "sell"): number => view.fills.reduce((total, fill) => total + (fill.side === side ? fill.worth : 0), 0);
    const html = message(
      [
        `${bold("Receipt")} of ${escaped(bot, 60)} on ${escaped(venue, 60)}`,
        `${escaped(moment(view.from, timeZone))} to ${escaped(moment(view.to, timeZone))}: ${counted(view.fills.length, "fill")}`,
        { pre: pairLines([["Bought", money(sum("buy"), quote)], ["Sold", money(sum("sell"), quote)]]) },
        ...(view.complete ? [] : ["⚠️ Older fills of that time are left out: the command line's ledger has them."]),
        ...(argument === "" || isPeriod(argument) ? [] : [`${escaped(`"${argument.slice(0, 30)}"`)} is no span: say day, week or month.`]),
        `Journal entry ${view.sequence}, hash ${code(view.hash.slice(0, 16))}`,
        ...(view.chain === null ? [] : [`Receipts ${code(announcedText(view.chain))}`]),
      ],
      MOST_CAPTION,
    );
    const buttons = [PERIODS.map((period) => ({ text: period, action: { command: "receipt", argument: period } }))];
    if (rows.length === 0) return Promise.resolve({ html, buttons });
    return Promise.resolve({ html, document: { name: `receipt-${new Date(view.to).toISOString().slice(0, 10)}.csv`, bytes: csv(HEADER, rows) }, buttons });
  },
};

const isPeriod = (argument: string): boolean => PERIODS.some((one) => one === argument.toLowerCase());

/** When the period began, epoch milliseconds, by the reader's calendar; the local day without an argument. */
function fromOf({ operator, argument, timeZone }: Asked): number {
  const { time } = operator.status();
  const period = PERIODS.find((one) => one === argument.toLowerCase()) ?? "day";
  if (period === "day") return startOfDay(time, timeZone);
  return startOfDayBefore(time, period === "week" ? 6 : 29, timeZone);
}

/** One receipt in words, and as the file that `caucus receipt verify` checks. */
async function one({ operator, timeZone }: Asked, number: number): Promise<Reply> {
  const receipt = await operator.signedReceipt(number);
  if (receipt === null) return { html: `There is no receipt ${number} (yet).` };
  const { fill, order, decision, journal } = receipt.body;
  const html = message(
    [
      `${bold(`Receipt ${number}`)} of ${escaped(journal.bot, 60)} on ${escaped(fill.venue, 60)}`,
      `${escaped(moment(fill.time, timeZone))}: ${fill.side === "buy" ? "bought" : "sold"} ${escaped(`${fill.quantity} ${fill.base} at ${fill.price} ${fill.quote}, fee ${fill.fee} ${fill.feeCurrency}`, 200)}`,
      escaped(`${order.strategy} ${order.key}: ${order.reason}`, 200),
      ...(decision === null ? [] : [escaped(`${decision.stance}: ${decision.reason}`, 300)]),
      `Journal entry ${journal.sequence}, hash ${code(receipt.hash.slice(0, 32))}`,
    ],
    MOST_CAPTION,
  );
  return { html, document: { name: `receipt-${number}.json`, bytes: Buffer.from(`${receiptText(receipt)}\n`) } };
}

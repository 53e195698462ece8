import { type Exact, exact, minus, negated, plus, signOf, ZERO } from "../holdings/exact.ts";
import type { Books, Fee, FeeTreatment, Income, Problem, TaxSettings } from "./entries.ts";
import type { PriceAt } from "./price-book.ts";
import { type Amount, isFiat, type TaxRow } from "./row.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import { feeShare, moneyRank, type Worth, worthIn } from "./worth.ts";

interface Desk {
  readonly shelf: Shelf;
  readonly worth: Worth;
  readonly fees: Fee[];
  readonly income: Income[];
  readonly problems: Problem[];
}

/**
 * Keeps the books of rows in order of time. A trade gives one asset away at what the other is worth; the fee of a purchase is
 * part of its cost, that of a sale or an exchange lessens the proceeds, and a fee in a third asset is a disposal of that asset
 * at its worth. A transfer takes lots along with date and cost; its fee is a disposal at its worth. Income and gifts received
 * cost what they were worth. Where a worth is not known there is a problem, and neither a gain nor a lot: never zero.
 */
export function keepBooks(rows: readonly TaxRow[], settings: TaxSettings, priceAt: PriceAt): Books {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const desk: Desk = { shelf: createShelf(settings, report), worth: worthIn(settings.currency, priceAt, report), fees: [], income: [], problems };
  for (const row of rows) {
    settle(desk, row);
    countRow(desk.shelf, row);
  }
  return { disposals: desk.shelf.disposals, income: desk.income, fees: desk.fees, lots: desk.shelf.lots(), balances: desk.shelf.balances(), problems, prices: desk.worth.prices };
}

function countRow(shelf: Shelf, row: TaxRow): void {
  const { account, sent, received, fee } = row;
  if (received !== null) shelf.count(row, row.kind === "transfer" ? (row.toAccount ?? account) : account, received.asset, exact(received.quantity));
  if (sent !== null) shelf.count(row, account, sent.asset, negated(exact(sent.quantity)));
  if (fee !== null) shelf.count(row, account, fee.asset, negated(exact(fee.quantity)));
}

function settle(desk: Desk, row: TaxRow): void {
  const { sent, received } = row;
  switch (row.kind) {
    case "trade":
      if (sent !== null && received !== null) trade(desk, row, sent, received);
      return;
    case "income":
    case "gift-received":
      if (received !== null) receive(desk, row, received);
      return;
    case "deposit":
      if (received !== null) deposit(desk, row, received);
      return;
    case "withdrawal":
      payFee(desk, row);
      if (sent !== null && !isFiat(sent.asset)) {
        const text = `${sent.quantity} ${sent.asset} left ${row.account} and arrived at no other account: import that account, or write down what it was (gift, spend, lost)`;
        desk.problems.push({ origin: row.origin, time: row.time, kind: "unmatched withdrawal", asset: sent.asset, quantity: exact(sent.quantity), text });
        desk.shelf.move(row, sent.asset, exact(sent.quantity), null);
      }
      return;
    case "transfer":
      payFee(desk, row);
      if (sent !== null && row.toAccount !== null) desk.shelf.move(row, sent.asset, exact(sent.quantity), row.toAccount);
      return;
    case "spend":
    case "gift":
    case "donation":
    case "lost":
      if (sent !== null) give(desk, row, row.kind, sent);
      payFee(desk, row);
      return;
    case "fee":
      payFee(desk, row);
  }
}

function trade(desk: Desk, row: TaxRow, sent: Amount, received: Amount): void {
  const { shelf, worth } = desk;
  const value = worth.ofTrade(row, sent, received);
  const [given, taken] = [exact(sent.quantity), exact(received.quantity)];
  const { fee } = row;
  const paid = fee === null ? ZERO : exact(fee.quantity);
  const purchase = moneyRank(sent.asset) > moneyRank(received.asset);
  if (fee === null || signOf(paid) === 0) {
    shelf.dispose(row, "sale", sent.asset, given, value);
    shelf.receive(row, row.account, received.asset, taken, value);
    return;
  }
  if (fee.asset === received.asset) {
    const feeValue = feeShare(value, paid, taken);
    const net = value === null || feeValue === null ? null : minus(value, feeValue);
    note(desk, row, fee, feeValue, purchase ? "received less" : "proceeds");
    shelf.dispose(row, "sale", sent.asset, given, purchase ? value : net);
    shelf.receive(row, row.account, received.asset, minus(taken, paid), purchase ? value : net);
    return;
  }
  if (fee.asset === sent.asset) {
    const feeValue = feeShare(value, paid, given);
    const gross = value === null || feeValue === null ? null : plus(value, feeValue);
    note(desk, row, fee, feeValue, purchase ? "cost" : "proceeds");
    shelf.dispose(row, "sale", sent.asset, plus(given, paid), purchase ? gross : value);
    shelf.receive(row, row.account, received.asset, taken, purchase ? gross : value);
    return;
  }
  const feeValue = worth.of(row, fee, row.feeValue);
  note(desk, row, fee, feeValue, purchase ? "cost" : "proceeds");
  const whole = value !== null && feeValue !== null;
  shelf.dispose(row, "sale", sent.asset, given, purchase ? value : whole ? minus(value, feeValue) : null);
  shelf.receive(row, row.account, received.asset, taken, purchase ? (whole ? plus(value, feeValue) : null) : value);
  shelf.dispose(row, "fee", fee.asset, paid, feeValue);
}

/** Income and gifts: what arrived after the fee, at its worth. */
function receive(desk: Desk, row: TaxRow, received: Amount): void {
  const gross = exact(received.quantity);
  const withheld = row.fee?.asset === received.asset ? exact(row.fee.quantity) : ZERO;
  const whole = desk.worth.of(row, received, row.value);
  const feeValue = feeShare(whole, withheld, gross);
  const value = whole === null || feeValue === null ? null : minus(whole, feeValue);
  const quantity = minus(gross, withheld);
  if (row.fee !== null && row.fee.asset === received.asset) note(desk, row, row.fee, feeValue, "received less");
  if (row.kind === "income" && value !== null) {
    desk.income.push({ origin: row.origin, time: row.time, account: row.account, kind: row.income ?? "other", asset: received.asset, quantity, value });
  }
  desk.shelf.receive(row, row.account, received.asset, quantity, value);
  if (row.fee !== null && row.fee.asset !== received.asset) payFee(desk, row);
}

/** A deposit that no withdrawal belongs to. Money is money; of another asset its owner has to say what it cost. */
function deposit(desk: Desk, row: TaxRow, received: Amount): void {
  if (!isFiat(received.asset)) {
    if (row.value !== null) {
      desk.shelf.receive(row, row.account, received.asset, exact(received.quantity), desk.worth.of(row, received, row.value));
    } else {
      const text = `${received.quantity} ${received.asset} arrived at ${row.account} from no other account: import where it came from, state its cost as the value of the row, or write down what it was (income, gift-received)`;
      desk.problems.push({ origin: row.origin, time: row.time, kind: "unmatched deposit", asset: received.asset, quantity: exact(received.quantity), text });
    }
  }
  payFee(desk, row);
}

function give(desk: Desk, row: TaxRow, kind: "spend" | "gift" | "donation" | "lost", sent: Amount): void {
  // What is lost brings nothing, and nobody asks what it was worth.
  const value = kind === "lost" ? ZERO : isFiat(sent.asset) ? null : desk.worth.of(row, sent, row.value);
  desk.shelf.dispose(row, kind, sent.asset, exact(sent.quantity), value);
}

/** A fee that belongs to no trade is a disposal at its worth; in a state's money it is just paid. */
function payFee(desk: Desk, row: TaxRow): void {
  if (row.fee === null) return;
  const value = desk.worth.of(row, row.fee, row.feeValue);
  note(desk, row, row.fee, value, isFiat(row.fee.asset) ? "cash" : "disposal");
  desk.shelf.dispose(row, "fee", row.fee.asset, exact(row.fee.quantity), value);
}

function note(desk: Desk, row: TaxRow, fee: Amount, value: Exact | null, treatment: FeeTreatment): void {
  desk.fees.push({ origin: row.origin, time: row.time, account: row.account, asset: fee.asset, quantity: exact(fee.quantity), value, treatment });
}

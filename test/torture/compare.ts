import { discrepancies } from "../../src/app/trade/holdings.ts";
import type { Session } from "../../src/app/trade/session.ts";
import { addDecimals } from "../../src/core/decimal.ts";
import type { Journal, OrderRow } from "../../src/ports/journal.ts";
import type { VenueBalance } from "../../src/ports/venue.ts";
import type { Truth } from "./messages.ts";

/** The fewest orders that a grid which trades has in each market; its upper cells may wait for the price. */
const FEWEST = 1;

/** What of a grid's bot does not agree with the exchange, or does not rest though it should, a sentence each; none of it may last. */
export function compare(session: Session, journal: Journal, truth: Truth, deep: boolean): string[] {
  const problems = booksProblems(session, journal, truth, deep);
  return session.failure === null ? [...problems, ...wishProblems(session, truth)] : problems;
}

/** What of a bot's books does not agree with the exchange, a sentence each. `deep` looks at the whole journal too. */
export function booksProblems(session: Session, journal: Journal, truth: Truth, deep: boolean): string[] {
  if (session.failure !== null) return [`the session has failed: ${session.failure instanceof Error ? session.failure.message : "for no reason"}`];
  const problems = [...session.troubles.map((trouble) => `in trouble: ${trouble}`)];
  // Looks at the account go on for ever: they are not waited for.
  for (const state of ["waiting", "claimed"] as const) for (const { action, clientOrderId } of journal.outbox(state)) problems.push(`the ${action} of ${clientOrderId} is ${state}`);
  for (const { symbol, key, state } of session.desk.open()) if (state !== "OPEN" && state !== "PARTIAL") problems.push(`${symbol}: ${key} is ${state}`);
  problems.push(...ledgerProblems(session, truth), ...tradeProblems(journal, truth, deep), ...openProblems(session, truth));
  if (deep) {
    const damage = journal.verify();
    if (damage !== null) problems.push(`the journal is damaged: ${damage}`);
    problems.push(...keyProblems(journal));
  }
  return problems;
}

function ledgerProblems(session: Session, { balances }: Truth): string[] {
  const held = new Map<string, VenueBalance>(balances.map(({ asset, free, locked }) => [asset, { free, total: addDecimals(free, locked) }]));
  return discrepancies(session.bot, held, session.desk.parts.baseline()).map(({ asset, venue, books }) => `${asset}: the exchange has ${venue}, the books ${books}`);
}

/** Each trade is booked, and booked once. */
function tradeProblems(journal: Journal, { trades }: Truth, deep: boolean): string[] {
  const problems = trades.filter(([symbol, id]) => !journal.hasFill("binance", symbol, id)).map(([symbol, id]) => `trade ${id} of ${symbol} is not booked`);
  if (!deep) return problems;
  const booked = journal.orders().flatMap(({ clientOrderId }) => journal.fillsOf(clientOrderId));
  if (booked.length !== trades.length) problems.push(`${booked.length} fills are booked of ${trades.length} trades`);
  let events = 0;
  for (const { type } of journal.entries(1)) if (type === "fill") events += 1;
  if (events !== trades.length) problems.push(`${events} fills were told to the bot of ${trades.length} trades`);
  return problems;
}

/** What rests on one side rests on the other. */
function openProblems(session: Session, { open }: Truth): string[] {
  const books = new Set(session.desk.open().map(({ clientOrderId }) => clientOrderId));
  const venue = new Set(open);
  return [
    ...[...books].filter((id) => !venue.has(id)).map((id) => `order ${id} rests in the books alone`),
    ...[...venue].filter((id) => !books.has(id)).map((id) => `order ${id} rests on the exchange alone`),
  ];
}

/** Whatever the strategy wants rests: filled cells have their counter orders. */
function wishProblems(session: Session, { open }: Truth): string[] {
  const { bot, desk } = session;
  if (bot.hold !== "run") return [];
  const venue = new Set(open);
  const problems: string[] = [];
  for (const { symbol, sleeves } of bot.symbols.values()) {
    for (const { strategy, account, orders } of sleeves) {
      const wanted = strategy.desired();
      if (wanted.length < FEWEST) problems.push(`${symbol}: ${wanted.length} orders are wanted`);
      const resting = new Map(desk.open().filter((row) => row.symbol === symbol && row.strategy === account.strategy).map((row) => [row.key, row.clientOrderId]));
      for (const { key } of wanted) {
        const id = resting.get(key);
        if (orders.spent.has(key)) problems.push(`${symbol}: ${key} is wanted and was filled already`);
        else if (id === undefined || !venue.has(id)) problems.push(`${symbol}: ${key} is wanted and does not rest (base free ${account.baseFree}, reserved ${account.baseReserved}; live ${[...orders.live.keys()].join(" ")})`);
      }
    }
  }
  return problems;
}

/** A key has one order at a time, and all its orders together fill no more than was wanted. */
function keyProblems(journal: Journal): string[] {
  const keys = Map.groupBy(journal.orders(), ({ symbol, strategy, key }) => `${symbol} ${strategy} ${key}`);
  const problems: string[] = [];
  for (const [key, rows] of keys) {
    const filled = rows.reduce((sum, { filledSteps }) => sum + filledSteps, 0);
    const wanted = largest(rows);
    if (filled > wanted) problems.push(`${key}: ${filled} steps are filled of ${wanted}`);
    if (new Set(rows.map(({ orderId }) => orderId)).size < rows.length) problems.push(`${key}: one attempt has two orders`);
    const standing = rows.filter(({ state }) => state === "OPEN" || state === "PARTIAL" || state === "UNKNOWN" || state === "CANCELING");
    if (standing.length > 1) problems.push(`${key}: ${standing.length} orders stand`);
    for (const { clientOrderId, filledSteps } of rows) {
      const sum = journal.fillsOf(clientOrderId).reduce((all, { steps }) => all + steps, 0);
      if (sum !== filledSteps) problems.push(`${key}: its fills are ${sum} steps, its order says ${filledSteps}`);
    }
  }
  return problems;
}

/** The total that a key was for: the most that an attempt asked beyond what had been filled before it. */
function largest(rows: readonly OrderRow[]): number {
  let before = 0;
  let most = 0;
  for (const { steps, filledSteps } of rows) {
    most = Math.max(most, before + steps);
    before += filledSteps;
  }
  return most;
}

import type { Asked, Proposal, Reply, TelegramCommand } from "../command.ts";
import { comparisonSvg } from "../pictures/comparison.ts";
import { png } from "../pictures/png.ts";
import { COLOURS } from "../pictures/svg.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { MOST_CAPTION, type Part, message } from "../text/message.ts";
import { counted, decimal, duration, gain, money, percent, price, quantity, share } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { pairLines, spaced } from "../text/table.ts";
import { moment, shortMoment, zoneName } from "../text/times.ts";
import { numberOf, priceNumber, priceUnits, unitsOf } from "../virtual/account.ts";
import type { VirtualBook } from "../virtual/book.ts";
import { sampleAll } from "../virtual/sampling.ts";
import { type VirtualStanding, lastPrice, standingOf } from "../virtual/standing.ts";
import { orderOf, tradable } from "../virtual/order.ts";

const PER_PAGE = 8;
const WORDS = "Say /virtual start 10000, /virtual buy btc 500, /virtual sell btc 50% (or all, or 0.01), /virtual trades, /virtual reset.";

/** A paper portfolio of one's own, at the bot's prices. */
export const virtual: TelegramCommand = {
  name: "virtual",
  description: "A paper portfolio of your own: start, buy, sell, trades",
  role: "viewer",
  run: (asked) => {
    const { virtual: book, argument } = asked;
    if (!book) return Promise.resolve({ html: "There is no file here to keep a paper portfolio in." });
    const [verb = "", ...rest] = argument.split(/\s+/);
    const after = rest.join(" ");
    switch (verb.toLowerCase()) {
      case "":
        return shown(book, asked);
      case "start":
        return Promise.resolve(start(book, asked, after));
      case "buy":
      case "sell":
        return Promise.resolve(traded(book, asked, verb.toLowerCase() === "buy" ? "buy" : "sell", after));
      case "trades":
        return Promise.resolve(tradesOf(book, asked, after));
      case "reset":
        return Promise.resolve(reset(book, asked));
      default:
        return Promise.resolve({ html: escaped(`"${verb.slice(0, 30)}" is nothing that a paper portfolio can do. ${WORDS}`, 600) });
    }
  },
};

const none: Reply = { html: "You have no paper portfolio yet: begin one with /virtual start 10000." };

function start(book: VirtualBook, { operator, user }: Asked, amount: string): Reply {
  if (book.begun(user.id)) return { html: "You have one already: /virtual shows it, /virtual reset ends it." };
  const { time, quote, equity: botEquity } = operator.status();
  const cash = unitsOf(amount.toUpperCase().endsWith(quote.toUpperCase()) ? amount.slice(0, -quote.length).trim() : amount);
  if (cash === null || cash < unitsLeast || cash > unitsMost) return { html: escaped(`Say how much to begin with, from 1 to 1,000,000,000 ${quote}: /virtual start 10000`) };
  const [symbol] = operator.symbols;
  const why = symbol === undefined ? "the bot trades nothing" : tradable(operator, symbol);
  const units = symbol === undefined ? null : priceUnits(lastPrice(operator, symbol)?.price ?? Number.NaN);
  if (why !== null || symbol === undefined || units === null) return { html: escaped(`It cannot begin now: ${why ?? "there is no price"}.`) };
  book.begin({ user: user.id, time, quote, cash, symbol, price: units, botEquity });
  sampleAll(book, operator);
  return { html: `📒 ${bold("Your paper portfolio")} begins with ${escaped(money(numberOf(cash), quote))}. It is compared with holding ${escaped(symbol)} (${escaped(`${price(priceNumber(units))} ${quote}`)}) and with the bot from now on. No order is ever sent for it.` };
}
const unitsLeast = 100_000_000n;
const unitsMost = 100_000_000_000_000_000n;

function traded(book: VirtualBook, { operator, user }: Asked, side: "buy" | "sell", argument: string): Reply {
  const account = book.account(user.id);
  if (!account) return none;
  const { time, quote } = operator.status();
  const begun = book.begun(user.id);
  if (begun?.quote !== quote) return { html: escaped(`Your paper portfolio counts in ${begun?.quote ?? "?"} and the bot in ${quote} now: /virtual reset and begin anew.`) };
  const fill = orderOf({ operator, account, rates: book.rates, quote, side, argument });
  if (typeof fill === "string") return { html: escaped(fill, 600) };
  const after = book.trade(user.id, { ...fill, time });
  const base = fill.symbol.split("/")[0] ?? "";
  const paid = numberOf(fill.worth);
  const profit = numberOf(after.closedProfit - account.closedProfit);
  const lines: (readonly [string, string])[] = [
    [`${side === "buy" ? "bought" : "sold"} ${quantity(numberOf(fill.quantity))} ${base}`, `at ${price(priceNumber(fill.price))}`],
    ["Worth", money(paid, quote)],
    ["Fee", money(numberOf(fill.fee), quote)],
    ...(side === "sell" ? [["Profit of it", gain(profit, quote)] as const] : []),
    ["Cash after", money(numberOf(after.cash), quote)],
    [`${base} after`, quantity(numberOf(after.held.get(fill.symbol)?.quantity ?? 0n))],
  ];
  return { html: message([`📒 ${bold("On paper")} ${escaped(fill.symbol)}`, { pre: pairLines(lines) }, italic(`At the bot's last price, ${share(book.rates(fill.symbol).slippage, 2)} slippage in it. Nothing was sent.`)]), buttons: [[{ text: "portfolio", action: { command: "virtual", argument: "" } }]] };
}

async function shown(book: VirtualBook, { operator, user, timeZone }: Asked): Promise<Reply> {
  const standing = standingOf(book, operator, user.id);
  if (!standing) return none;
  const now = { time: standing.time, equity: standing.equity, hold: standing.hold, bot: standing.bot };
  const samples = book.samples(user.id).filter(({ time }) => time < now.time);
  const points = [{ time: standing.began, equity: standing.start, hold: standing.start, bot: standing.start }, ...samples.filter(({ time }) => time > standing.began), now];
  const curves = [
    { name: "you", colour: COLOURS.price, values: points.map(({ equity }) => equity) },
    { name: `holding ${standing.holdSymbol.split("/")[0] ?? ""}`, colour: COLOURS.grid, values: points.map(({ hold }) => hold) },
    { name: "the bot", colour: COLOURS.dca, values: points.map(({ bot }) => bot) },
  ];
  const svg = comparisonSvg({ title: `Paper portfolio of ${user.name}`, quote: standing.quote, timeZone, time: points.map(({ time }) => time), curves });
  const html = message(wordsOf(standing, timeZone), MOST_CAPTION);
  return { html, picture: { name: "virtual.png", png: await png(svg) }, buttons: [[{ text: "trades", action: { command: "virtual", argument: "trades" } }]] };
}

function wordsOf(standing: VirtualStanding, timeZone: string): Part[] {
  const { quote, start: began, equity, positions, hold, bot } = standing;
  const change = (worth: number): string => percent(worth / began - 1);
  const parts: Part[] = [
    `📒 ${bold("Paper portfolio")} since ${escaped(moment(standing.began, timeZone))}`,
    {
      pre: pairLines([
        ["Worth", money(equity, quote)],
        ["Profit", gain(equity - began, quote)],
        ["", change(equity)],
        [`Holding ${standing.holdSymbol.split("/")[0] ?? ""}`, change(hold)],
        ["The bot", change(bot)],
        ["Cash", money(standing.cash, quote)],
        ["Closed profit", gain(standing.closedProfit, quote)],
        ["Fees", money(standing.fees, quote)],
      ]),
    },
  ];
  const blocks = positions.map((one) =>
    pairLines([
      [`${quantity(one.quantity)} ${one.symbol.split("/")[0] ?? ""}`, money(one.worth, quote)],
      [`at ${price(one.price)}`, gain(one.worth - one.cost, quote)],
    ]),
  );
  if (blocks.length > 0) parts.push({ pre: spaced(blocks) });
  const priceless = positions.filter(({ priced }) => !priced).map(({ symbol }) => symbol);
  if (priceless.length > 0) parts.push(`⚠️ No price of ${escaped(priceless.join(", "))}: counted at cost.`);
  if (standing.old !== null) parts.push(`⏳ Its prices are ${escaped(duration(standing.old))} old.`);
  return parts;
}

function tradesOf(book: VirtualBook, { operator, user, timeZone }: Asked, argument: string): Reply {
  const begun = book.begun(user.id);
  if (!begun) return none;
  const all = book.trades(user.id);
  const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
  const page = Math.min(pages, pageFrom(argument));
  const rows = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const parts: Part[] = [`📒 ${bold("Trades on paper")} ${decimal(all.length, 0)} ${pageText(page, pages)}`.trimEnd()];
  if (rows.length === 0) parts.push("None yet: /virtual buy btc 500 buys for 500.");
  else {
    const blocks = rows.map((row) =>
      pairLines([
        [`${shortMoment(row.time, timeZone)} ${row.side}`, row.symbol],
        [`${quantity(numberOf(row.quantity))} ${row.symbol.split("/")[0] ?? ""}`, `at ${price(priceNumber(row.price))}`],
        [`worth ${money(numberOf(row.worth), begun.quote)}`, `fee ${money(numberOf(row.fee), begun.quote)}`],
      ]),
    );
    parts.push({ pre: spaced(blocks) }, italic(`Times are ${zoneName(operator.status().time, timeZone)}.`));
  }
  return { html: message(parts), buttons: pageButtons("virtual", page, pages, (to) => `trades ${to}`) };
}

function reset(book: VirtualBook, { operator, user }: Asked): Reply | Proposal {
  const standing = standingOf(book, operator, user.id);
  if (!standing) return none;
  const trades = book.trades(user.id).length;
  return {
    html: `📒 ${bold("End your paper portfolio?")} It is worth ${escaped(money(standing.equity, standing.quote))} (${escaped(percent(standing.equity / standing.start - 1))}); its ${counted(trades, "trade")} and its curve are deleted for good.`,
    carryOut: () => {
      book.reset(user.id);
      return Promise.resolve({ html: "📒 It is gone. /virtual start 10000 begins another." });
    },
  };
}

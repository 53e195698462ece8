import { counted, decimal, money, moment, percent, price, quantity, share, signed, type Quote } from "../adapters/report/format.ts";
import { type Painter, plain, tableLines, wrap } from "../adapters/report/terminal.ts";
import type { AssetRow, PlaceStatus, PortfolioView, ReturnsView } from "../core/holdings/view.ts";

/** How the portfolio is shown in a terminal. */
export interface PortfolioTextOptions {
  readonly columns: number;
  readonly paint: Painter;
  /** Each snapshot too. */
  readonly history: boolean;
}

const YEAR = 365 * 86_400_000;
const MONTH = YEAR / 12;
const MOST_ORDERS = 20;
const MOST_HISTORY = 500;

/** The whole portfolio as text. */
export function portfolioText(view: PortfolioView, { columns, paint, history }: PortfolioTextOptions): string {
  const quote = quoteOf(view);
  const sections = [
    [`${paint("bold", `${plain(view.name)}  ${money(Number(view.total), quote)}`)}${view.complete ? "" : paint("yellow", "  not complete")}`, paint("dim", `${moment(view.time)} UTC`)],
    placesOf(view, quote, columns, paint),
    allocationOf(view, quote, columns, paint),
    unvaluedOf(view, paint),
    profitOf(view, quote, columns, paint),
    returnsOf(view.returns, quote, columns, paint),
    unexplainedOf(view, quote, columns, paint),
    ordersOf(view, columns, paint),
    ...(history ? [historyOf(view, quote, columns, paint)] : []),
    view.notes.length === 0 ? [] : [paint("bold", "Notes"), ...view.notes.flatMap((note) => bullet(note, columns))],
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Small worths need more digits than cents: a portfolio in BTC. */
function quoteOf({ currency, total }: PortfolioView): Quote {
  const worth = Math.abs(Number(total));
  return { currency, digits: worth >= 100 || worth === 0 ? 2 : Math.min(8, 4 - Math.floor(Math.log10(worth))) };
}

function bullet(text: string, columns: number): string[] {
  return wrap(text, columns - 2).map((line, i) => `${i === 0 ? "- " : "  "}${line}`);
}

function table(title: string, rows: Parameters<typeof tableLines>[0], columns: number, paint: Painter): string[] {
  const [head = "", ...body] = tableLines(rows, columns);
  return [paint("bold", title), paint("dim", head), ...body];
}

const numbers = (quote: Quote, value: string | number): string => decimal(Number(value), quote.digits);
const gains = (quote: Quote, value: string | number): string => signed(Number(value), quote.digits);

function placesOf(view: PortfolioView, quote: Quote, columns: number, paint: Painter): string[] {
  const { places, time } = view;
  const lines = table(
    "Places",
    [
      { head: "place", align: "left", drop: 0, cells: places.map(({ label }) => label) },
      { head: "where", align: "left", drop: 2, cells: places.map(({ place }) => plain(place).slice(0, 40)) },
      { head: quote.currency, align: "right", drop: 0, cells: places.map((place) => (place.state === "failed" ? "unknown" : numbers(quote, place.value))) },
      { head: "orders", align: "right", drop: 3, cells: places.map(({ openOrders }) => String(openOrders)) },
      { head: "state", align: "left", drop: 0, cells: places.map((place) => stateOf(place, time)) },
    ],
    columns,
    paint,
  );
  return [...lines, ...places.flatMap(({ label, problems }) => problems.flatMap((problem) => bullet(`${label}: ${problem}`, columns)))];
}

function stateOf({ state, readAt, problems }: PlaceStatus, now: number): string {
  if (state === "failed") return "not read, not in the total";
  if (state === "last-known") return `last known, ${ageOf(now - (readAt ?? now))} old`;
  return problems.length > 0 ? "read in part" : "read";
}

function ageOf(age: number): string {
  const minutes = Math.max(0, Math.round(age / 60_000));
  if (minutes < 120) return counted(minutes, "minute");
  return minutes < 2_880 ? counted(Math.round(minutes / 60), "hour") : counted(Math.round(minutes / 1_440), "day");
}

function allocationOf({ assets }: PortfolioView, quote: Quote, columns: number, paint: Painter): string[] {
  if (assets.length === 0) return [paint("bold", "Holdings"), "Nothing that has a price is held."];
  const cell = (pick: (row: AssetRow) => string): string[] => assets.map(pick);
  return table(
    "Holdings",
    [
      { head: "asset", align: "left", drop: 0, cells: cell(({ asset }) => plain(asset)) },
      { head: "quantity", align: "right", drop: 0, cells: cell((row) => quantity(Number(row.quantity))) },
      { head: "price", align: "right", drop: 2, cells: cell((row) => price(Number(row.price))) },
      { head: quote.currency, align: "right", drop: 0, cells: cell((row) => numbers(quote, row.value)) },
      { head: "share", align: "right", drop: 0, cells: cell(({ weight }) => share(weight, 1)) },
      { head: "average cost", align: "right", drop: 3, cells: cell(({ averageCost }) => (averageCost === null ? "" : price(Number(averageCost)))) },
      { head: "open profit", align: "right", drop: 1, cells: cell(({ asset, unrealised }) => (asset === quote.currency ? "" : unrealised === null ? "unknown" : gains(quote, unrealised))) },
    ],
    columns,
    paint,
  );
}

function unvaluedOf({ unvalued, currency }: PortfolioView, paint: Painter): string[] {
  if (unvalued.length === 0) return [];
  return [paint("yellow", `Without a price in ${currency}, and not in the total`), ...unvalued.map((one) => `- ${plain(one.quantity)} ${plain(one.asset)} at ${one.source}`)];
}

function profitOf({ profit, assets, closed }: PortfolioView, quote: Quote, columns: number, paint: Painter): string[] {
  const gaps = [...assets.filter(({ uncovered }) => Number(uncovered) > 0).map((row) => `${quantity(Number(row.uncovered))} ${plain(row.asset)} is held without a known cost: it has no profit here.`), ...[...assets, ...closed].flatMap(({ asset, gaps: why }) => why.map((one) => `${plain(asset)}: ${one}.`))];
  return [
    paint("bold", "Profit by average cost"),
    `realised ${gains(quote, profit.realised)}, open ${gains(quote, profit.unrealised)} on a cost of ${money(Number(profit.cost), quote)}`,
    ...gaps.flatMap((gap) => bullet(gap, columns)),
  ];
}

function returnsOf(returns: ReturnsView | null, quote: Quote, columns: number, paint: Painter): string[] {
  if (returns === null) return [paint("bold", "Returns"), "They begin with the second snapshot."];
  const { since, to, snapshots, firstValue, lastValue, netFlows, gain, timeWeighted, moneyWeighted } = returns;
  const yearly = (value: number | null): string => (value !== null && to - since >= MONTH ? ` (${percent(value)} a year)` : "");
  const grown = timeWeighted === null ? "unknown" : `${percent(timeWeighted)}${to > since ? yearly((1 + timeWeighted) ** (YEAR / (to - since)) - 1) : ""}`;
  const earned = moneyWeighted.ok ? `${percent(moneyWeighted.total)}${yearly(moneyWeighted.yearly)}` : `unknown: ${moneyWeighted.why}`;
  return [
    paint("bold", `Returns since ${moment(since)} UTC, ${counted(snapshots, "snapshot")}`),
    ...wrap(`${numbers(quote, firstValue)} at first, ${gains(quote, netFlows)} in and out, ${gains(quote, gain)} gained, ${money(lastValue, quote)} now`, columns),
    `time-weighted   ${grown}`,
    `money-weighted  ${earned}`,
  ];
}

function unexplainedOf({ unexplained }: PortfolioView, quote: Quote, columns: number, paint: Painter): string[] {
  if (unexplained.length === 0) return [];
  const latest = unexplained.slice(-MOST_ORDERS).toReversed();
  return [
    ...table(
      "Not explained by trades or flows, and not counted as profit",
      [
        { head: "until (UTC)", align: "left", drop: 0, cells: latest.map(({ to }) => moment(to)) },
        { head: "asset", align: "left", drop: 0, cells: latest.map(({ asset }) => plain(asset)) },
        { head: "quantity", align: "right", drop: 0, cells: latest.map((one) => `${one.quantity.startsWith("-") ? "" : "+"}${quantity(Number(one.quantity))}`) },
        { head: quote.currency, align: "right", drop: 0, cells: latest.map(({ value }) => (value === null ? "no price" : gains(quote, value))) },
        { head: "why", align: "left", drop: 1, cells: latest.map(({ why }) => (why === "quantity" ? "" : `its ${why}`)) },
      ],
      columns,
      paint,
    ),
    ...(unexplained.length > latest.length ? [`and ${unexplained.length - latest.length} before`] : []),
  ];
}

function ordersOf({ openOrders }: PortfolioView, columns: number, paint: Painter): string[] {
  if (openOrders.length === 0) return [];
  const shown = openOrders.slice(0, MOST_ORDERS);
  return [
    ...table(
      "Open orders",
      [
        { head: "place", align: "left", drop: 1, cells: shown.map(({ source }) => source) },
        { head: "symbol", align: "left", drop: 0, cells: shown.map(({ symbol }) => plain(symbol)) },
        { head: "order", align: "left", drop: 0, cells: shown.map(({ side, type }) => `${side} ${plain(type)}`) },
        { head: "quantity", align: "right", drop: 0, cells: shown.map((one) => quantity(Number(one.quantity))) },
        { head: "price", align: "right", drop: 0, cells: shown.map((one) => (one.price === null ? "" : price(Number(one.price)))) },
        { head: "filled", align: "right", drop: 2, cells: shown.map((one) => quantity(Number(one.filled))) },
      ],
      columns,
      paint,
    ),
    ...(openOrders.length > shown.length ? [`and ${openOrders.length - shown.length} more`] : []),
  ];
}

function historyOf({ history }: PortfolioView, quote: Quote, columns: number, paint: Painter): string[] {
  const shown = history.slice(-MOST_HISTORY);
  return table(
    "History",
    [
      { head: "time (UTC)", align: "left", drop: 0, cells: shown.map(({ time }) => moment(time)) },
      { head: quote.currency, align: "right", drop: 0, cells: shown.map(({ total }) => numbers(quote, total)) },
      { head: "time-weighted", align: "right", drop: 0, cells: shown.map(({ index }) => percent(index - 1)) },
      { head: "", align: "left", drop: 1, cells: shown.map(({ complete }) => (complete ? "" : "not complete")) },
    ],
    columns,
    paint,
  );
}

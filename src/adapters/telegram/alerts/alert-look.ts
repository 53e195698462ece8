import type { LevelRow, Operator, PricePoint } from "../../../ports/operator.ts";
import { bold, escaped } from "../text/html.ts";
import { counted, price, share, signed } from "../text/numbers.ts";
import { moment } from "../text/times.ts";
import { percentOf } from "./alert-text.ts";
import type { Alert } from "./alert.ts";
import type { AlertMarket } from "./alert-parse.ts";
import type { CouncilThen, KeptAlert } from "./alert-store.ts";

/** The levels of a symbol's decision, in force since its time, epoch milliseconds. */
export interface LevelsOf {
  readonly time: number;
  readonly rows: readonly LevelRow[];
}

/** What a look at the bot goes by. */
export interface Look {
  readonly operator: Operator;
  readonly quote: string;
  /** Venue time, epoch milliseconds. */
  readonly time: number;
  readonly timeZone: string;
  /** Levels of a symbol in force since the last look, the older first. */
  readonly levels: (symbol: string) => readonly LevelsOf[];
}

/** What has happened to an alert, lines of Telegram's HTML; null while nothing has. */
export function happened(kept: KeptAlert, look: Look): readonly string[] | null {
  const { alert, since, council } = kept;
  const lines = (): readonly string[] => {
    switch (alert.type) {
      case "price":
        return priceLines(alert, since, look);
      case "level":
        return levelLines(alert.symbol, since, look);
      case "vote":
        return council === null || since > look.time ? [] : voteLines(alert.symbol, council, look.operator);
      case "drawdown":
        return drawdownLines(alert.fraction, look);
    }
  };
  if (alert.type !== "drawdown" && !look.operator.symbols.includes(alert.symbol)) return null;
  const said = lines();
  return said.length > 0 ? said : null;
}

/** The last price known of a symbol, quote: of the stream where there is one, else the one that the bot last acted on. */
export function priceNow(operator: Pick<Operator, "extremes" | "status">, symbol: string): number | null {
  return operator.extremes(symbol, Number.POSITIVE_INFINITY).last?.price ?? operator.status().symbols.find((one) => one.symbol === symbol)?.price ?? null;
}

/** How far the account is under its highest equity at the last prices, fraction. */
export function drawdownNow(operator: Operator): number {
  const { equity, symbols } = operator.status();
  let now = equity;
  for (const { symbol, held, price: valued } of symbols) {
    const last = held > 0 && valued !== null ? operator.extremes(symbol, Number.POSITIVE_INFINITY).last : null;
    if (last !== null && valued !== null) now += held * (last.price - valued);
  }
  const peak = Math.max(operator.performance().peakEquity, now);
  return peak > 0 ? 1 - now / peak : 0;
}

/** What alerts are understood against, of a running bot. */
export function marketOf(operator: Operator): AlertMarket {
  return {
    symbols: operator.symbols,
    quote: operator.status().quote,
    price: (symbol) => priceNow(operator, symbol),
    drawdown: () => drawdownNow(operator),
    hasCouncil: operator.risk().profile !== null,
  };
}

/** What the council says of a symbol now, for a vote alert to be held against; what an agent says no more is kept from before. */
export function councilNow(operator: Operator, symbol: string, before: CouncilThen | null = null): CouncilThen | null {
  const view = operator.votes(symbol);
  if (view === null) return before;
  const scores: Record<string, number> = { ...before?.scores };
  for (const { agent, score, size } of view.votes) if (score !== null && score !== 0 && size === null) scores[agent] = score;
  return { stance: view.stance, scores };
}

function priceLines({ symbol, above, below }: Extract<Alert, { type: "price" }>, since: number, look: Look): readonly string[] {
  const { high, low } = look.operator.extremes(symbol, since);
  const to = (point: PricePoint, verb: string): string => `${bold(symbol)} ${verb} to ${bold(`${price(point.price)} ${look.quote}`)}, ${escaped(moment(point.time, look.timeZone))}`;
  return [
    ...(high !== null && above !== null && high.price >= above ? [to(high, "rose")] : []),
    ...(low !== null && below !== null && low.price <= below ? [to(low, "fell")] : []),
  ].map((line) => `${line}.`);
}

/** Levels that are told of at once. */
const MOST_LEVELS = 3;

function levelLines(symbol: string, since: number, look: Look): readonly string[] {
  const touched = new Map<number, LevelRow>();
  for (const { time, rows } of look.levels(symbol)) {
    const { low, high } = look.operator.extremes(symbol, Math.max(since, time));
    if (low === null || high === null) continue;
    for (const row of rows) if (row.price >= low.price && row.price <= high.price) touched.set(row.price, row);
  }
  return [...touched.values()]
    .toSorted((a, b) => b.strength - a.strength)
    .slice(0, MOST_LEVELS)
    .map((row) => `${bold(symbol)} touched the ${row.kind} at ${bold(`${price(row.price)} ${look.quote}`)} (strength ${share(row.strength, 0)}, ${counted(row.touches, "touch", "touches")} before).`);
}

/** Votes that are told of at once. */
const MOST_VOTES = 6;

function voteLines(symbol: string, then: CouncilThen, operator: Operator): readonly string[] {
  const view = operator.votes(symbol);
  if (view === null) return [];
  const flips = view.votes.filter(({ agent, score, size }) => {
    const before = then.scores[agent];
    return score !== null && size === null && before !== undefined && score * before < 0;
  });
  const lines = flips.slice(0, MOST_VOTES).map(({ agent, score, reason }) => `${escaped(agent)}: ${signed(then.scores[agent] ?? 0, 2)} → ${bold(signed(score ?? 0, 2))}, ${escaped(reason, 200)}`);
  if (flips.length > MOST_VOTES) lines.push(`and ${counted(flips.length - MOST_VOTES, "more vote")}.`);
  if (view.stance !== then.stance) return [`${bold(symbol)}: ${escaped(then.stance)} → ${bold(view.stance)}, conviction ${signed(view.conviction, 2)}.`, ...lines];
  return lines.length > 0 ? [`${bold(symbol)} stays at ${bold(view.stance)}, conviction ${signed(view.conviction, 2)}; of another sign:`, ...lines] : [];
}

function drawdownLines(fraction: number, { operator }: Look): readonly string[] {
  const now = drawdownNow(operator);
  return now >= fraction ? [`The account is ${bold(percentOf(Math.round(now * 10_000) / 10_000))} under its highest equity.`] : [];
}

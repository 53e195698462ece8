import type { CandleView } from "../candle-view.ts";
import { NO_LOSS, type TailLoss, deviationOf, historicalTail, normalTail, worseOf } from "./measures.ts";
import { type Moves, alignMoves, dayScale, movesOf } from "./moves.ts";

/** Rows under which nothing is said about a symbol, or about several together. */
export const LEAST_ROWS = 60;

/** What is held of a symbol, open buys included. */
export interface Stake {
  readonly symbol: string;
  readonly candles: CandleView;
  /** Worth, in any unit; what can be lost is told in the same. */
  readonly worth: number;
}

/** What a portfolio can lose in a day, 95 %: the larger of the normal and the historical figure. */
export interface PortfolioTail extends TailLoss {
  /** `joint`: from the moves of all together; `sum`: some have too few rows in common, so single risks were added up. */
  readonly basis: "joint" | "sum";
  /** Symbols with too few bars of their own: all of their worth counts as lost. */
  readonly unknown: readonly string[];
}

/** What is known of a symbol's moves while its newest bar stays the same. */
interface Known {
  readonly newest: number;
  readonly bars: number;
  readonly moves: Moves;
  /** Of a worth of 1. */
  readonly tail: TailLoss;
}

/** Tells the risk of portfolios from the bars that have closed. What it works out is kept until a bar closes. */
export class RiskBook {
  readonly #known = new Map<string, Known>();
  #together: { readonly members: readonly Known[]; readonly rows: readonly (readonly number[])[] } = { members: [], rows: [] };

  /** The risk of these stakes together; those without worth do not count. */
  tail(stakes: readonly Stake[]): PortfolioTail {
    const unknown: string[] = [];
    const members: Known[] = [];
    const worths: number[] = [];
    let lost = 0;
    let scale = 1;
    for (const { symbol, candles, worth } of stakes) {
      if (worth <= 0) continue;
      const known = this.#of(symbol, candles);
      scale = dayScale(candles.timeframe);
      if (known.moves.changes.length < LEAST_ROWS) {
        unknown.push(symbol);
        lost += worth;
      } else {
        members.push(known);
        worths.push(worth);
      }
    }
    const { joined, tail } = this.#pool(members, worths, scale);
    const all = { valueAtRisk: tail.valueAtRisk + lost, shortfall: tail.shortfall + lost };
    return { ...all, basis: joined && unknown.length === 0 ? "joint" : "sum", unknown };
  }

  #pool(members: readonly Known[], worths: readonly number[], scale: number): { readonly joined: boolean; readonly tail: TailLoss } {
    const [only] = members;
    if (only === undefined) return { joined: true, tail: NO_LOSS };
    if (members.length === 1) return { joined: true, tail: times(only.tail, worths[0] as number) };
    const rows = this.#rowsOf(members);
    const count = rows[0]?.length ?? 0;
    if (count < LEAST_ROWS) return { joined: false, tail: sumOf(members.map((member, i) => times(member.tail, worths[i] as number))) };
    const outcomes = new Float64Array(count);
    rows.forEach((changes, i) => {
      const worth = worths[i] as number;
      for (let row = 0; row < count; row++) outcomes[row] = (outcomes[row] as number) + worth * (changes[row] as number);
    });
    return { joined: true, tail: times(tailOf(outcomes), scale) };
  }

  #of(symbol: string, candles: CandleView): Known {
    const newest = candles.length > 0 ? candles.time(0) : Number.NaN;
    const before = this.#known.get(symbol);
    if (before?.newest === newest && before.bars === candles.length) return before;
    const moves = movesOf(candles);
    const tail = times(tailOf(Float64Array.from(moves.changes)), dayScale(candles.timeframe));
    const known: Known = { newest, bars: candles.length, moves, tail };
    this.#known.set(symbol, known);
    return known;
  }

  #rowsOf(members: readonly Known[]): readonly (readonly number[])[] {
    const last = this.#together.members;
    if (last.length !== members.length || last.some((member, i) => member !== members[i])) {
      this.#together = { members, rows: alignMoves(members.map(({ moves }) => moves)) };
    }
    return this.#together.rows;
  }
}

function tailOf(outcomes: Float64Array): TailLoss {
  const deviation = deviationOf(outcomes);
  return worseOf(normalTail(deviation), historicalTail(outcomes));
}

const times = ({ valueAtRisk, shortfall }: TailLoss, factor: number): TailLoss => ({ valueAtRisk: valueAtRisk * factor, shortfall: shortfall * factor });

const sumOf = (tails: readonly TailLoss[]): TailLoss =>
  tails.reduce((sum, tail) => ({ valueAtRisk: sum.valueAtRisk + tail.valueAtRisk, shortfall: sum.shortfall + tail.shortfall }), NO_LOSS);

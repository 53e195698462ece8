import type { Lane } from "./lane.ts";

interface Entry {
  readonly time: number;
  readonly lane: Lane;
}

/** Which symbols of a run begin and which are gone, in the order of time; of the same time in the order of the definition. */
export class Calendar {
  readonly #begins: readonly Entry[];
  readonly #ends: readonly Entry[];
  readonly #waitsForBegins: boolean;
  #begun = 0;
  #ended = 0;

  /** Without a council a symbol begins with the close of its first candle, and is waited for; with one it is there from its open on. */
  constructor(lanes: readonly Lane[], hasCouncil: boolean) {
    this.#waitsForBegins = !hasCouncil;
    this.#begins = inTime(lanes.map((lane) => ({ time: firstOpen(lane) + (hasCouncil ? 0 : lane.data.series.timeframe), lane })));
    this.#ends = inTime(lanes.flatMap((lane) => (lane.data.delisted === undefined ? [] : [{ time: lane.data.delisted, lane }])));
  }

  /** The next time at which something has to be done though no bar may close then, epoch milliseconds; infinity when there is none. */
  get next(): number {
    const begin = this.#waitsForBegins ? (this.#begins[this.#begun]?.time ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    return Math.min(begin, this.#ends[this.#ended]?.time ?? Number.POSITIVE_INFINITY);
  }

  /** Takes the symbols that have begun by `time` and were not taken before. */
  begunBy(time: number): readonly Lane[] {
    const from = this.#begun;
    this.#begun = pastOf(this.#begins, from, time);
    return lanesOf(this.#begins, from, this.#begun);
  }

  /** The same of those that are gone. */
  goneBy(time: number): readonly Lane[] {
    const from = this.#ended;
    this.#ended = pastOf(this.#ends, from, time);
    return lanesOf(this.#ends, from, this.#ended);
  }
}

const NONE: readonly Lane[] = [];

const firstOpen = ({ data: { series, from } }: Lane): number => series.time[from] ?? Number.POSITIVE_INFINITY;
const inTime = (entries: Entry[]): Entry[] => entries.toSorted((a, b) => a.time - b.time);

function pastOf(entries: readonly Entry[], from: number, time: number): number {
  let at = from;
  while (at < entries.length && (entries[at] as Entry).time <= time) at += 1;
  return at;
}

function lanesOf(entries: readonly Entry[], from: number, to: number): readonly Lane[] {
  return from === to ? NONE : entries.slice(from, to).map(({ lane }) => lane);
}

import { bollingerWidthAt, efficiencyAt } from "./columns.ts";
import { type IndicatorStream, emaStream, macdStream, movesStream, percentileStream, rsiStream } from "./streams.ts";
import { adxStream, atrStream } from "./wilder.ts";

/** The value of another indicator of the same market at a bar, for indicators that are made of others. */
export type ValueOf = (place: Place, index: number) => number;

/** One indicator with its parameters: where its value lies in the row of a bar, and how its values are made. */
export interface Place {
  readonly index: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly make: (valueOf: ValueOf) => IndicatorStream;
}

/** Makes the values of an indicator with its parameters. */
type Make = (a: number, b: number, c: number, valueOf: ValueOf) => IndicatorStream;

/** The places of one kind of indicator, by their parameters. There are few of each: looking through them takes less than making a name. */
class Family {
  readonly #layout: IndicatorLayout;
  readonly #make: Make;
  readonly #places: Place[] = [];

  constructor(layout: IndicatorLayout, make: Make) {
    this.#layout = layout;
    this.#make = make;
  }

  /** The place of an indicator with these parameters, made when it is asked for first. */
  of(a: number, b = 0, c = 0): Place {
    for (const place of this.#places) if (place.a === a && place.b === b && place.c === c) return place;
    return this.#add(a, b, c);
  }

  /** By itself, since a function that makes another makes room for what that remembers at every call. */
  #add(a: number, b: number, c: number): Place {
    const place: Place = { index: this.#layout.width, a, b, c, make: (valueOf) => this.#make(a, b, c, valueOf) };
    this.#layout.width += 1;
    this.#places.push(place);
    return place;
  }
}

/**
 * Which indicator lies where in the row of a bar. The symbols of a bot share one, since all are asked for the same: with a list of its own
 * for each, fifty symbols kept more of them than a processor has at hand.
 */
export class IndicatorLayout {
  /** Indicators in a row. */
  width = 0;
  readonly ema = new Family(this, emaStream);
  readonly rsi = new Family(this, rsiStream);
  readonly macd = new Family(this, macdStream);
  readonly atr = new Family(this, atrStream);
  readonly adx = new Family(this, adxStream);
  readonly efficiency = new Family(this, (period) => (series, i) => efficiencyAt(series.close, period, i));
  readonly bands = new Family(this, (period, deviations) => (series, i) => bollingerWidthAt(series.close, period, deviations, i));
  readonly moves = new Family(this, movesStream);
  readonly rank = new Family(this, (period, window, _c, valueOf) => {
    const range = this.atr.of(period);
    return percentileStream((series, i) => valueOf(range, i) / (series.close[i] as number), window);
  });
}

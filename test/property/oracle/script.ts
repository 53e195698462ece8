import fc from "fast-check";
import { type InstrumentFilters, type Instrument } from "../../../src/core/instrument.ts";
import { COUNTERS, FEE_CURRENCIES, GAPS, LIMIT_TESTS, PATHS } from "../../../src/core/fill-model.ts";
import { instrument } from "../../plan.ts";
import type { GridWish } from "./levels.ts";
import type { Driver, OracleCandle, OracleModel, OracleOrder, Ratio, Venue } from "./types.ts";

const ratio = (...values: readonly (readonly [number, number])[]): fc.Arbitrary<Ratio> =>
  fc.constantFrom(...values).map(([over, under]) => ({ over, under }));

const FILTERS: readonly InstrumentFilters[] = [
  { priceStep: 1, quantityStep: 1, minQuantity: 1, minNotional: 1 },
  { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 0 },
  { priceStep: 0.5, quantityStep: 0.1, minQuantity: 0.1, minNotional: 0 },
];
/** Quote units of a tick times a step, and base units of a step, worked out by hand for eight decimals. */
const SCALES = [[100_000_000, 100_000_000], [10, 1_000], [5_000_000, 10_000_000]] as const;

/** An instrument and a model that goes with it. */
export interface Setting {
  readonly instrument: Instrument;
  readonly model: OracleModel;
}

const models = fc.record({
  path: fc.constantFrom(...PATHS),
  limitTest: fc.constantFrom(...LIMIT_TESTS),
  counter: fc.constantFrom(...COUNTERS),
  gap: fc.constantFrom(...GAPS),
  share: ratio([1, 1], [1, 10], [1, 2], [1, 1_000]),
  slippage: ratio([0, 1], [1, 1_000], [13, 1_000], [3, 100]),
  makerRate: fc.constantFrom(0, 100_000, 75_000, 7, 2_000_000),
  takerRate: fc.constantFrom(0, 100_000, 250_001, 3_000_000),
  feeCurrency: fc.constantFrom(...FEE_CURRENCIES),
});

/** Every fill model, with several fees, on three instruments. */
export const settings: fc.Arbitrary<Setting> = fc.tuple(models, fc.constantFrom(0, 1, 2)).map(([model, which]) => {
  const [notionalScale, stepUnits] = SCALES[which]!;
  return { instrument: instrument("ABC/USD", FILTERS[which]!), model: { ...model, notionalScale, stepUnits } };
});

const moves = fc.record({
  jump: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: -9, max: 9 }) }),
  body: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.integer({ min: -10, max: 10 }) }),
  up: fc.integer({ min: 0, max: 7 }),
  down: fc.integer({ min: 0, max: 7 }),
  flat: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  volume: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 60 }) },
    { weight: 3, arbitrary: fc.constant(100_000) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
});

const within = (ticks: number): number => Math.min(190, Math.max(10, ticks));

/** Candles between 1 and 200 ticks: flat ones, empty ones, and gaps between close and next open among them. */
export function candles(length: { minLength: number; maxLength: number }): fc.Arbitrary<readonly OracleCandle[]> {
  return fc.array(moves, length).map((list) => {
    let last = 100;
    return list.map(({ jump, body, up, down, flat, volume }): OracleCandle => {
      const open = within(last + jump);
      const close = flat ? open : within(open + body);
      const high = flat ? open : Math.max(open, close) + up;
      const low = flat ? open : Math.min(open, close) - down;
      last = close;
      return { open, high, low, close, volume };
    });
  });
}

/** What is done before a candle; prices are relative to the last close. */
interface Action {
  readonly kind: "limit" | "market" | "cancel";
  readonly side: "buy" | "sell";
  readonly away: number;
  readonly steps: number;
  readonly postOnly: boolean;
  readonly funds: number;
  readonly id: number;
}

/** What a driver does: actions before each candle, and how it answers fills. */
export interface Script {
  readonly before: readonly (readonly Action[])[];
  readonly distance: number;
  /** With every so manieth fill a market order the other way, or the cancel of an order; 0 for never. */
  readonly marketEvery: number;
  readonly cancelEvery: number;
  readonly stop: { readonly below: number; readonly above: number; readonly steps: number } | null;
}

const ENOUGH = Number.MAX_SAFE_INTEGER;

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.oneof({ weight: 8, arbitrary: fc.constant("limit" as const) }, { weight: 1, arbitrary: fc.constantFrom("market" as const, "cancel" as const) }),
  side: fc.constantFrom("buy", "sell"),
  /** Mostly on its own side of the price; sometimes marketable. */
  away: fc.integer({ min: -2, max: 10 }),
  steps: fc.integer({ min: 1, max: 9 }),
  postOnly: fc.boolean(),
  funds: fc.constantFrom(ENOUGH, 0, 30_000_000_000, 5_000),
  id: fc.integer({ min: 1, max: 30 }),
});

/** Scripts for so many candles. */
export function scripts(candleCount: number, stops: boolean): fc.Arbitrary<Script> {
  return fc.record({
    before: fc.tuple(fc.array(action, { minLength: 4, maxLength: 14 }), fc.array(fc.array(action, { maxLength: 2 }), { minLength: candleCount, maxLength: candleCount })).map(
      ([first, later]) => [first, ...later.slice(1)],
    ),
    distance: fc.integer({ min: 1, max: 5 }),
    marketEvery: fc.constantFrom(0, 0, 3),
    cancelEvery: fc.constantFrom(0, 0, 4),
    stop: stops ? fc.record({ below: fc.integer({ min: 0, max: 8 }), above: fc.integer({ min: 0, max: 8 }), steps: fc.integer({ min: 1, max: 9 }) }) : fc.constant(null),
  });
}

/** Carries out what the script wants before a candle. */
export function actBefore(venue: Venue, script: Script, bar: number, price: number): void {
  for (const { kind, side, away, steps, postOnly, funds, id } of script.before[bar] ?? []) {
    const ticks = Math.max(2, side === "buy" ? price - away : price + away);
    if (kind === "cancel") venue.cancel(id);
    else venue.place({ side, type: kind, ticks: kind === "market" ? 0 : ticks, steps, postOnly, funds });
  }
  const { below, above } = firstStops(script, price);
  if (bar === 0 && script.stop) venue.watch(below, above);
}

function firstStops({ stop }: Script, price: number): { readonly below: number; readonly above: number } {
  return { below: Math.max(1, price - (stop?.below ?? 0)), above: price + (stop?.above ?? 0) };
}

/** A simple grid: what is bought is offered `distance` higher, what is sold is bid for as much lower. */
export function gridDriver(script: Script): Driver {
  let fills = 0;
  return (event, venue) => {
    const market = (side: "buy" | "sell", steps: number): Omit<OracleOrder, "id"> => ({ side, type: "market", ticks: 0, steps, postOnly: false, funds: ENOUGH });
    if (event.type === "touched") {
      // A stop in the direction of the move, and the next ones further out (now and then just where one fired).
      const apart = script.distance;
      venue.place(market(event.direction === "below" ? "sell" : "buy", script.stop?.steps ?? 1));
      venue.watch(Math.max(1, event.ticks - apart), event.ticks + apart);
      return;
    }
    if (event.type !== "fill" || !event.complete) return;
    fills += 1;
    const other = event.side === "buy" ? "sell" : "buy";
    const ticks = Math.max(2, event.side === "buy" ? event.ticks + script.distance : event.ticks - script.distance);
    if (script.cancelEvery > 0 && fills % script.cancelEvery === 0) venue.cancel(event.id + 1);
    if (fills > 200) return;
    if (script.marketEvery > 0 && fills % script.marketEvery === 0) venue.place(market(other, 1));
    else venue.place({ side: other, type: "limit", ticks, steps: 1 + (event.id % 5), postOnly: false, funds: ENOUGH });
  };
}

/** Grids around 100 ticks. */
export const grids: fc.Arbitrary<GridWish> = fc
  .record({
    under: fc.integer({ min: -4, max: 40 }),
    width: fc.integer({ min: 6, max: 60 }),
    cells: fc.integer({ min: 1, max: 12 }),
    spacing: fc.constantFrom("arithmetic", "geometric"),
    steps: fc.integer({ min: 1, max: 7 }),
  })
  .map(({ under, width, cells, spacing, steps }) => ({ lower: 100 - under, upper: 100 - under + width, cells, spacing, steps }));

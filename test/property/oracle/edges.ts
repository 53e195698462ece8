import { instrument } from "../../plan.ts";
import { type Both, playBoth } from "./compare.ts";
import { runGrid } from "./grid.ts";
import { limit, plainSetting, short } from "./known.ts";
import { backtestGrid } from "./product-grid.ts";
import type { Setting } from "./script.ts";
import type { OracleCandle } from "./types.ts";

/** A smallest case in which a simulator is easily wrong, and what the page asks for there. */
interface Edge {
  readonly what: string;
  /** What the page asks for, in short. */
  readonly page: string;
  readonly play: () => { readonly oracle: string; readonly product: string };
}

const quiet = () => () => {};
const candle = (open: number, high: number, low: number, close: number, volume = 100): OracleCandle => ({ open, high, low, close, volume });
const told = ({ oracle, product }: Both) => ({ oracle: short(oracle), product: short(product) });

/** Prices in tenths, so that the candle 2-3-1-2 is one of 0.2, 0.3, 0.1 and 0.2. */
function tenths(): Setting {
  const { model } = plainSetting({});
  const filters = { priceStep: 0.1, quantityStep: 1, minQuantity: 1, minNotional: 0 };
  return { instrument: instrument("ABC/USD", filters), model: { ...model, notionalScale: 10_000_000 } };
}

/** The first fill of both in a market that stands still at 119, the middle level of a grid of two cells. */
function middleAtPrice(spacing: "arithmetic" | "geometric", lower: number, upper: number) {
  const still = candle(119, 119, 119, 119);
  const grid = { lower, upper, cells: 2, spacing, steps: 1 };
  const setting = plainSetting({});
  return {
    oracle: short(runGrid(grid, setting.model, [still, still], 100_000_000_000n).fills),
    product: short(backtestGrid(setting, grid, [still, still], 100_000_000_000n).fills),
  };
}

const nearestTie = (setting: Setting) => () =>
  told(
    playBoth(setting, [candle(2, 3, 1, 2)], (venue) => {
      venue.place(limit("buy", 1));
      venue.place(limit("sell", 3));
    }, quiet),
  );

/** Ties, empty candles, and stops and limits at one price. */
export const EDGES: readonly Edge[] = [
  { what: "a tie of nearest goes low first: 2 between 1 and 3", page: "B1 S3", play: nearestTie(plainSetting({})) },
  {
    what: "a post-only buy over the open is rejected in a candle with volume",
    page: "rejected",
    play: () => told(playBoth(plainSetting({}), [candle(100, 100, 100, 100)], (venue) => venue.place(limit("buy", 101, true)), quiet)),
  },
  {
    what: "a grid's cell that begins at the price has its base bought: arithmetic, 49 to 189, middle 119",
    page: "B119",
    play: () => middleAtPrice("arithmetic", 49, 189),
  },
  { what: "a tie of nearest goes low first: 0.2 between 0.1 and 0.3", page: "B1 S3", play: nearestTie(tenths()) },
  {
    what: "a post-only buy over the open is rejected although the candle it arrives with has no volume",
    page: "rejected",
    play: () =>
      told(
        playBoth(
          plainSetting({}),
          [candle(100, 100, 100, 100, 0), candle(100, 100, 100, 100)],
          (venue, bar) => bar === 0 && venue.place(limit("buy", 101, true)),
          quiet,
        ),
      ),
  },
  {
    what: "a grid's cell that begins at the price has its base bought: geometric, 49 to 289, middle 119",
    page: "B119",
    play: () => middleAtPrice("geometric", 49, 289),
  },
  {
    what: "a stop over the price fires at the level of the stop under the price that has just fired",
    page: "below 99 above 100",
    play: () =>
      told(
        playBoth(
          plainSetting({}),
          [candle(99, 100, 99, 100)],
          (venue) => venue.watch(100, null),
          () => (event, venue) => event.type === "touched" && event.direction === "below" && venue.watch(null, 100),
        ),
      ),
  },
  {
    what: "a stop fires before a limit at its level fills that the price has yet to go through",
    page: "below 99 B99",
    play: () =>
      told(
        playBoth(
          plainSetting({ limitTest: "through" }),
          [candle(100, 100, 98, 98)],
          (venue) => {
            venue.place(limit("buy", 99));
            venue.watch(99, null);
          },
          quiet,
        ),
      ),
  },
];

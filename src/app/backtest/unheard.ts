import { heardCloses, passCloses } from "../../core/unheard.ts";
import { type Lane, barEnd, moveTo } from "./lane.ts";
import type { Recorder } from "./record.ts";
import { type Stock, addExposures, inventoryAt } from "./stock.ts";

/** One bar in so many is told whether anybody listens or not: a run that nobody can interrupt in between cannot be stopped. */
const LONGEST = 256;

/** The next time at which a bar closes, epoch milliseconds; infinity when there is none. */
export function nextDecisionTime(lanes: readonly Lane[]): number {
  let next = Number.POSITIVE_INFINITY;
  for (const lane of lanes) next = Math.min(next, barEnd(lane));
  return next;
}

/** The next time at which a bar closes of which some strategy wants to be told, epoch milliseconds; infinity when there is none. */
export function heardTime(lanes: readonly Lane[]): number {
  let next = Number.POSITIVE_INFINITY;
  for (const lane of lanes) {
    findHeard(lane);
    next = Math.min(next, barEnd(lane, lane.heard));
  }
  return next;
}

/** What was searched is not searched again while the same closes are heard. */
function findHeard(lane: Lane): void {
  const { below = Number.NEGATIVE_INFINITY, above = Number.POSITIVE_INFINITY } = heardCloses(lane.state);
  if (lane.heard >= lane.bar && below === lane.heardBelow && above === lane.heardAbove) return;
  const { close, length } = lane.data.bars;
  const end = Math.min(length - 1, lane.bar + LONGEST);
  let index = lane.bar;
  while (index < end && (close[index] as number) > below && (close[index] as number) < above) index += 1;
  lane.heard = index;
  lane.heardBelow = below;
  lane.heardAbove = above;
}

function sample(lanes: readonly Lane[], recorder: Recorder, time: number, cash: number, inventory: number, cost: number): void {
  recorder.sample(time, cash, inventory, cost);
  addExposures(lanes, cash + inventory);
}

/** Samples the account at the bars that close by `time` and before `heard`, the next close that is told, and passes them. */
export function passUnheard(lanes: readonly Lane[], { cash, cost }: Stock, recorder: Recorder, time: number, heard: number): void {
  const [only] = lanes;
  if (only && lanes.length === 1) {
    const { close } = only.data.bars;
    let to = only.bar;
    for (let end = barEnd(only); end <= time && end < heard; end = barEnd(only, to)) {
      if (only.held !== 0) only.value = only.held * (close[to] as number);
      sample(lanes, recorder, end, cash, only.held === 0 ? 0 : only.value, cost);
      to += 1;
    }
    if (to > only.bar) passBars(only, to);
    return;
  }
  for (let end = nextDecisionTime(lanes); end <= time && end < heard; end = nextDecisionTime(lanes)) {
    for (const lane of lanes) moveTo(lane, end);
    sample(lanes, recorder, end, cash, inventoryAt(lanes, end), cost);
    for (const lane of lanes) if (barEnd(lane) === end) passBars(lane, lane.bar + 1);
  }
}

/** Passes the bars of a lane before the place `to`. */
function passBars(lane: Lane, to: number): void {
  passCloses(lane.state, to - lane.bar, barEnd(lane, to - 1), lane.data.bars.close[to - 1] as number);
  lane.bar = to;
}

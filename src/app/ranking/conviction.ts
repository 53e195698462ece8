import type { AgentEntry } from "../../core/agent.ts";
import { resample } from "../../core/resample.ts";
import { closedBars } from "../../core/ranking/closed-bars.ts";
import { formatTimeframe, parseTimeframe } from "../../core/timeframe.ts";
import type { Dataset } from "../../ports/candles.ts";
import type { Definition } from "../definition/schema.ts";
import { councilViewSteps } from "../portfolio/weights/council-run.ts";

/** What the council thinks of a symbol, -1..1, or why it abstains. */
export interface Conviction {
  readonly value: number | null;
  readonly why: string;
}

/** Whose council is asked, about what had closed by `at` (epoch milliseconds). */
export interface ConvictionOrder {
  readonly definition: Definition;
  readonly agents: readonly AgentEntry[];
  readonly at: number;
}

/**
 * Runs the definition's council over one symbol's bars, with nothing held and no order placed, and takes its last word.
 * Each symbol is run by itself, so that what is said of it does not hang on the rest of the list. It hears nothing from
 * outside the market. Yields the share done (0..1).
 */
export function* convictionSteps(dataset: Dataset, { definition, agents, at }: ConvictionOrder): Generator<number, Conviction> {
  const council = agents.flatMap((entry) => (definition.agents[entry.name] === undefined ? [] : [entry.start(definition.agents[entry.name])]));
  const warmups = council.flatMap(({ sizes, warmup }) => (sizes ? [] : [warmup]));
  if (warmups.length === 0) return { value: null, why: "no agent of this definition votes on direction" };
  const bars = decisionBars(dataset, definition, at);
  const own = `${bars.length} bars of ${formatTimeframe(bars.timeframe)}`;
  const least = Math.max(2, Math.min(...warmups));
  if (bars.length < least) return { value: null, why: `it has ${own}, and the council needs ${least} before it says anything` };
  const alone: Definition = {
    ...definition, symbols: [dataset.symbol], from: undefined, to: new Date(at).toISOString(), treasury: undefined, markets: undefined,
    timeframe: { fill: "auto", decision: formatTimeframe(bars.timeframe) }, strategies: {},
  };
  const { views } = yield* councilViewSteps({ definition: alone, datasets: [{ ...dataset, series: bars }], agents, strategies: [] });
  const [view] = views;
  if (view !== undefined) return { value: view.score * view.confidence, why: "" };
  const all = Math.max(...warmups);
  return { value: null, why: bars.length < all ? `the council has no view; it has ${own}, and some of its agents need ${all}` : "the council has no view" };
}

/** The bars that the council decides on: without orders nothing happens inside of them. */
function decisionBars({ series }: Dataset, { timeframe }: Definition, at: number): Dataset["series"] {
  const wanted = parseTimeframe(timeframe.decision) ?? series.timeframe;
  return closedBars(wanted > series.timeframe && wanted % series.timeframe === 0 ? resample(series, wanted) : series, at);
}

import type { CouncilViews } from "./council-run.ts";
import { isFree } from "./choose.ts";
import type { Resamples } from "./resamples.ts";
import type { WeightsSettings } from "./settings.ts";
import type { OwnSpan, SharedBars } from "./shared-bars.ts";

/** Returns for each symbol under which a covariance is mostly noise. */
const ENOUGH_PER_SYMBOL = 10;

/** What a person should know before believing the weights, one sentence each. */
export function warningsOf({ bars, settings, resamples, council }: {
  readonly bars: SharedBars;
  readonly settings: WeightsSettings;
  readonly resamples: Resamples;
  readonly council: CouncilViews | null;
}): string[] {
  const { symbols, returns, leftOut, gaps, spans } = bars;
  const warnings: string[] = [];
  if (spans.some(({ synthetic }) => synthetic)) warnings.push("synthetic candles: these weights say nothing about any real market.");
  if (leftOut > 0) warnings.push(`${counted(leftOut, "bar")} left out, because not every symbol has ${leftOut === 1 ? "it" : "them"}.`);
  warnings.push(...lateOnes(spans), ...earlyEnds(spans));
  if (gaps > 0) warnings.push(`${counted(gaps, "step")} over a gap ${gaps === 1 ? "is" : "are"} longer than a bar, and no return is made of ${gaps === 1 ? "it" : "them"}.`);
  if (returns.length < symbols.length) {
    warnings.push(`${returns.length} returns for ${symbols.length} symbols: some mixture of them looks free of risk that is not${settings.estimate === "ledoit-wolf" ? "" : "; --estimate ledoit-wolf bears that better"}.`);
  } else if (returns.length < ENOUGH_PER_SYMBOL * symbols.length) {
    warnings.push(`${returns.length} returns are few for ${symbols.length} symbols: the covariance is mostly noise.`);
  }
  if ((settings.method === "risk-parity" || settings.method === "hrp") && !isFree(settings)) {
    warnings.push(`${settings.method} knows no limits: its weights were moved to the nearest ones that keep them.`);
  }
  if (settings.method === "black-litterman" && settings.marketWeights === null) {
    warnings.push("market values are not known here, so the market's weights are taken as equal; --market-weights gives others.");
  }
  if (resamples.failed > 0) warnings.push(`${counted(resamples.failed, "resample")} gave no weights, because ${settings.method} has no answer there; the ranges are without ${resamples.failed === 1 ? "it" : "them"}.`);
  return [...warnings, ...(council?.warnings ?? [])];
}

const counted = (count: number, noun: string): string => `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

function lateOnes(spans: readonly OwnSpan[]): string[] {
  // What begins a little late costs little; the last to begin sets the beginning for all.
  const begin = Math.max(...spans.map(({ from }) => from));
  return spans.filter(({ late, from }) => late && from === begin).map(({ symbol, from }) => `${symbol} begins late, on ${day(from)}: nothing before that counts for any symbol.`);
}

function earlyEnds(spans: readonly OwnSpan[]): string[] {
  const end = Math.max(...spans.map(({ to }) => to));
  const first = Math.min(...spans.map(({ to }) => to));
  return first === end ? [] : spans.filter(({ to }) => to === first).map(({ symbol, to }) => `${symbol} ends early, on ${day(to)}: nothing after that counts for any symbol.`);
}

import type { Candle } from "../../core/candle.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import type { Venue } from "../../ports/venue.ts";
import type { Definition } from "../definition/schema.ts";

/** Timeframes of a running bot, milliseconds: orders and decision bars are made of fill candles. */
export function timeframesOf(definition: Definition): { readonly fill: number; readonly decision: number } {
  const fill = definition.timeframe.fill === "auto" ? 60_000 : (parseTimeframe(definition.timeframe.fill) ?? 60_000);
  return { fill, decision: Math.max(fill, parseTimeframe(definition.timeframe.decision) ?? fill) };
}

const PAGE = 1_000;

/** Closed candles that open in [since, until), page by page. Throws when the venue does not answer. */
export async function fetchAll(venue: Venue, symbol: string, timeframe: number, since: number, until: number): Promise<readonly Candle[]> {
  const all: Candle[] = [];
  let from = since;
  while (from < until) {
    const answer = await venue.candles(symbol, timeframe, from, Math.min(PAGE, Math.ceil((until - from) / timeframe)));
    if (!answer.ok) throw new Error(answer.failure.message);
    const page = answer.value.filter(({ time }) => time >= from && time < until);
    all.push(...page);
    const last = page.at(-1);
    if (!last) break;
    from = last.time + timeframe;
  }
  return all;
}

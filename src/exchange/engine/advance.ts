import { type Moment, moveTo, nextMoment, openCandle, settle, turn } from "./candle-walk.ts";
import { currentCandle, closedCandle } from "./candles.ts";
import type { Market } from "./market.ts";
import { announceBook, fill, trigger } from "./matching.ts";
import type { Venue } from "./venue.ts";

/** Walks all markets to a time, or with `stopAtTrade` to the first execution of a resting order. Returns the time reached. */
export function advance(venue: Venue, to: number, stopAtTrade: boolean): number {
  if (Number.isNaN(to)) throw new RangeError("market time must be a number");
  const until = Math.min(Math.floor(to), venue.end);
  for (let next = earliest(venue, until); next; next = earliest(venue, until)) {
    venue.now = Math.max(venue.now, next.moment.time);
    const traded = happen(venue, next.market, next.moment);
    if (traded && stopAtTrade) {
      // The market that traded stands at the price of the trade, so that the answer to it comes in there.
      for (const market of venue.markets) if (market !== next.market) follow(venue, market);
      venue.announcer.flush();
      return venue.now;
    }
    venue.announcer.flush();
  }
  venue.now = Math.max(venue.now, until);
  for (const market of venue.markets) follow(venue, market);
  venue.announcer.flush();
  return venue.now;
}

function earliest(venue: Venue, until: number): { readonly market: Market; readonly moment: Moment } | null {
  let found: { market: Market; moment: Moment } | null = null;
  for (const market of venue.markets) {
    const moment = nextMoment(market, venue.now);
    if (!moment || moment.time > until) continue;
    if (!found || moment.time < found.moment.time || (moment.time === found.moment.time && moment.rank < found.moment.rank)) {
      found = { market, moment };
    }
  }
  return found;
}

/** Lets one moment happen; true when an order was filled in it. */
function happen(venue: Venue, market: Market, moment: Moment): boolean {
  const before = market.last;
  switch (moment.kind) {
    case "open":
      openCandle(market, venue.plan.volumeShare, venue.orderIds);
      venue.announcer.say({ type: "candle", candle: currentCandle(market) });
      announceBook(venue, market);
      return false;
    case "turn": {
      const bar = market.walk.bar;
      const over = turn(market);
      if (market.last !== before) announceBook(venue, market);
      if (over) venue.announcer.say({ type: "candle", candle: closedCandle(market, bar) });
      return false;
    }
    case "trigger":
      moveTo(market, moment.price);
      if (market.last !== before) announceBook(venue, market);
      return trigger(venue, market, moment.order).length > 0;
    case "fill":
      moveTo(market, moment.price);
      if (market.last !== before) announceBook(venue, market);
      market.walk.used += moment.steps;
      fill(venue, market, moment.order, moment.order.ticks, moment.steps, true);
      return true;
  }
}

function follow(venue: Venue, market: Market): void {
  const before = market.last;
  settle(market, venue.now);
  if (market.last !== before) announceBook(venue, market);
}

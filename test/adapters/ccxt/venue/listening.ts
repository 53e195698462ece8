import { openCcxtVenue } from "../../../../src/adapters/ccxt/venue/venue.ts";
import type { Venue, VenueEvent } from "../../../../src/ports/venue.ts";
import type { Exchange } from "../../../../src/exchange/server.ts";
import { KEY, SECRET } from "../../../exchange/fixture.ts";

/** A venue over the local exchange, and what it has pushed so far. */
export interface Listening {
  readonly venue: Venue;
  readonly events: VenueEvent[];
  readonly of: <Type extends VenueEvent["type"]>(type: Type) => Extract<VenueEvent, { type: Type }>[];
}

const opened: Venue[] = [];

/** Closes what a test has opened; for `afterEach`, before the exchange closes. */
export async function closeVenues(): Promise<void> {
  for (const venue of opened.splice(0)) await venue.close();
}

/** Opens a venue of the local exchange. */
export async function venueOf(exchange: Exchange, staleAfterMs = 5_000, keys = true): Promise<Venue> {
  const venue = await openCcxtVenue({
    exchange: "binance",
    ...(keys ? { apiKey: KEY, secret: SECRET } : {}),
    urls: { http: exchange.url, ws: exchange.wsUrl },
    staleAfterMs,
    deadlineMs: 2_000,
    recvWindow: 5_000,
  });
  opened.push(venue);
  return venue;
}

/** Opens a venue of the local exchange and listens to minutes. */
export async function listenTo(exchange: Exchange, symbols: readonly string[] = ["BTC/USDT"], staleAfterMs = 5_000, keys = true): Promise<Listening> {
  const venue = await venueOf(exchange, staleAfterMs, keys);
  const events: VenueEvent[] = [];
  await venue.syncClock();
  await venue.listen(symbols, 60_000, (event) => events.push(event));
  return {
    venue,
    events,
    of: <Type extends VenueEvent["type"]>(type: Type) => events.filter((event): event is Extract<VenueEvent, { type: Type }> => event.type === type),
  };
}

import { measureVenue } from "../../adapters/http/measured-venue.ts";
import { createMetrics, type Figures } from "../../adapters/http/metrics.ts";
import { type Health, type HttpDoor, openHttp } from "../../adapters/http/server.ts";
import type { SessionListener } from "../../app/trade/parts.ts";
import { type StatusReport, statusOf } from "../../app/trade/report.ts";
import type { Session } from "../../app/trade/session.ts";
import type { Refusal } from "../../ports/egress.ts";
import type { Venue } from "../../ports/venue.ts";
import { failureText } from "./replay.ts";

/** A run that is watched over HTTP: its venue and its listener, with everything counted that goes through them. */
export interface Watch {
  readonly venue: Venue;
  readonly listener: SessionListener;
  readonly health: () => Health;
  /** Opens the door; from then on a scraper and a health check are answered. */
  open(port: number): Promise<HttpDoor>;
}

/** Watches a run. `session` is null until the bot has started. */
export function watchRun(parts: { readonly venue: Venue; readonly listener: SessionListener; readonly session: () => Session | null; readonly mode: string; readonly name: string; readonly refusals?: () => readonly Refusal[] }): Watch {
  const { listener, session, mode, name } = parts;
  const clock = (): number => performance.now();
  const health = (): Health => healthOf(session(), { mode, name });
  const metrics = createMetrics(() => figuresOf(session(), health().ok), clock, parts.refusals);
  const { venue, candleSince } = measureVenue(parts.venue, metrics, clock);
  return {
    venue,
    health,
    listener: {
      ready: (bot) => listener.ready?.(bot),
      state: (row, from, why) => listener.state(row, from, why),
      alert: (alert) => listener.alert(alert),
      event: (event, consequences) => {
        const since = candleSince();
        if (consequences.decision && since !== null) metrics.decided((clock() - since) / 1_000);
        if (event.type === "fill") metrics.fill(event.symbol, event.side);
        for (const { type, reason } of consequences.notices) if (type === "refused" || type === "rejected") metrics.refused(reason);
        listener.event(event, consequences);
      },
    },
    open: (port) => openHttp(port, { health, metrics: async () => ({ text: await metrics.registry.metrics(), contentType: metrics.registry.contentType }) }),
  };
}

/** How a session is, for a health check. */
export function healthOf(session: Session | null, about: { readonly mode: string; readonly name: string }): Health {
  if (session === null) return { ok: false, reasons: ["the bot is starting"], facts: { ...about } };
  const { failure, troubles, desk, bot } = session;
  const reasons = [
    ...(failure === null ? [] : [`the bot stopped: ${failureText(failure)}`]),
    ...(desk.dead && failure === null ? ["the journal cannot be written"] : []),
    ...troubles,
  ];
  const { openOrders, unknownOrders, fills } = statusOf(session);
  return { ok: reasons.length === 0, reasons, facts: { ...about, hold: bot.hold, symbols: [...bot.symbols.keys()], openOrders, unknownOrders, fills } };
}

const NOTHING: Pick<StatusReport, "equity" | "cash" | "openOrders" | "unknownOrders" | "symbols"> = { equity: 0, cash: 0, openOrders: 0, unknownOrders: 0, symbols: [] };

function figuresOf(session: Session | null, healthy: boolean): Figures {
  const { equity, cash, openOrders, unknownOrders, symbols } = session === null ? NOTHING : statusOf(session);
  return { healthy, equity, cash, openOrders, unknownOrders, symbols };
}

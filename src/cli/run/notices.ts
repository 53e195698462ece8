import type { Notification } from "../../adapters/telegram/notifications.ts";
import { decimal, gain } from "../../adapters/report/format.ts";
import type { SessionListener } from "../../app/trade/parts.ts";
import { type Bot, STOP } from "../../core/bot.ts";
import { quoteOf } from "../../core/instrument.ts";
import type { RoundTrip } from "../../core/ledger.ts";
import type { Stance } from "../../core/decision.ts";
import { lineListener } from "./lines.ts";

type Alert = Parameters<SessionListener["alert"]>[0]["kind"];

const ALERTS: Readonly<Record<Alert, { readonly kind: Notification["kind"]; readonly urgent: boolean }>> = {
  denied: { kind: "keys", urgent: true },
  distrusted: { kind: "keys", urgent: true },
  halted: { kind: "riskStop", urgent: true },
  error: { kind: "riskStop", urgent: true },
  banned: { kind: "trouble", urgent: true },
  limited: { kind: "trouble", urgent: false },
  surprise: { kind: "trouble", urgent: false },
  foreign: { kind: "keys", urgent: true },
  price: { kind: "trouble", urgent: false },
  filters: { kind: "trouble", urgent: false },
  stale: { kind: "stale", urgent: false },
  gap: { kind: "stale", urgent: false },
  outside: { kind: "trouble", urgent: false },
  key: { kind: "keys", urgent: false },
  egress: { kind: "keys", urgent: true },
  recovered: { kind: "recovery", urgent: false },
  fresh: { kind: "recovery", urgent: false },
};
/** Refusals by a limit that holds until the day or the owner changes it; the others are everyday. */
const STOPPING: ReadonlySet<string> = new Set(["daily-loss", "drawdown-limit", "strategy-stopped"]);
const DAY = 86_400_000;

/** Turns what happens in a session into notifications. `now` is the venue's time, epoch milliseconds. */
export function noticeListener(now: () => number, tell: (notification: Notification) => void): SessionListener {
  let bot: Bot | null = null;
  let trips = 0;
  const stances = new Map<string, Stance>();
  const vetoed = new Map<string, string>();
  const fills = lineListener(now, ({ kind, text, data }) => {
    if (kind === "fill") tell({ kind: "fill", key: `fill:${String(data["symbol"])}:${String(data["tradeId"])}`, text, urgent: false });
  });
  const tripped = (trip: RoundTrip): void => {
    const instrument = bot?.symbols.get(trip.symbol)?.instrument;
    if (!instrument) return;
    const profit = gain(quoteOf(instrument, trip.profit), { currency: instrument.quote, digits: 2 });
    const change = decimal((trip.profit / trip.cost) * 100, 2);
    tell({ kind: "roundTrip", key: `trip:${trip.symbol}:${trip.strategy}:${trip.lot}:${trip.closeTime}`, text: `${trip.symbol} ${trip.strategy} ${trip.lot}: ${profit} after fees (${change} % of its cost)`, urgent: false });
  };
  return {
    ready: (made) => {
      bot = made;
      trips = made.ledger.roundTrips.length;
      for (const { symbol, decision } of made.symbols.values()) if (decision) stances.set(symbol, decision.stance);
      fills.ready?.(made);
    },
    event: (event, consequences) => {
      const { decision, notices } = consequences;
      if (event.type === "fill") fills.event(event, { requests: [], notices: [], decision: null });
      const closed = bot?.ledger.roundTrips ?? [];
      for (const trip of closed.slice(trips)) tripped(trip);
      trips = closed.length;
      if (event.type === "command" && event.by !== STOP) {
        const turnedOn = event.command === "run";
        tell({ kind: turnedOn ? "start" : "stop", key: `switch:${event.time}:${event.command}`, text: `the switch was turned to ${event.command}, by ${event.by}`, urgent: !turnedOn });
      }
      if (decision) {
        const { symbol, stance, reason, vetoes, time } = decision;
        const before = stances.get(symbol);
        stances.set(symbol, stance);
        if (before !== undefined && before !== stance) tell({ kind: "decision", key: `decision:${symbol}:${time}`, text: `${symbol}: ${before} → ${stance}. ${reason}`, urgent: false });
        const names = vetoes.map(({ agent }) => agent).sort().join(", ");
        if (names !== "" && names !== vetoed.get(symbol)) tell({ kind: "veto", key: `veto:${symbol}:${time}`, text: `${symbol}: ${vetoes.map((veto) => `${veto.agent}: ${veto.limit}`).join("; ")}`, urgent: false });
        vetoed.set(symbol, names);
      }
      for (const { type, symbol, strategy, key, reason, detail } of notices) {
        // Whoever ordered it waits for it.
        if (type === "lapsed" || (type === "refused" && strategy === "manual")) {
          tell({ kind: "trouble", key: `by-hand:${symbol}:${key}:${event.time}`, text: `${symbol}, order by hand ${key}: ${detail}`, urgent: true });
        }
        if (type !== "stopped" && !STOPPING.has(reason)) continue;
        // Each order is refused anew; it is said once a day.
        tell({ kind: "riskStop", key: `risk:${reason}:${symbol}:${strategy}:${Math.floor(event.time / DAY)}`, text: `${symbol} ${strategy}: ${detail}`, urgent: true });
      }
    },
    state: () => undefined,
    alert: ({ kind, message }) => tell({ ...ALERTS[kind], key: `alert:${kind}:${now()}:${message}`, text: message }),
  };
}

/** Tells both of everything. */
export function both(first: SessionListener, second: SessionListener): SessionListener {
  return {
    ready: (bot) => {
      first.ready?.(bot);
      second.ready?.(bot);
    },
    event: (event, consequences) => {
      first.event(event, consequences);
      second.event(event, consequences);
    },
    state: (row, from, why) => {
      first.state(row, from, why);
      second.state(row, from, why);
    },
    alert: (alert) => {
      first.alert(alert);
      second.alert(alert);
    },
  };
}

/** A listener whose errors reach nobody but `complain`: what is told of trading must not end it. */
export function harmless(listener: SessionListener, complain: (error: unknown) => void): SessionListener {
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      complain(error);
    }
  };
  return {
    ready: (bot) => guarded(() => listener.ready?.(bot)),
    event: (event, consequences) => guarded(() => listener.event(event, consequences)),
    state: (row, from, why) => guarded(() => listener.state(row, from, why)),
    alert: (alert) => guarded(() => listener.alert(alert)),
  };
}

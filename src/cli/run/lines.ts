import { price, priceDigits, decimal } from "../../adapters/report/format.ts";
import { wrap } from "../../adapters/report/terminal.ts";
import type { JournaledEvent, Consequences } from "../../app/trade/journaled.ts";
import type { SessionListener } from "../../app/trade/parts.ts";
import type { Bot } from "../../core/bot.ts";
import { baseOf, type Instrument, priceOf, quantityOf, quoteOf } from "../../core/instrument.ts";

/** One thing that a person should see, as text and as data. */
export interface Line {
  readonly time: number;
  readonly level: "info" | "warn" | "error";
  readonly kind: string;
  readonly text: string;
  readonly data: Record<string, unknown>;
}

/** "01-21 04:00", UTC. */
const clock = (time: number): string => new Date(time).toISOString().slice(5, 16).replace("T", " ");

/** A line as a terminal shows it, at most `columns` wide: what does not fit goes on under the text. */
export function lineText({ time, kind, text }: Line, columns: number): string {
  const head = `${clock(time)}  ${kind.padEnd(8)} `;
  return wrap(text, Math.max(20, columns - head.length))
    .map((row, i) => (i === 0 ? head : " ".repeat(head.length)) + row)
    .join("\n");
}

/** Turns what happens in a session into lines. `now` is the venue's time, epoch milliseconds. */
export function lineListener(now: () => number, emit: (line: Line) => void): SessionListener {
  const said = new Map<string, string>();
  let symbols: Bot["symbols"] = new Map();
  const instrumentOf = (symbol: string): Instrument | null => symbols.get(symbol)?.instrument ?? null;
  return {
    ready: (bot) => {
      symbols = bot.symbols;
    },
    event: (event, consequences) => {
      for (const line of eventLines(event, consequences, instrumentOf, said)) emit(line);
    },
    state: (row, from, why) => {
      if (row.state === "UNKNOWN" && from !== "UNKNOWN") {
        emit({ time: now(), level: "warn", kind: "unknown", text: `${row.symbol} ${row.strategy} ${row.key}: ${why}; it is being asked after`, data: { clientOrderId: row.clientOrderId, from, why } });
      }
    },
    alert: ({ kind, message }) => emit({ time: now(), level: kind === "error" || kind === "denied" || kind === "banned" || kind === "distrusted" ? "error" : "warn", kind: "alert", text: message, data: { alert: kind } }),
  };
}

function eventLines(event: JournaledEvent, { requests, notices, decision }: Consequences, instrumentOf: (symbol: string) => Instrument | null, said: Map<string, string>): Line[] {
  const { time } = event;
  const lines: Line[] = [];
  if (event.type === "fill") lines.push(fillLine(event, instrumentOf(event.symbol)));
  if (event.type === "touch") lines.push({ time, level: "info", kind: "touch", text: `${event.symbol} ${event.strategy}: the price went ${event.direction} its level, ${price(event.price)}`, data: { ...event } });
  if (event.type === "command") lines.push({ time, level: "info", kind: "switch", text: `${event.command}, by ${event.by}`, data: { ...event } });
  if (event.type === "profile") lines.push({ time, level: "info", kind: "profile", text: `${event.profile}, by ${event.by}`, data: { ...event } });
  if (event.type === "instruct") lines.push({ time, level: "info", kind: "by hand", text: `${event.symbol} ${event.strategy}: ${JSON.stringify(event.instruction)}, by ${event.by}`, data: { ...event } });
  if (decision) {
    const { symbol, stance } = decision;
    const short = `${symbol} ${stance}, at most ${decimal(decision.exposure * 100, 0)} % in the market`;
    // The reason is news when the stance is; every vote is in the journal.
    const text = said.get(symbol) === stance ? short : `${short}. ${decision.reason}`;
    said.set(symbol, stance);
    lines.push({ time, level: "info", kind: "decision", text, data: { ...decision } });
  }
  for (const request of requests) {
    const isSubmit = request.type === "submit";
    const what = `${request.symbol} ${request.side} ${amountText(request, instrumentOf(request.symbol))}, ${request.strategy} ${request.key}`;
    const why = isSubmit && request.orderType === "market" ? ` (${request.reason})` : "";
    lines.push({ time, level: "info", kind: isSubmit ? "order" : "cancel", text: what + why, data: { ...request } });
  }
  for (const notice of notices) {
    lines.push({ time, level: notice.type === "refused" ? "info" : "warn", kind: notice.type, text: `${notice.symbol} ${notice.strategy} ${notice.key}: ${notice.reason}, ${notice.detail}`, data: { ...notice } });
  }
  return lines;
}

function fillLine(event: Extract<JournaledEvent, { type: "fill" }>, instrument: Instrument | null): Line {
  const text = `${event.symbol} ${event.side} ${amountText({ ...event, orderType: "limit" }, instrument)}, ${event.strategy} ${event.key}`;
  if (!instrument) return { time: event.time, level: "info", kind: "fill", text, data: { ...event } };
  const fee = event.feeCurrency === "base" ? baseOf(instrument, event.feeUnits) : quoteOf(instrument, event.feeUnits);
  const feeCurrency = event.feeCurrency === "base" ? instrument.base : instrument.quote;
  return { time: event.time, level: "info", kind: "fill", text, data: { ...event, price: priceOf(instrument, event.ticks), quantity: quantityOf(instrument, event.steps), fee, feeCurrency } };
}

/** "0.0042163 at 48,886.51", or "... at the market". */
function amountText({ steps, ticks, orderType }: { readonly steps: number; readonly ticks: number; readonly orderType: string }, instrument: Instrument | null): string {
  if (!instrument) return `${steps} steps`;
  const quantity = decimal(quantityOf(instrument, steps), instrument.quantity.decimals);
  return `${quantity} at ${orderType === "limit" ? priceText(priceOf(instrument, ticks)) : "the market"}`;
}

const priceText = (value: number): string => decimal(value, priceDigits(value));

import { price, priceDigits, decimal } from "../../adapters/report/format.ts";
import type { JournaledEvent, Consequences } from "../../app/trade/journaled.ts";
import type { SessionListener } from "../../app/trade/parts.ts";
import type { Session } from "../../app/trade/session.ts";
import { baseOf, type Instrument, priceOf, quantityOf, quoteOf } from "../../core/instrument.ts";

/** One thing that a person should see, as text and as data. */
export interface Line {
  readonly time: number;
  readonly level: "info" | "warn" | "error";
  readonly kind: string;
  readonly text: string;
  readonly data: Record<string, unknown>;
}

/** "2024-01-21 04:00". */
const clock = (time: number): string => new Date(time).toISOString().slice(0, 16).replace("T", " ");

/** A line as a terminal shows it, at most `columns` wide: what does not fit goes on under the text. */
export function lineText({ time, kind, text }: Line, columns: number): string {
  const head = `${clock(time)}  ${kind.padEnd(8)} `;
  const width = Math.max(20, columns - head.length);
  const rows: string[] = [];
  let row = "";
  for (const word of text.split(" ")) {
    if (row !== "" && row.length + word.length + 1 > width) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  rows.push(row);
  return rows.map((one, i) => (i === 0 ? head : " ".repeat(head.length)) + one).join("\n");
}

/** Turns what happens in a session into lines. */
export function lineListener(instrumentOf: (symbol: string) => Instrument | null, emit: (line: Line) => void): SessionListener {
  let last = 0;
  const said = new Map<string, string>();
  return {
    event: (event, consequences) => {
      last = event.time;
      for (const line of eventLines(event, consequences, instrumentOf, said)) emit(line);
    },
    state: (row, from, why) => {
      if (row.state === "UNKNOWN" && from !== "UNKNOWN") {
        emit({ time: last, level: "warn", kind: "unknown", text: `${row.symbol} ${row.strategy} ${row.key}: ${why}; it is being asked after`, data: { clientOrderId: row.clientOrderId, from, why } });
      }
    },
    alert: ({ kind, message }) => emit({ time: last, level: kind === "error" || kind === "denied" || kind === "banned" || kind === "distrusted" ? "error" : "warn", kind: "alert", text: message, data: { alert: kind } }),
  };
}

function eventLines(event: JournaledEvent, { requests, notices, decision }: Consequences, instrumentOf: (symbol: string) => Instrument | null, said: Map<string, string>): Line[] {
  const { time } = event;
  const lines: Line[] = [];
  if (event.type === "fill") lines.push(fillLine(event, instrumentOf(event.symbol)));
  if (event.type === "touch") lines.push({ time, level: "info", kind: "touch", text: `${event.symbol} ${event.strategy}: the price went ${event.direction} its level, ${price(event.price)}`, data: { ...event } });
  if (event.type === "command") lines.push({ time, level: "info", kind: "switch", text: `${event.command}, by ${event.by}`, data: { ...event } });
  if (decision) {
    const text = `${decision.symbol} ${decision.stance}, ${decimal(decision.exposure * 100, 0)} % at most: ${decision.reason}`;
    // The same decision again is data, not news.
    const level = said.get(decision.symbol) === `${decision.stance} ${decision.reason}` ? null : "info";
    said.set(decision.symbol, `${decision.stance} ${decision.reason}`);
    if (level) lines.push({ time, level, kind: "decision", text, data: { ...decision } });
  }
  for (const request of requests) {
    const instrument = instrumentOf(request.symbol);
    const what = instrument ? `${decimal(quantityOf(instrument, request.steps), instrument.quantity.decimals)} ${instrument.base}` : String(request.steps);
    const at = instrument && request.orderType === "limit" ? `at ${priceText(priceOf(instrument, request.ticks))}` : "at the market";
    const text = request.type === "submit" ? `${request.side} ${what} ${at} (${request.strategy} ${request.key}: ${request.reason})` : `${request.strategy} ${request.key}: ${request.side} ${what} ${at} is taken back`;
    lines.push({ time, level: "info", kind: request.type === "submit" ? "order" : "cancel", text: `${request.symbol} ${text}`, data: { ...request } });
  }
  for (const notice of notices) {
    lines.push({ time, level: notice.type === "refused" ? "info" : "warn", kind: notice.type, text: `${notice.symbol} ${notice.strategy} ${notice.key}: ${notice.reason}, ${notice.detail}`, data: { ...notice } });
  }
  return lines;
}

function fillLine(event: Extract<JournaledEvent, { type: "fill" }>, instrument: Instrument | null): Line {
  if (!instrument) return { time: event.time, level: "info", kind: "fill", text: event.key, data: { ...event } };
  const fee = event.feeCurrency === "base" ? baseOf(instrument, event.feeUnits) : quoteOf(instrument, event.feeUnits);
  const quantity = decimal(quantityOf(instrument, event.steps), instrument.quantity.decimals);
  const text = `${event.symbol} ${event.side} ${quantity} ${instrument.base} at ${priceText(priceOf(instrument, event.ticks))}, fee ${fee} ${event.feeCurrency === "base" ? instrument.base : instrument.quote} (${event.strategy} ${event.key})`;
  return { time: event.time, level: "info", kind: "fill", text, data: { ...event, price: priceOf(instrument, event.ticks) } };
}

const priceText = (value: number): string => decimal(value, priceDigits(value));

/** The instruments of a session, once there is one. */
export function instrumentsOf(session: () => Session | null): (symbol: string) => Instrument | null {
  return (symbol) => session()?.bot.symbols.get(symbol)?.instrument ?? null;
}

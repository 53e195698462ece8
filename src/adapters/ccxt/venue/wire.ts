import { AsyncLocalStorage } from "node:async_hooks";
import type { Exchange } from "ccxt";

/** What one of our calls did on the wire. ccxt keeps only the last answer of all calls, which concurrent calls overwrite. */
export interface Wire {
  /** Ends the request, also while its body stalls, and keeps it from being sent late. */
  readonly abort: AbortSignal;
  /** Called when a request leaves. */
  readonly onSend: () => void;
  /** Local times of the last request and of its answer, epoch milliseconds; 0 before. As long as nothing was sent, nothing has happened at the venue. */
  sentAt: number;
  answeredAt: number;
  /** The last answer; `json` is undefined when the body was none. */
  answer: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly json: unknown } | null;
}

/** Bytes. Reading and parsing more would stop everything else for seconds; the longest list of markets has some 16 MiB, before compression. */
const LARGEST_BODY = 30 * 1_024 * 1_024;
const wires = new AsyncLocalStorage<Wire>();

/** Runs a call so that what it does on the wire is noted in `wire`. */
export function onWire<Value>(wire: Wire, call: () => Promise<Value>): Promise<Value> {
  return wires.run(wire, call);
}

/** Makes a ccxt client note each call's request and answer, and refuse successful answers that are no JSON. */
export function tapWire(client: Exchange): void {
  const fetch = client.fetch.bind(client);
  client.fetch = async (url, method, headers, body): Promise<unknown> => {
    const wire = wires.getStore();
    // ccxt's rate limiter may have held the request until after its deadline, when the caller has given it up.
    if (wire?.abort.aborted) throw new Error("not sent: its deadline had passed");
    if (wire) {
      wire.sentAt = Date.now();
      wire.onSend();
    }
    const answer: unknown = await fetch(url, method, headers, body);
    return answer;
  };
  const request = client.undiciRequest.bind(client);
  client.undiciRequest = async (url, params: { readonly signal: AbortSignal }) => {
    const wire = wires.getStore();
    const tooLarge = new AbortController();
    const signals = [params.signal, tooLarge.signal, ...(wire ? [wire.abort] : [])];
    const response = await request(url, { ...params, signal: AbortSignal.any(signals) });
    if (Number((response.headers as Readonly<Record<string, unknown>>)["content-length"]) > LARGEST_BODY) {
      const error = new Error("the answer is too large");
      tooLarge.abort(error);
      throw error;
    }
    return response;
  };
  client.onRestResponse = (status: number, _text, _url, _method, headers: Readonly<Record<string, string>>, body: string): string => {
    const json = parse(body);
    const wire = wires.getStore();
    if (wire) {
      wire.answeredAt = Date.now();
      wire.answer = { status, headers, body, json };
    }
    // ccxt reads HTML with status 200 as an account without balances and orders.
    if (status < 400 && json === undefined) throw new Error("the answer was no whole JSON");
    return body.trim();
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

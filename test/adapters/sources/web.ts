import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SourceContext } from "../../../src/ports/source.ts";

/** What a request is answered with. */
export type Answer = (response: ServerResponse, url: URL, request: IncomingMessage) => void;

/** A local server of a source's shape: each request is answered by `answer`, which a test may change. */
export class Web {
  readonly #server: Server;
  readonly requests: URL[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  answer: Answer;

  constructor(answer: Answer) {
    this.answer = answer;
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      this.requests.push(url);
      this.headers.push(request.headers);
      this.answer(response, url, request);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers with text of a type. */
export function text(body: string, type = "application/json", status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => void response.writeHead(status, { "content-type": type, ...headers }).end(body);
}

/** Answers with JSON. */
export const json = (body: unknown, status = 200): Answer => text(JSON.stringify(body), "application/json", status);

/** What may go wrong with any answer, and the kind of fault that it is. */
export const FAULTS: readonly (readonly [name: string, answer: Answer, kind: string, says: RegExp])[] = [
  ["a page of HTML with status 200", text("<!doctype html><html><body>please come back</body></html>", "text/html"), "malformed", /not JSON|not a whole RSS|document type/],
  ["a torn answer", text('{"data": [{"val'), "malformed", /not JSON|not a whole RSS/],
  ["an answer of another shape", text('{"hello": "world"}'), "malformed", /another shape|not a whole RSS/],
  ["ten megabytes", (response) => void response.writeHead(200, { "content-type": "application/json" }).end("x".repeat(10_000_000)), "malformed", /more than 2000000 bytes/],
  ["429", text("slow down", "text/plain", 429, { "retry-after": "90" }), "rate-limited", /asked too often/],
  ["a 503 page", text("<html>busy</html>", "text/html", 503), "down", /is down \(503\)/],
  ["401", text("no", "text/plain", 401), "refused", /refuses \(401\)/],
  ["404", text("no", "text/plain", 404), "refused", /refuses the request \(404\)/],
  ["a connection that breaks", (response) => void response.destroy(), "down", /cannot be reached/],
  ["a body that never ends", (response) => void response.writeHead(200, { "content-type": "application/json" }).write("{"), "down", /no whole answer within 0.3 s/],
];

/** A context with a fixed clock that collects its warnings. */
export function contextAt(now: number, symbols: readonly string[] = ["BTC/USDT", "ETH/USDT"]): SourceContext & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return { symbols, now: () => now, warn: (why) => warnings.push(why), warnings };
}

/** A signal that nobody sets. */
export const calm = (): AbortSignal => new AbortController().signal;

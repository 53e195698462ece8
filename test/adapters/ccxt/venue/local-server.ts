import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server got it; `params` are those of the query and of a form or JSON body together. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** Answers one request: a value goes out as JSON, a function does what it likes. */
export type Reply = (response: ServerResponse, request: Seen) => unknown;

/** A local HTTP server that answers by method and path, and keeps what it was asked. */
export class LocalServer {
  readonly #server: Server;
  readonly #routes = new Map<string, Reply[]>();
  readonly seen: Seen[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const url = new URL(request.url ?? "/", "http://localhost");
        const body = Buffer.concat(chunks).toString();
        const params = { ...Object.fromEntries(url.searchParams), ...parseBody(body) };
        const seen = { method: request.method ?? "GET", path: url.pathname, params, headers: request.headers };
        this.seen.push(seen);
        const replies = this.#routes.get(`${seen.method} ${seen.path}`);
        const reply = replies && replies.length > 1 ? replies.shift() : replies?.[0];
        if (!reply) json({ code: -1, msg: `no route ${seen.method} ${seen.path}` }, 404)(response, seen);
        else reply(response, seen);
      });
    });
  }

  /** Answers a route with these replies in turn; the last one stays. */
  on(route: string, ...replies: Reply[]): this {
    this.#routes.set(route, replies);
    return this;
  }

  /** Requests of one route so far. */
  asked(route: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async start(): Promise<{ readonly http: string; readonly ws: string }> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    return { http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
  }

  /** The server itself, for WebSockets. */
  get server(): Server {
    return this.#server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A reply with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return text(JSON.stringify(body), status, { "content-type": "application/json", ...headers });
}

/** A reply with any text. */
export function text(body: string, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

function parseBody(body: string): Record<string, string> {
  if (body === "") return {};
  if (body.startsWith("{")) return Object.fromEntries(Object.entries(JSON.parse(body) as Record<string, unknown>).map(([key, value]) => [key, String(value)]));
  return Object.fromEntries(new URLSearchParams(body));
}

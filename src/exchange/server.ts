import Fastify, { type FastifyInstance } from "fastify";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { createClock } from "./clock.ts";
import { serveControl } from "./control/routes.ts";
import { exchangeState } from "./control/state.ts";
import { createDirectory } from "./directory.ts";
import type { Engine } from "./engine/model.ts";
import { Faults } from "./faults/faults.ts";
import { createPace } from "./pace.ts";
import { ACCOUNT_ROUTES } from "./rest/account-routes.ts";
import { serveRoutes } from "./rest/dispatch.ts";
import { BINANCE_LIMITS, createLimiter, type Limits } from "./rest/limits.ts";
import { MARKET_ROUTES } from "./rest/market-routes.ts";
import { Restrictions } from "./rest/restrictions.ts";
import type { Doors } from "./rest/route.ts";
import { openSockets, type Sockets } from "./stream/sockets.ts";

/** How an exchange is opened. */
export interface ExchangeOptions {
  readonly engine: Engine;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
  /** Market seconds per second; 0 moves time by the control API alone. */
  readonly speed?: number;
  readonly limits?: Partial<Limits>;
  readonly log?: Logger;
}

/** An exchange that is open. */
export interface Exchange {
  /** Of HTTP, "http://127.0.0.1:9000"; REST is under /api/v3. */
  readonly url: string;
  /** Of WebSockets, "ws://127.0.0.1:9000"; streams are under /ws and /stream, the API under /ws-api/v3. */
  readonly wsUrl: string;
  readonly port: number;
  readonly engine: Engine;
  readonly faults: Faults;
  /** Does something bad to the WebSockets. */
  readonly act: Sockets["act"];
  /** What GET /control/state answers. */
  readonly state: () => Readonly<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

/** Opens the doors of an exchange: REST, WebSocket and control on one port. */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const { engine, host = "127.0.0.1" } = options;
  const faults = new Faults();
  const wall = (): number => Date.now();
  const limits = { ...BINANCE_LIMITS, ...options.limits };
  const doors: Doors = {
    engine,
    directory: createDirectory(engine),
    clock: createClock(() => engine.now, () => faults.skew(), wall),
    faults,
    limits,
    limiter: createLimiter(limits, wall),
    wall,
    arrivals: new Map(),
    restrictions: new Restrictions(),
  };
  const app: FastifyInstance = Fastify({ logger: false, forceCloseConnections: true, exposeHeadRoutes: false, bodyLimit: 1_048_576 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  serveRoutes(app, doors, [...MARKET_ROUTES, ...ACCOUNT_ROUTES]);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: -1000, msg: "This exchange has no such route." }));
  app.setErrorHandler((error, request, reply) => {
    options.log?.error({ err: error, route: `${request.method} ${request.url}` }, "a request failed");
    return reply.code(500).send({ code: -1000, msg: "An unknown error occurred while processing the request." });
  });
  const sockets = openSockets(app.server, doors);
  const pace = createPace(engine, () => performance.now(), sockets.pulse);
  serveControl(app, doors, pace, sockets);
  await app.listen({ port: options.port, host });
  const { port } = app.server.address() as AddressInfo;
  pace.set(options.speed ?? 0);
  return {
    url: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    port,
    engine,
    faults,
    act: sockets.act,
    state: () => exchangeState(doors),
    close: async () => {
      pace.set(0);
      sockets.close();
      await app.close();
    },
  };
}

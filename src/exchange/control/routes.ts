import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z, ZodError } from "zod";
import type { Listing } from "../directory.ts";
import { faultSchema } from "../faults/catalogue.ts";
import type { Pace } from "../pace.ts";
import { accepted, Refusal } from "../refusal.ts";
import type { Doors } from "../rest/route.ts";
import { orderRow, tradeRow } from "../shapes/order.ts";
import { parseJson } from "../stream/market-streams.ts";
import type { Sockets } from "../stream/sockets.ts";
import { wsActionSchema } from "../stream/action.ts";
import { CONTROL, given } from "./bodies.ts";
import { exchangeState } from "./state.ts";

/** Registers the control API: no key, but for this machine alone and for no web page. */
export function serveControl(app: FastifyInstance, doors: Doors, pace: Pace, sockets: Sockets): void {
  const { engine, faults, directory } = doors;
  const post = <T>(path: string, schema: z.ZodType<T>, run: (body: T) => unknown): void => {
    app.post(`/control/${path}`, (request, reply) => answer(request, reply, () => run(schema.parse(bodyOf(request)))));
  };
  const listing = (symbol: string): Listing => directory.listing(symbol.replace("/", ""));
  const done = (error: { readonly code: number; readonly msg: string } | null): unknown => {
    if (error) throw new Refusal(error.code, error.msg);
    return { ok: true };
  };

  app.get("/control/state", (request, reply) =>
    answer(request, reply, () => ({ ...exchangeState(doors), speed: pace.speed(), sockets: sockets.open() })),
  );
  app.get("/control/faults", (request, reply) => answer(request, reply, () => faults.list()));
  app.get("/control/requests", (request, reply) =>
    answer(request, reply, () => faults.requests(given(CONTROL.requests.parse(request.query)))),
  );
  app.delete("/control/faults", (request, reply) =>
    answer(request, reply, () => {
      faults.clear();
      return { ok: true };
    }),
  );
  post("fault", faultSchema, (fault) => faults.add(fault));
  post("advance", CONTROL.advance, ({ to, by, stopAtTrade }) => {
    const target = Math.floor(Math.min(engine.end, to ?? engine.now + (by ?? 0)));
    if (target < engine.now) throw new Refusal(-1100, `Market time is ${engine.now} already and does not go back to ${target}.`);
    const now = engine.advance(target, stopAtTrade);
    return { now, reached: now >= target };
  });
  post("speed", CONTROL.speed, ({ speed }) => {
    pace.set(speed);
    return { speed };
  });
  post("transfer", CONTROL.transfer, ({ account, asset, amount }) => done(engine.transfer(holder(doors, account), asset, amount)));
  post("filters", CONTROL.filters, ({ symbol, ...filters }) => done(engine.setFilters(listing(symbol).key, given(filters))));
  post("halt", CONTROL.halt, ({ symbol, halted }) => {
    engine.setHalted(listing(symbol).key, halted);
    return { ok: true };
  });
  post("key", CONTROL.key, ({ account, apiKey, secret, trade }) => {
    if (!engine.setKey(holder(doors, account), { apiKey, secret, mayTrade: trade })) throw new Refusal(-2014, "Another account has this key.");
    doors.restrictions.change({ enableSpotAndMarginTrading: trade }, apiKey);
    return { ok: true };
  });
  post("revoke", CONTROL.revoke, ({ apiKey, revoked }) => {
    const key = apiKey ?? directory.holders[0]?.apiKey;
    if (key === undefined || !engine.hasKey(key)) throw new Refusal(-2015, "There is no account with this key.");
    engine.setRevoked(key, revoked);
    return { ok: true };
  });
  post("permissions", CONTROL.permissions, ({ apiKey, withdraw, trade, fields }) => {
    doors.restrictions.change(given({ enableWithdrawals: withdraw, enableSpotAndMarginTrading: trade, ...fields }), apiKey);
    return doors.restrictions.of(apiKey ?? "");
  });
  post("expire", CONTROL.expire, ({ symbol }) => {
    const market = listing(symbol);
    return { expired: engine.expireOrders(market.key).map((order) => orderRow(market, order)) };
  });
  post("order", CONTROL.order, ({ account, symbol, ...request }) => {
    const market = listing(symbol);
    const { order, trades } = accepted(engine.place(holder(doors, account), { ...given(request), symbol: market.key }));
    return { order: orderRow(market, order), trades: trades.map((trade) => tradeRow(market, trade)) };
  });
  post("foreign-cancel", CONTROL.cancel, ({ account, symbol, orderId, clientOrderId }) => {
    const market = listing(symbol);
    return { order: orderRow(market, accepted(engine.cancel(holder(doors, account), market.key, given({ id: orderId, clientOrderId })))) };
  });
  post("ws", wsActionSchema, (action) => {
    sockets.act(action);
    return { ok: true };
  });
  post("check", z.unknown(), () => {
    engine.check();
    return { ok: true };
  });
}

function holder({ directory }: Doors, account: number): number {
  const found = directory.holders[account];
  if (!found) throw new Refusal(-2015, `There is no account ${account}.`);
  return found.id;
}

function bodyOf({ body }: FastifyRequest): unknown {
  if (typeof body !== "string" || body === "") return {};
  const parsed = parseJson(body);
  if (parsed === undefined) throw new Refusal(-1100, "The body is not JSON.");
  return parsed;
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

function answer(request: FastifyRequest, reply: FastifyReply, run: () => unknown): FastifyReply {
  // A page in a browser on this machine comes from here too; it names its origin.
  if (!LOOPBACK.has(request.socket.remoteAddress ?? "") || request.headers.origin !== undefined) {
    return reply.code(403).send({ code: -1002, msg: "The control API answers this machine only." });
  }
  try {
    return reply.send(run());
  } catch (error) {
    if (error instanceof Refusal) return reply.code(400).send(error.body);
    if (error instanceof ZodError) return reply.code(400).send({ code: -1100, msg: z.prettifyError(error) });
    throw error;
  }
}

import { z } from "zod";
import { authorize } from "../authority.ts";
import type { EngineEvent } from "../engine/model.ts";
import { Refusal } from "../refusal.ts";
import type { Doors } from "../rest/route.ts";
import { accountPosition, executionReport, type StreamEvent } from "../shapes/stream-event.ts";
import type { Connection } from "./connection.ts";
import { createDistortion, type Distortion } from "./distortion.ts";
import { parseJson } from "./market-streams.ts";

interface Subscription {
  readonly connection: Connection;
  readonly id: number;
  readonly account: number;
}

interface Notice {
  readonly account: number;
  readonly event: StreamEvent;
}

const id = z.union([z.int(), z.string().max(64), z.null()]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const call = z.object({ id, method: z.string().max(100), params: z.record(z.string().max(100), scalar).default({}) });
type Call = z.output<typeof call>;

/** The WebSocket API under /ws-api/v3, as far as it carries what happens to an account. */
export interface UserStreams {
  readonly receive: (connection: Connection, text: string) => void;
  readonly close: (connection: Connection) => void;
  readonly tell: (event: EngineEvent) => void;
  /** Ends all subscriptions with eventStreamTerminated, as when a session runs out; the sockets stay open. */
  readonly expire: () => void;
  readonly distortion: Distortion<Notice>;
}

/** The WebSocket API of an exchange. */
export function createUserStreams(doors: Doors): UserStreams {
  let subscriptions: readonly Subscription[] = [];
  const nextId = new Map<Connection, number>();

  const distortion = createDistortion<Notice>(
    ({ event }) => String(event["e"]),
    ({ account, event }) => {
      for (const subscription of subscriptions) {
        if (subscription.account === account) subscription.connection.send({ subscriptionId: subscription.id, event });
      }
    },
  );

  const subscribe = (connection: Connection, params: Call["params"]): unknown => {
    const account = signedAccount(doors, params);
    const number = nextId.get(connection) ?? 0;
    nextId.set(connection, number + 1);
    subscriptions = [...subscriptions, { connection, id: number, account }];
    return { subscriptionId: number };
  };
  const unsubscribe = (connection: Connection, params: Call["params"]): unknown => {
    const only = params["subscriptionId"];
    subscriptions = subscriptions.filter((one) => one.connection !== connection || (only !== undefined && one.id !== only));
    return {};
  };
  const answer = (connection: Connection, { method, params }: Call): unknown => {
    switch (method) {
      case "ping":
        return {};
      case "time":
        return { serverTime: doors.clock.tell() };
      case "userDataStream.subscribe.signature":
        return subscribe(connection, params);
      case "userDataStream.unsubscribe":
        return unsubscribe(connection, params);
      case "session.subscriptions":
        return subscriptions.filter((one) => one.connection === connection).map(({ id: subscriptionId }) => ({ subscriptionId }));
      default:
        throw new Refusal(-1000, `This exchange does not know the method '${method}'.`, 400);
    }
  };

  return {
    distortion,
    receive: (connection, text) => {
      const parsed = call.safeParse(parseJson(text));
      if (!parsed.success) {
        connection.send({ id: null, status: 400, error: { code: -1135, msg: "Invalid JSON Request" } });
        return;
      }
      const { data } = parsed;
      doors.faults.note({ method: "WS", path: `/ws-api/v3/${data.method}`, parameters: {}, at: doors.wall() });
      try {
        connection.send({ id: data.id, status: 200, result: answer(connection, data), rateLimits: [] });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        connection.send({ id: data.id, status: error.status, error: error.body, rateLimits: [] });
      }
    },
    close: (connection) => {
      subscriptions = subscriptions.filter((one) => one.connection !== connection);
      nextId.delete(connection);
    },
    tell: (event) => {
      if (event.type === "order") {
        const listing = doors.directory.byKey(event.order.symbol);
        distortion.pass({ account: event.order.account, event: executionReport(listing, event) });
      } else if (event.type === "balance") {
        distortion.pass({ account: event.account, event: accountPosition(event) });
      }
    },
    expire: () => {
      const ended = subscriptions;
      subscriptions = [];
      for (const { connection, id: subscriptionId } of ended) {
        connection.send({ subscriptionId, event: { e: "eventStreamTerminated", E: doors.clock.now() } });
      }
    },
  };
}

/** The account of a signed call: its parameters in alphabetical order are what was signed. */
function signedAccount({ engine, clock }: Doors, params: Call["params"]): number {
  const text = (name: string): string | undefined => (params[name] === undefined ? undefined : String(params[name]));
  const payload = Object.keys(params)
    .filter((name) => name !== "signature")
    .sort()
    .map((name) => `${name}=${String(params[name])}`)
    .join("&");
  return authorize(engine, clock, {
    apiKey: text("apiKey"),
    payload,
    signature: text("signature"),
    timestamp: text("timestamp"),
    recvWindow: text("recvWindow"),
  });
}

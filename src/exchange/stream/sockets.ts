import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import type { z } from "zod";
import { wsActionSchema, type WsAction } from "./action.ts";
import type { Doors } from "../rest/route.ts";
import { createConnection, type Connection } from "./connection.ts";
import { createMarketStreams } from "./market-streams.ts";
import { createUserStreams } from "./user-streams.ts";

/** Largest message of a client, bytes. */
const LARGEST = 1_048_576;
/** How often clients are pinged, as Binance does, milliseconds. */
const PING = 20_000;

/** All WebSockets of an exchange. */
export interface Sockets {
  /** Does something bad to the sockets; throws a ZodError when the action is none. */
  readonly act: (action: z.input<typeof wsActionSchema>) => void;
  /** Open sockets by channel. */
  readonly open: () => Readonly<Record<Connection["channel"], number>>;
  /** Tells how far the candles of now have come; called while time runs by itself. */
  readonly pulse: () => void;
  readonly close: () => void;
}

/** Answers WebSocket upgrades on a server's port: /ws, /stream and /ws-api/v3. */
export function openSockets(server: Server, doors: Doors): Sockets {
  const acceptor = new WebSocketServer({ noServer: true, maxPayload: LARGEST, autoPong: false });
  const market = createMarketStreams(doors);
  const user = createUserStreams(doors);
  const connections = new Map<WebSocket, Connection>();
  let refusing = false;

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const address = new URL(request.url ?? "/", "ws://localhost");
    const place = placeOf(address);
    socket.on("error", () => socket.destroy());
    if (refusing || !place) {
      socket.end(`HTTP/1.1 ${place ? "503 Service Unavailable" : "404 Not Found"}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    acceptor.handleUpgrade(request, socket, head, (client) => {
      const connection = createConnection(client, place.channel);
      connections.set(client, connection);
      const door = place.channel === "user" ? user : market;
      if (place.channel === "market") market.open(connection, place.names, place.combined);
      client.on("message", (data) => door.receive(connection, textOf(data)));
      client.on("close", () => {
        connections.delete(client);
        door.close(connection);
      });
    });
  });
  const unsubscribe = doors.engine.subscribe((event) => {
    user.tell(event);
    market.tell(event);
  });
  const pings = setInterval(() => {
    for (const connection of connections.values()) connection.ping();
  }, PING);
  pings.unref();

  const act = ({ action, channel, event, count }: WsAction): void => {
    const touched = [...connections.values()].filter((connection) => channel === undefined || connection.channel === channel);
    switch (action) {
      case "stall":
        for (const connection of touched) connection.stall();
        return;
      case "resume":
        refusing = false;
        for (const connection of touched) connection.resume();
        return;
      case "drop":
        for (const connection of touched) connection.drop();
        return;
      case "refuse":
        refusing = true;
        return;
      case "expire-session":
        user.expire();
        return;
      default: {
        const { distortion } = channel === "market" ? market : user;
        distortion.arm(action, count, event ?? (channel === "market" ? undefined : "executionReport"));
      }
    }
  };
  return {
    act: (action) => act(wsActionSchema.parse(action)),
    open: () => {
      const channels = [...connections.values()].map(({ channel }) => channel);
      return { market: channels.filter((channel) => channel === "market").length, user: channels.filter((channel) => channel === "user").length };
    },
    pulse: market.pulse,
    close: () => {
      clearInterval(pings);
      unsubscribe();
      for (const connection of connections.values()) connection.drop();
      acceptor.close();
    },
  };
}

interface Place {
  readonly channel: Connection["channel"];
  readonly names: readonly string[];
  readonly combined: boolean;
}

function placeOf({ pathname, searchParams }: URL): Place | null {
  const [, root = "", ...rest] = pathname.split("/");
  if (root === "ws-api" && rest[0] === "v3") return { channel: "user", names: [], combined: false };
  if (root === "ws") return { channel: "market", names: rest, combined: false };
  if (root === "stream") return { channel: "market", names: (searchParams.get("streams") ?? "").split("/"), combined: true };
  return null;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data as Buffer).toString("utf8");
}

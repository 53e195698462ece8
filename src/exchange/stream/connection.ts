import type { WebSocket } from "ws";

/** Frames that are kept for a client that gets nothing at the moment; what is over is lost. */
const KEPT = 100_000;

/** A client's socket: what is sent to it can be held back, as if the network had stopped. */
export interface Connection {
  readonly channel: "market" | "user";
  readonly send: (message: unknown) => void;
  /** Asks for a sign of life, unless the connection is stalled. */
  readonly ping: () => void;
  readonly stall: () => void;
  readonly resume: () => void;
  /** Ends the connection without a word. */
  readonly drop: () => void;
  readonly isOpen: () => boolean;
}

/** The connection of a socket. Pings of the client are answered here, so that a stall covers them too. */
export function createConnection(socket: WebSocket, channel: "market" | "user"): Connection {
  let stalled = false;
  const held: (() => void)[] = [];
  const out = (action: () => void): void => {
    if (!stalled) action();
    else if (held.length < KEPT) held.push(action);
  };
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  socket.on("ping", (data) => out(() => {
    if (isOpen()) socket.pong(data);
  }));
  // An error is followed by a close; without a listener it would end the process.
  socket.on("error", () => undefined);
  return {
    channel,
    isOpen,
    send: (message) => {
      const text = JSON.stringify(message);
      out(() => {
        if (isOpen()) socket.send(text);
      });
    },
    ping: () => {
      if (!stalled && isOpen()) socket.ping();
    },
    stall: () => (stalled = true),
    resume: () => {
      stalled = false;
      for (const action of held.splice(0)) action();
    },
    drop: () => {
      held.length = 0;
      socket.terminate();
    },
  };
}

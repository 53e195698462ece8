import { AsyncLocalStorage } from "node:async_hooks";
import type { Exchange } from "ccxt";

/** One of ccxt's WebSocket clients. */
type Socket = Exchange["clients"][string];

/** What one watching loop has reached: the socket's URL, and whether what it waits for is subscribed or being so. */
export interface Watch {
  /** Hashes of ccxt's messages that are the loop's own, and not those of a login on the way. */
  readonly own: RegExp;
  url: string | null;
  /** Frames that the socket had brought when the loop began to wait for its own messages; `null` before. */
  since: number | null;
}

/** Events by which Binance says that a user stream ends while its socket stays open; ccxt ignores them. */
const ENDED = new Set(["eventStreamTerminated", "serverShutdown", "listenKeyExpired"]);

/** Knows which socket serves which loop and when it last brought something, and can drop it at once. */
export class Sockets {
  readonly #client: Exchange;
  readonly #watches = new AsyncLocalStorage<Watch>();
  readonly #frames = new WeakMap<Socket, { count: number; at: number }>();

  constructor(client: Exchange) {
    this.#client = client;
    const open = client.client.bind(client);
    client.client = (url) => {
      const isNew = url === undefined || !(url in client.clients);
      const socket = open(url);
      if (isNew) calm(socket);
      return socket;
    };
    const watch = client.watch.bind(client);
    client.watch = (url, hash, ...rest): unknown => {
      this.#note(url, [hash]);
      return watch(url, hash, ...rest) as unknown;
    };
    const watchMultiple = client.watchMultiple.bind(client);
    client.watchMultiple = (url, hashes, ...rest) => {
      this.#note(url, hashes);
      return watchMultiple(url, hashes, ...rest);
    };
    const handlers = client as unknown as { handleMessage(socket: Socket, message: unknown): unknown };
    const handleMessage = handlers.handleMessage.bind(client);
    handlers.handleMessage = (socket, message) => {
      this.#frames.set(socket, { count: this.#count(socket) + 1, at: Date.now() });
      if (ENDED.has(eventOf(message))) this.#drop(socket, "the venue ended the stream");
      return handleMessage(socket, message);
    };
  }

  /** Runs a call of a loop so that it is known which socket it uses. */
  run<Value>(watch: Watch, call: () => Promise<Value>): Promise<Value> {
    return this.#watches.run(watch, call);
  }

  /** Local time of the last sign of life of a loop's socket, pongs included; 0 when there is none. */
  aliveAt(watch: Watch): number {
    const socket = this.#of(watch);
    if (!socket) return 0;
    const pong: unknown = socket.lastPong;
    return Math.max(this.#frames.get(socket)?.at ?? 0, typeof pong === "number" ? pong : 0);
  }

  /** Whether a loop is subscribed: its request is out on an open socket, and with `acknowledged` something came since. */
  isSubscribed(watch: Watch, acknowledged: boolean): boolean {
    const socket = this.#of(watch);
    if (!socket?.isConnected || watch.since === null) return false;
    return !acknowledged || this.#count(socket) > watch.since;
  }

  /** Gives up a loop's socket without waiting for the other side, which may be silent for ever. */
  drop(watch: Watch, reason: string): void {
    const socket = this.#of(watch);
    if (socket) this.#drop(socket, reason);
  }

  /** Gives up all sockets. */
  dropAll(reason: string): void {
    for (const socket of Object.values(this.#client.clients)) this.#drop(socket, reason);
  }

  #drop(socket: Socket, reason: string): void {
    socket.onError(new Error(reason));
    // Undefined before it is dialled.
    const connection = socket.connection as { terminate(): void } | undefined;
    connection?.terminate();
  }

  #note(url: string | undefined, hashes: readonly (string | undefined)[]): void {
    const watch = this.#watches.getStore();
    if (!watch || url === undefined) return;
    watch.url = url;
    if (!hashes.some((hash) => hash !== undefined && watch.own.test(hash))) return;
    const socket = this.#of(watch);
    watch.since ??= socket ? this.#count(socket) : 0;
  }

  #of(watch: Watch): Socket | undefined {
    return watch.url === null ? undefined : this.#client.clients[watch.url];
  }

  #count(socket: Socket): number {
    return this.#frames.get(socket)?.count ?? 0;
  }
}

/**
 * ccxt leaves two kinds of promises of a socket alone, whose failures would end the process: those that only other
 * calls may wait for, and requests that its rate limiter lets go when the socket has closed.
 */
function calm(socket: Socket): void {
  const future = socket.future.bind(socket);
  socket.future = (hash: string) => {
    const made = future(hash) as Promise<unknown>;
    made.catch(() => undefined);
    return made;
  };
  const send = socket.send.bind(socket);
  socket.send = async (message: unknown): Promise<unknown> => {
    try {
      return (await send(message)) as unknown;
    } catch (error) {
      socket.onError(error);
      return null;
    }
  };
}

function eventOf(message: unknown): string {
  if (typeof message !== "object" || message === null) return "";
  const { event, e } = message as { readonly event?: unknown; readonly e?: unknown };
  if (typeof event === "object" && event !== null) return eventOf(event);
  return typeof e === "string" ? e : "";
}

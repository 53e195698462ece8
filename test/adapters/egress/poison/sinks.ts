import { createSocket } from "node:dgram";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Servers that take in whatever comes: what a thief would run. */
export interface Sinks {
  readonly tcp: number;
  readonly udp: number;
  readonly path: string;
  /** A server that may be reached, and sends everybody on to the sink. */
  readonly allowed: number;
  /** Everything that came, one text. */
  heard(): string;
  close(): Promise<void>;
}

/** Opens them on free ports of 127.0.0.1. */
export async function openSinks(): Promise<Sinks> {
  let heard = "";
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      heard += `${chunk.toString("latin1")}\n`;
      if (/^(GET|POST|PUT|HEAD) /.test(chunk.toString("latin1"))) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  };
  const path = join(tmpdir(), `caucus-sink-${process.pid}-${Math.round(performance.now() * 1_000)}.sock`);
  const tcp = createServer(take);
  const unix = createServer(take);
  const udp = createSocket("udp4");
  udp.on("message", (message) => (heard += `${message.toString("latin1")}\n`));
  const port = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;
  await Promise.all([
    new Promise<void>((done) => tcp.listen(0, "127.0.0.1", done)),
    new Promise<void>((done) => unix.listen(path, done)),
    new Promise<void>((done) => udp.bind(0, "127.0.0.1", done)),
  ]);
  const allowed = createHttp((request, response) => {
    if (request.url === "/hello") response.end("hello");
    else response.writeHead(302, { location: `http://127.0.0.1:${port(tcp)}${request.url ?? ""}` }).end();
  });
  await new Promise<void>((done) => allowed.listen(0, "127.0.0.1", done));
  return {
    tcp: port(tcp),
    udp: udp.address().port,
    path,
    allowed: port(allowed),
    heard: () => heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      allowed.closeAllConnections();
      await Promise.all([tcp, unix, allowed].map((server) => new Promise((done) => server.close(done))));
      await new Promise<void>((done) => udp.close(done));
      rmSync(path, { force: true });
    },
  };
}

import Fastify from "fastify";
import type { AddressInfo } from "node:net";
import { redact } from "../../core/redact.ts";
import { UserError } from "../../core/user-error.ts";

/** How a bot is: `ok` while it trades or could, and otherwise one sentence for each thing that keeps it from it. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** More about it: figures and words. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the door asks of the bot behind it. */
export interface Watched {
  readonly health: () => Health;
  /** The figures in Prometheus' text format, with its content type. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

/** A door that is open. */
export interface HttpDoor {
  /** "http://127.0.0.1:9100". */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Opens GET /health and GET /metrics on a port of 127.0.0.1, 0 for any free one. Both only read. */
export async function openHttp(port: number, { health, metrics }: Watched): Promise<HttpDoor> {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1_024 });
  app.addHook("onSend", (_request, _reply, payload, done) => done(null, typeof payload === "string" ? redact(payload) : payload));
  app.get("/health", (_request, reply) => {
    const { ok, reasons, facts } = health();
    return reply.code(ok ? 200 : 503).header("cache-control", "no-store").send({ ok, reasons, ...facts });
  });
  app.get("/metrics", async (_request, reply) => {
    const { text, contentType } = await metrics();
    return reply.header("content-type", contentType).send(text);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "There are /health and /metrics here." }));
  app.setErrorHandler((_error, _request, reply) => reply.code(500).send({ error: "The bot could not say; its log may say why." }));
  try {
    await app.listen({ port, host: HOST });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EADDRINUSE") throw new UserError(`--http: something listens on port ${port} already. Give another one.`);
    if (code === "EACCES") throw new UserError(`--http: port ${port} may not be used by you. Give one above 1023.`);
    throw error;
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return { url: `http://${HOST}:${taken}`, close: () => app.close() };
}

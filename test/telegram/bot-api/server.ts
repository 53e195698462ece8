import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { partsOf } from "./multipart.ts";
import { type Desk, METHODS, Refused, type Sent } from "./methods.ts";

/** A bot token of the right shape. */
export const TOKEN = "123456789:AAcanaryCanaryCanaryCanaryCanaryCan";
const BOT_ID = 123_456_789;

/** What goes wrong with the next calls of a method ("*": of any). */
export interface Fault {
  readonly method: string;
  readonly times: number;
  /** An HTTP status; "hang": no answer at all; "drop": the connection is cut; "html": a proxy's page. */
  readonly as: number | "hang" | "drop" | "html";
  readonly retryAfter?: number;
}

/** A person who uses the bot. */
export interface Person {
  readonly id: number;
  readonly first_name: string;
}

const pollSchema = z.object({ offset: z.number().int().default(0), timeout: z.number().nonnegative().default(0), limit: z.number().default(100) });
const webhookSchema = z.object({ url: z.url(), secret_token: z.string().default("") });
type UpdateRow = { readonly update_id: number } & Record<string, unknown>;

/** A small Bot API server: it checks what Telegram checks, lets scripts write as users, and fails on demand. */
export async function startBotApi(options: { readonly token?: string; readonly port?: number } = {}) {
  const token = options.token ?? TOKEN;
  let lastMessage = 0;
  const desk: Desk = { sent: [], chats: new Set(), blocked: new Set(), menus: new Map(), queries: new Map(), nextId: () => (lastMessage += 1) };
  const bodies: string[] = [];
  const calls: { readonly method: string; readonly at: number; readonly status: number }[] = [];
  let pending: UpdateRow[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  let lastUpdate = 1_000;
  let lastQuery = 0;
  let waiting: { readonly end: (conflict: boolean) => void } | null = null;
  let webhook: { url: string; secret: string } | null = null;
  let keepConfirmed = false;
  let hurry = 1;

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) reply(response, 500, { ok: false, error_code: 500, description: String(error) });
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function reply(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString("latin1"));
    const [, given, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
    const done = (status: number, body: object): void => {
      calls.push({ method, at: Date.now(), status });
      reply(response, status, body);
    };
    const refuse = (code: number, description: string, parameters?: object): void => done(code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
    if (given !== token) {
      refuse(given !== undefined && /^\d+:[\w-]+$/.test(given) ? 401 : 404, given !== undefined && /^\d+:[\w-]+$/.test(given) ? "Unauthorized" : "Not Found");
      return;
    }
    const fault = faults.find((one) => one.left > 0 && (one.fault.method === "*" || one.fault.method === method));
    if (fault) {
      fault.left -= 1;
      const { as, retryAfter } = fault.fault;
      calls.push({ method, at: Date.now(), status: typeof as === "number" ? as : 0 });
      if (as === "hang") return;
      if (as === "drop") response.socket?.destroy();
      else if (as === "html") response.writeHead(200, { "content-type": "text/html" }).end("<html>Bad gateway</html>");
      else reply(response, as, { ok: false, error_code: as, description: describe(as, retryAfter), ...(retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } }) });
      return;
    }
    const asked = bodyOf(Buffer.concat(chunks), request.headers["content-type"] ?? "");
    try {
      if (method === "getMe") done(200, { ok: true, result: { id: BOT_ID, is_bot: true, first_name: "Caucus", username: "caucus_test_bot", can_join_groups: false, can_read_all_group_messages: false, supports_inline_queries: false } });
      else if (method === "getUpdates") updates(pollSchema.parse(asked), response, done, refuse);
      else if (method === "setWebhook") {
        const parsed = webhookSchema.parse(asked);
        webhook = { url: parsed.url, secret: parsed.secret_token };
        done(200, { ok: true, result: true });
      } else if (method === "deleteWebhook") {
        webhook = null;
        done(200, { ok: true, result: true });
      } else {
        const run = METHODS[method];
        if (!run) refuse(404, "Not Found: method not found");
        else done(200, { ok: true, result: await run(desk, asked) });
      }
    } catch (error) {
      if (error instanceof Refused) refuse(error.code, error.message);
      else if (error instanceof z.ZodError) refuse(400, `Bad Request: ${error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`);
      else throw error;
    }
  }

  function updates(asked: z.infer<typeof pollSchema>, response: ServerResponse, done: (status: number, body: object) => void, refuse: (code: number, description: string) => void): void {
    if (webhook !== null) {
      refuse(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
      return;
    }
    waiting?.end(true);
    if (!keepConfirmed) pending = pending.filter(({ update_id: one }) => one >= asked.offset);
    if (pending.length > 0 || asked.timeout === 0) {
      done(200, { ok: true, result: pending.slice(0, asked.limit) });
      return;
    }
    const timer = setTimeout(() => end(false), (asked.timeout * 1_000) / hurry);
    const end = (conflict: boolean): void => {
      clearTimeout(timer);
      if (waiting?.end === end) waiting = null;
      if (response.destroyed) return;
      if (conflict) refuse(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");
      else done(200, { ok: true, result: pending.slice(0, asked.limit) });
    };
    waiting = { end };
    // Whoever hung up must not be handed anything.
    response.on("close", () => {
      clearTimeout(timer);
      if (waiting?.end === end) waiting = null;
    });
  }

  /** Hands an update to the bot, as it is. */
  function post(update: Record<string, unknown>, updateId: number = (lastUpdate += 1)): number {
    pending.push({ update_id: updateId, ...update });
    waiting?.end(false);
    return updateId;
  }

  function message(person: Person, text: string, extra: Record<string, unknown> = {}): Record<string, unknown> {
    const { chat = { id: person.id, type: "private", first_name: person.first_name }, ...rest } = extra as { chat?: { id: number } & Record<string, unknown> };
    desk.chats.add(chat.id);
    lastMessage += 1;
    return { message_id: lastMessage, date: Math.floor(Date.now() / 1_000), from: { ...person, is_bot: false }, chat, text, ...rest };
  }

  function press(person: Person, sent: Sent, data: string, extra: Record<string, unknown> = {}): number {
    const query = String((lastQuery += 1));
    desk.queries.set(query, null);
    return post({ callback_query: { id: query, from: { ...person, is_bot: false }, chat_instance: "1", data, message: { message_id: sent.id, date: Math.floor(Date.now() / 1_000), chat: { id: sent.chat, type: "private" } }, ...extra } });
  }

  return {
    url, token, desk, calls,
    /** Everything that was posted to the server, as it came. */
    bodies,
    sent: desk.sent,
    post,
    message,
    press,
    /** A person writes to the bot. `extra` adds to the message, or replaces what is in it. */
    write: (person: Person, text: string, extra?: Record<string, unknown>): number => post({ message: message(person, text, extra) }),
    /** What a person's chat shows, oldest first. */
    chat: (person: Person): readonly Sent[] => desk.sent.filter(({ chat, deleted }) => chat === person.id && !deleted),
    fault: (fault: Fault): void => void faults.push({ fault, left: fault.times }),
    clearFaults: (): void => void faults.splice(0),
    /** Whether updates that were confirmed are delivered again and again. */
    redeliver: (on: boolean): void => void (keepConfirmed = on),
    /** Makes long polls end sooner than they ask for. */
    speedUp: (factor: number): void => void (hurry = factor),
    webhook: () => webhook,
    pending: () => pending.length,
    /** Delivers an update to the webhook, at `to` in place of its own host. */
    deliver: async (to: string, update: Record<string, unknown>, secret?: string): Promise<number> => {
      const path = webhook === null ? "/" : new URL(webhook.url).pathname;
      const answered = await fetch(`${to}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": secret ?? webhook?.secret ?? "" },
        body: JSON.stringify({ update_id: (lastUpdate += 1), ...update }),
      });
      return answered.status;
    },
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}
export type BotApi = Awaited<ReturnType<typeof startBotApi>>;

const describe = (code: number, retryAfter?: number): string =>
  code === 429 ? `Too Many Requests: retry after ${retryAfter ?? 5}` : code === 409 ? "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running" : code === 401 ? "Unauthorized" : `fault ${code}`;

function bodyOf(body: Buffer, type: string): unknown {
  if (body.length === 0) return {};
  if (type.startsWith("multipart/")) return partsOf(body, type);
  return JSON.parse(body.toString("utf8")) as unknown;
}

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Telegraf } from "telegraf";
import { BackOff, callOptions, failureOf, isOver, pause } from "./api.ts";
import type { TelegramPatience, TelegramSettings } from "./settings.ts";
import { ALLOWED_UPDATES } from "./update.ts";

/** No update is larger, bytes. */
const MOST_BODY = 1_000_000;

/**
 * Listens for updates at the address in the settings until the signal ends it, and tells Telegram of it. Whoever posts there has to
 * know a secret that is made anew at every start and that only Telegram is told.
 */
export async function listen(
  parts: {
    readonly bot: Telegraf;
    readonly webhook: NonNullable<TelegramSettings["webhook"]>;
    readonly patience: TelegramPatience;
    readonly warn: (what: string, error: unknown) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const { bot, webhook, patience, warn } = parts;
  const secretToken = randomBytes(32).toString("hex");
  const path = new URL(webhook.url).pathname;
  const take = bot.webhookCallback(path, { secretToken });
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      if (body === null) {
        response.writeHead(413).end();
        return;
      }
      // telegraf takes a text too, which its types do not know; what is in it is checked behind the gate's door.
      await take(Object.assign(request, { body: body as never }), response);
    })().catch((error: unknown) => {
      warn("a delivery was not dealt with", error);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  server.requestTimeout = patience.deadline;
  server.listen(webhook.port, webhook.host);
  try {
    await once(server, "listening", { signal });
    const backOff = new BackOff(patience.backOff);
    while (!signal.aborted) {
      try {
        await bot.telegram.callApi("setWebhook", { url: webhook.url, secret_token: secretToken, allowed_updates: ALLOWED_UPDATES }, callOptions(AbortSignal.any([signal, AbortSignal.timeout(patience.deadline)])));
        break;
      } catch (error) {
        if (isOver(signal)) break;
        warn("Telegram does not take the webhook", error);
        const failure = failureOf(error);
        await pause(Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next()), signal);
      }
    }
    if (!signal.aborted) await once(signal, "abort");
  } catch (error) {
    if (!signal.aborted) warn(`nothing can listen on ${webhook.host}:${webhook.port}`, error);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end, or to the server's time limit: whoever is cut off in the middle never hears why.
    if (size <= MOST_BODY) chunks.push(chunk);
  }
  return size > MOST_BODY ? null : Buffer.concat(chunks).toString("utf8");
}

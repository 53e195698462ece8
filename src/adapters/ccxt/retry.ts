import { setTimeout as sleep } from "node:timers/promises";
import type { Exchange } from "ccxt";
import { RunError, UserError } from "../../core/user-error.ts";
import { beforeDeadline } from "./before-deadline.ts";

/** How patient a call is. */
export interface Patience {
  readonly attempts: number;
  /** First wait in milliseconds; it doubles. */
  readonly firstWait: number;
  /** Our own deadline in milliseconds: ccxt's does not cover the body of an answer. */
  readonly deadline: number;
}

/** A minute of waiting, and up to half a minute for each of the six answers. */
export const PATIENT: Patience = { attempts: 6, firstWait: 2_000, deadline: 30_000 };
const LONGEST_WAIT = 120_000;

/**
 * Repeats a read until it works: back-off that doubles, or as long as Retry-After says. Only for calls that change
 * nothing at the venue. Throws a `RunError` when patience ends, a `UserError` for what waiting does not cure, and
 * at once when `signal` asks to stop.
 */
export async function readPatiently<Answer>(client: Exchange, what: string, call: () => Promise<Answer>, patience: Patience, signal?: AbortSignal): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    // Otherwise a call without an answer would be taken to ask for the wait of the call before.
    client.last_response_headers = undefined;
    try {
      return await beforeDeadline(call(), patience.deadline, () => noAnswer(patience.deadline), signal);
    } catch (error) {
      if (error instanceof UserError || error instanceof RunError) throw error;
      signal?.throwIfAborted();
      const cause = causeOf(error);
      if (LASTING.has(cause.name)) throw new UserError(`${what}: ${client.id} refuses: ${cause.text}`);
      const asked = retryAfter(client);
      // Knocking again before a ban has passed makes it longer.
      if (asked > LONGEST_WAIT) throw new RunError(`${what}: ${client.id} asks to wait ${Math.ceil(asked / 1_000)} s; try again then. It said: ${cause.text}`);
      if (attempt >= patience.attempts) throw new RunError(`${what}: ${client.id} did not answer ${attempt} times; the last time: ${cause.text}`);
      const wait = Math.min(LONGEST_WAIT, Math.max(patience.firstWait * 2 ** (attempt - 1), asked));
      await sleep(wait, undefined, signal ? { signal } : {});
    }
  }
}

/** Named as ccxt names its own, so that it counts as one that may pass. */
function noAnswer(deadline: number): Error {
  const error = new Error(`no answer within ${deadline / 1_000} s`);
  error.name = "RequestTimeout";
  return error;
}

/** ccxt's errors that mean "this request is wrong": all others may pass, a torn body (TypeError, SyntaxError) included. */
const LASTING = new Set([
  "AuthenticationError",
  "PermissionDenied",
  "AccountNotEnabled",
  "AccountSuspended",
  "ArgumentsRequired",
  "BadRequest",
  "BadSymbol",
  "NotSupported",
]);

function causeOf(error: unknown): { readonly name: string; readonly text: string } {
  if (!(error instanceof Error)) return { name: "", text: String(error) };
  const text = error.message.replaceAll(/\s+/g, " ");
  return { name: error.constructor.name === "Error" ? error.name : error.constructor.name, text: text.length > 200 ? `${text.slice(0, 197)}...` : text };
}

/** Milliseconds that the last answer asked to wait for: seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(client: Exchange): number {
  const headers: unknown = client.last_response_headers;
  if (typeof headers !== "object" || headers === null) return 0;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== "retry-after") continue;
    const text = String(value);
    const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
    return Number.isFinite(wait) ? Math.max(0, wait) : 0;
  }
  return 0;
}

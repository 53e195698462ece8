import { setTimeout as sleep } from "node:timers/promises";
import type { Telegraf } from "telegraf";
import { z } from "zod";

/** How a call of the Bot API failed, by what to do about it. */
export type Failure =
  /** Telegram, or the way to it: try again, and not before `wait` milliseconds have gone by where it says so. */
  | { readonly kind: "again"; readonly wait: number | null; readonly error: unknown }
  /** Another process asks for the same bot's updates. */
  | { readonly kind: "conflict"; readonly error: unknown }
  /** The token is not one, or not any more. */
  | { readonly kind: "denied"; readonly error: unknown }
  /** The person has blocked the bot, or the chat is gone. */
  | { readonly kind: "unreachable"; readonly error: unknown }
  /** Telegram does not take what was said: the same again would fail again. */
  | { readonly kind: "bad"; readonly error: unknown };

const telegramError = z.object({
  response: z.object({ error_code: z.int(), description: z.string().default(""), parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional() }),
});

/** What a failed call means. */
export function failureOf(error: unknown): Failure {
  const parsed = telegramError.safeParse(error);
  // No answer, or none of Telegram's: a network, a deadline, a proxy's page.
  if (!parsed.success) return { kind: "again", wait: null, error };
  const { error_code: code, description, parameters } = parsed.data.response;
  if (code === 429) return { kind: "again", wait: (parameters?.retry_after ?? 5) * 1_000, error };
  if (code === 409) return { kind: "conflict", error };
  if (code === 401 || code === 404) return { kind: "denied", error };
  if (code === 403 || /chat not found|user is deactivated|peer_id_invalid/i.test(description)) return { kind: "unreachable", error };
  if (code >= 400 && code < 500) return { kind: "bad", error };
  return { kind: "again", wait: null, error };
}

type CallOptions = NonNullable<Parameters<Telegraf["telegram"]["callApi"]>[2]>;

/** What a signal of Node's is to telegraf, which was typed for an older one. */
export const callOptions = (signal: AbortSignal): CallOptions => ({ signal: signal as unknown as NonNullable<CallOptions["signal"]> });

/** Waits, or returns at once when the signal says so. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Whether a signal has come, asked anew each time: it may while something is awaited. */
export const isOver = (signal: AbortSignal): boolean => signal.aborted;

/** Waits that double with every failure. */
export class BackOff {
  readonly #limits: { readonly first: number; readonly longest: number };
  #next: number;

  constructor(limits: { readonly first: number; readonly longest: number }) {
    this.#limits = limits;
    this.#next = limits.first;
  }

  /** The next wait, milliseconds; a random part keeps many bots apart. */
  next(): number {
    const wait = this.#next;
    this.#next = Math.min(this.#limits.longest, wait * 2);
    return wait * (0.75 + Math.random() / 2);
  }

  reset(): void {
    this.#next = this.#limits.first;
  }
}

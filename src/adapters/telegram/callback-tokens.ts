import { randomBytes } from "node:crypto";

/** What a button was shown to, and until when it works. */
export interface Binding<T> {
  readonly user: number;
  readonly chat: number;
  /** What is done when it is pressed: the action with its parameters. They never leave this process. */
  readonly action: T;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/** Why a press does nothing. */
export type Refusal = "unknown" | "expired" | "not yours";

interface Held<T> extends Binding<T> {
  readonly siblings: readonly string[];
}

/** More buttons than this are not kept: the oldest go. */
const MOST = 2_000;

/**
 * Callback data: random tokens that mean nothing outside this process, each good for one press by the person and in the
 * chat that it was made for. They are kept in memory alone, so a restart voids every button that was shown before it.
 */
export class CallbackTokens<T> {
  readonly #held = new Map<string, Held<T>>();

  /** Tokens for the buttons of one message, 22 bytes each: pressing one of them voids them all. */
  issue(bindings: readonly Binding<T>[]): readonly string[] {
    const tokens = bindings.map(() => randomBytes(16).toString("base64url"));
    bindings.forEach((binding, i) => this.#held.set(tokens[i] ?? "", { ...binding, siblings: tokens }));
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MOST) break;
      this.#held.delete(oldest);
    }
    return tokens;
  }

  /** What a token would do; null for one that is not in use. It stays in use. */
  peek(token: string): T | null {
    return this.#held.get(token)?.action ?? null;
  }

  /** Takes a token out of use and returns its action. A press by somebody else leaves it in use. */
  take(token: string, press: { readonly user: number; readonly chat: number; readonly now: number }): { readonly action: T } | { readonly refused: Refusal } {
    const held = this.#held.get(token);
    if (!held) return { refused: "unknown" };
    if (held.user !== press.user || held.chat !== press.chat) return { refused: "not yours" };
    for (const sibling of held.siblings) this.#held.delete(sibling);
    return press.now > held.expires ? { refused: "expired" } : { action: held.action };
  }
}

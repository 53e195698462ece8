import type { Hold } from "../../../core/bot.ts";

/** What the owner's switch means, in a few words. */
export const HOLD_WORDS: Readonly<Record<Hold, string>> = {
  run: "trading",
  pause: "paused, nothing new is sent",
  cancel: "canceled, no orders stand",
  flatten: "flattened, everything is sold",
};

/** Who did something, for the journal: "telegram 4711". */
export function byUser(user: { readonly id: number }): string {
  return `telegram ${user.id}`;
}

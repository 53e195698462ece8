import { z } from "zod";

/** What can be done to WebSockets; `refuse` turns new ones away until `resume`. */
export const wsActionSchema = z.strictObject({
  action: z.enum(["stall", "drop", "resume", "refuse", "expire-session", "duplicate-next", "swap-next", "lose-next"]),
  /** Which sockets; without it all of them, and the account's own for single events. */
  channel: z.enum(["market", "user"]).optional(),
  /** Which events, by Binance's name; without it executionReport of the account's stream, or any of the market's. */
  event: z.string().max(50).optional(),
  /** How many of the next events. */
  count: z.int().min(1).default(1),
});

/** An action with everything filled in. */
export type WsAction = z.output<typeof wsActionSchema>;

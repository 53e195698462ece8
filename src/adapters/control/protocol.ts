import { z } from "zod";

/** What can be asked of a running bot. */
export const COMMANDS = ["status", "pause", "resume", "cancel", "flatten", "stop"] as const;
export type ControlCommand = (typeof COMMANDS)[number];

/** One line of JSON asks. */
export const requestSchema = z.strictObject({ command: z.enum(COMMANDS), by: z.string().max(100) });
export type ControlRequest = z.infer<typeof requestSchema>;

/** One line of JSON answers. */
export const replySchema = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(true), result: z.record(z.string(), z.unknown()) }),
  z.strictObject({ ok: z.literal(false), error: z.string() }),
]);
export type ControlReply = z.infer<typeof replySchema>;

/** No request is longer, characters. */
export const MOST_REQUEST = 10_000;

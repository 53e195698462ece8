import { z } from "zod";

/** What can be asked of a running bot by commands of their own. */
export const COMMANDS = ["status", "pause", "resume", "cancel", "flatten", "stop"] as const;
export type ControlCommand = (typeof COMMANDS)[number];

const by = z.string().max(100);
const key = z.string().min(1).max(64);

/** What can be asked of a running bot about the keys that it trades with: by their ids, never with their secrets. Times in milliseconds. */
export const keyRequestSchema = z.discriminatedUnion("command", [
  z.strictObject({ command: z.literal("key"), by }),
  z.strictObject({ command: z.literal("rotate-key"), by, from: key, to: key, monitorMs: z.number().int().min(0).max(30 * 86_400_000), sameAccount: z.boolean() }),
  z.strictObject({ command: z.literal("roll-back-key"), by, from: key, to: key }),
  z.strictObject({ command: z.literal("disable-key"), by, keys: z.array(key).max(1_000) }),
]);
export type KeyRequest = z.infer<typeof keyRequestSchema>;

/** One line of JSON asks. */
export const requestSchema = z.union([z.strictObject({ command: z.enum(COMMANDS), by }), keyRequestSchema]);
export type ControlRequest = z.infer<typeof requestSchema>;

/** One line of JSON answers. */
export const replySchema = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(true), result: z.record(z.string(), z.unknown()) }),
  z.strictObject({ ok: z.literal(false), error: z.string() }),
]);
export type ControlReply = z.infer<typeof replySchema>;

/** No request is longer, characters. */
export const MOST_REQUEST = 10_000;

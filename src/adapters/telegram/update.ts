import { z } from "zod";

const user = z.looseObject({ id: z.int(), is_bot: z.boolean(), first_name: z.string().default(""), username: z.string().optional() });
const chat = z.looseObject({ id: z.int(), type: z.string() });
const present = z.unknown().optional();

const message = z.looseObject({
  message_id: z.int(),
  /** Seconds since the epoch. */
  date: z.int(),
  chat,
  from: user.optional(),
  text: z.string().optional(),
  edit_date: present,
  via_bot: present,
  sender_chat: present,
  is_automatic_forward: present,
  forward_origin: present,
  forward_date: present,
  forward_from: present,
  forward_from_chat: present,
  forward_sender_name: present,
});

/** What Telegram delivers, as far as it can matter here; every other kind of update does nothing. */
export const updateSchema = z.looseObject({
  update_id: z.int(),
  message: message.optional(),
  callback_query: z.looseObject({ id: z.string(), from: user, message: message.partial({ date: true }).optional(), inline_message_id: present, data: z.string().optional() }).optional(),
});
export type Update = z.infer<typeof updateSchema>;
export type Message = NonNullable<Update["message"]>;

/** Kinds of update that are asked for at all. */
export const ALLOWED_UPDATES = ["message", "callback_query"] as const;

const FORWARDED = ["forward_origin", "forward_date", "forward_from", "forward_from_chat", "forward_sender_name", "is_automatic_forward"] as const;

/** Why a message is not its sender's own word, typed here and now; null when it is. */
export function notFirstHand(one: Message): string | null {
  if (one.chat.type !== "private") return "not a private chat";
  if (!one.from || one.from.is_bot) return "not from a person";
  if (one.from.id !== one.chat.id) return "not in the sender's own chat";
  if (one.sender_chat !== undefined) return "sent in the name of a chat";
  if (FORWARDED.some((key) => one[key] !== undefined)) return "forwarded";
  if (one.via_bot !== undefined) return "sent via a bot";
  if (one.edit_date !== undefined) return "edited";
  return null;
}

/** "/status now" as command and argument; null when a text is no command, or one for another bot. */
export function commandOf(text: string, botName: string): { readonly name: string; readonly argument: string } | null {
  const match = /^\/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+([\s\S]*))?$/i.exec(text.trim());
  const [, name, addressed, argument] = match ?? [];
  if (name === undefined || (addressed !== undefined && addressed.toLowerCase() !== botName.toLowerCase())) return null;
  return { name: name.toLowerCase(), argument: (argument ?? "").trim() };
}

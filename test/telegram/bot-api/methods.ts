import { z } from "zod";
import { parseHtml } from "./html.ts";

/** A message that the bot has sent, as its chat shows it now. */
export interface Sent {
  readonly chat: number;
  readonly id: number;
  readonly method: string;
  /** After entities; the caption of a file. */
  text: string;
  html: string;
  buttons: readonly (readonly { readonly text: string; readonly data: string }[])[];
  edits: number;
  deleted: boolean;
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null;
}

/** What the server holds. */
export interface Desk {
  readonly sent: Sent[];
  /** Chats that somebody has begun; the bot can write to no other. */
  readonly chats: Set<number>;
  readonly blocked: Set<number>;
  readonly menus: Map<number, readonly { readonly command: string; readonly description: string }[]>;
  readonly queries: Map<string, string | null>;
  readonly nextId: () => number;
}

/** A refusal as Telegram words it. */
export class Refused extends Error {
  readonly code: number;
  constructor(code: number, description: string) {
    super(description);
    this.code = code;
  }
}
const bad = (description: string): never => {
  throw new Refused(400, `Bad Request: ${description}`);
};

const id = z.coerce.number().int();
const fromJson = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (typeof value === "string" ? JSON.parse(value) : value) as unknown, schema);
const keyboard = fromJson(z.object({ inline_keyboard: z.array(z.array(z.object({ text: z.string().min(1), callback_data: z.string() }))) }).optional());
const common = { chat_id: id, parse_mode: z.literal("HTML").optional(), reply_markup: keyboard };
const file = z.instanceof(File);

const MOST_TEXT = 4_096;
const MOST_CAPTION = 1_024;

function textOf(raw: string, mode: "HTML" | undefined, most: number, what: "message" | "caption"): string {
  const parsed = mode === "HTML" ? parseHtml(raw) : { text: raw };
  const text = "problem" in parsed ? bad(parsed.problem) : parsed.text.trim();
  if (text.length === 0 && what === "message") bad("message text is empty");
  if (text.length > most) bad(`${what} is too long`);
  return text;
}

function buttonsOf(markup: z.infer<typeof keyboard>): Sent["buttons"] {
  for (const { callback_data: data } of markup?.inline_keyboard.flat() ?? []) {
    const size = Buffer.byteLength(data);
    if (size < 1 || size > 64) bad("BUTTON_DATA_INVALID");
  }
  return (markup?.inline_keyboard ?? []).map((row) => row.map(({ text, callback_data: data }) => ({ text, data })));
}

function reach(desk: Desk, chat: number): void {
  if (!desk.chats.has(chat)) bad("chat not found");
  if (desk.blocked.has(chat)) throw new Refused(403, "Forbidden: bot was blocked by the user");
}

const shape = (sent: Sent): object => ({ message_id: sent.id, date: Math.floor(Date.now() / 1_000), chat: { id: sent.chat, type: "private" }, text: sent.text });

function add(desk: Desk, method: string, asked: z.infer<z.ZodObject<typeof common>>, raw: string, most: number, attached: File | null, bytes: Uint8Array): object {
  reach(desk, asked.chat_id);
  const text = textOf(raw, asked.parse_mode, most, attached ? "caption" : "message");
  const sent: Sent = {
    chat: asked.chat_id, id: desk.nextId(), method, text, html: raw, buttons: buttonsOf(asked.reply_markup), edits: 0, deleted: false,
    file: attached ? { name: attached.name, bytes } : null,
  };
  desk.sent.push(sent);
  return shape(sent);
}

function find(desk: Desk, chat: number, message: number): Sent {
  return desk.sent.find((one) => one.chat === chat && one.id === message && !one.deleted) ?? bad("message to edit not found");
}

type Method = (desk: Desk, asked: unknown) => object | boolean | Promise<object | boolean>;

const edited = z.object({ ...common, message_id: id });

/** The methods of the Bot API that say something, with what Telegram checks of each. */
export const METHODS: Readonly<Record<string, Method>> = {
  sendMessage: (desk, asked) => {
    const parsed = z.object({ ...common, text: z.string() }).parse(asked);
    return add(desk, "sendMessage", parsed, parsed.text, MOST_TEXT, null, new Uint8Array());
  },
  sendPhoto: async (desk, asked) => {
    const parsed = z.object({ ...common, photo: file, caption: z.string().default("") }).parse(asked);
    const bytes = await parsed.photo.bytes();
    if (!Buffer.from(bytes.subarray(0, 8)).equals(Buffer.from("89504e470d0a1a0a", "hex"))) bad("IMAGE_PROCESS_FAILED");
    return add(desk, "sendPhoto", parsed, parsed.caption, MOST_CAPTION, parsed.photo, bytes);
  },
  sendDocument: async (desk, asked) => {
    const parsed = z.object({ ...common, document: file, caption: z.string().default("") }).parse(asked);
    const bytes = await parsed.document.bytes();
    if (bytes.length === 0) bad("file must be non-empty");
    return add(desk, "sendDocument", parsed, parsed.caption, MOST_CAPTION, parsed.document, bytes);
  },
  editMessageText: (desk, asked) => {
    const parsed = edited.extend({ text: z.string() }).parse(asked);
    reach(desk, parsed.chat_id);
    const sent = find(desk, parsed.chat_id, parsed.message_id);
    if (sent.file) bad("there is no text in the message to edit");
    const text = textOf(parsed.text, parsed.parse_mode, MOST_TEXT, "message");
    const buttons = buttonsOf(parsed.reply_markup);
    if (text === sent.text && JSON.stringify(buttons) === JSON.stringify(sent.buttons)) bad("message is not modified");
    Object.assign(sent, { text, html: parsed.text, buttons, edits: sent.edits + 1 });
    return shape(sent);
  },
  editMessageReplyMarkup: (desk, asked) => {
    const parsed = edited.parse(asked);
    const sent = find(desk, parsed.chat_id, parsed.message_id);
    sent.buttons = buttonsOf(parsed.reply_markup);
    sent.edits += 1;
    return shape(sent);
  },
  deleteMessage: (desk, asked) => {
    const parsed = z.object({ chat_id: id, message_id: id }).parse(asked);
    find(desk, parsed.chat_id, parsed.message_id).deleted = true;
    return true;
  },
  answerCallbackQuery: (desk, asked) => {
    const parsed = z.object({ callback_query_id: z.string(), text: z.string().max(200).optional(), show_alert: z.boolean().optional() }).parse(asked);
    if (!desk.queries.has(parsed.callback_query_id)) bad("query is too old and response timeout expired or query ID is invalid");
    desk.queries.set(parsed.callback_query_id, parsed.text ?? "");
    return true;
  },
  setMyCommands: (desk, asked) => {
    const command = z.object({ command: z.string().regex(/^[a-z0-9_]{1,32}$/), description: z.string().min(1).max(256) });
    const parsed = z.object({ commands: fromJson(z.array(command).max(100)), scope: fromJson(z.object({ type: z.literal("chat"), chat_id: id })) }).parse(asked);
    if (!desk.chats.has(parsed.scope.chat_id)) bad("chat not found");
    desk.menus.set(parsed.scope.chat_id, parsed.commands);
    return true;
  },
};

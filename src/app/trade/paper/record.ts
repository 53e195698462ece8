import { closeSync, existsSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../../core/user-error.ts";

const time = z.number().int();
const level = z.strictObject({ strategy: z.string(), below: z.number().exactOptional(), above: z.number().exactOptional() });
const candle = z.strictObject({ time, open: z.number(), high: z.number(), low: z.number(), close: z.number(), volume: z.number() });
const submit = z.strictObject({
  clientOrderId: z.string(), symbol: z.string(), side: z.enum(["buy", "sell"]), type: z.enum(["limit", "market"]),
  price: z.string().exactOptional(), quantity: z.string(), postOnly: z.boolean(),
});

/** What changes the pretended exchange; it is a function of its plan and of these, in order. Times are epoch milliseconds. */
export const paperChange = z.discriminatedUnion("do", [
  /** `arrival`: the number of the first candle that the order may fill in; `seen`: of the last that was over; `reserved`: quote units. */
  z.strictObject({ do: z.literal("submit"), submit, arrival: z.number().int(), seen: z.number().int(), reserved: z.number().int(), time }),
  z.strictObject({ do: z.literal("cancel"), symbol: z.string(), clientOrderId: z.string(), time }),
  z.strictObject({ do: z.literal("watch"), symbol: z.string(), level }),
  /** A candle is walked to its first event; `seen` is the number of the candle before. Candles in which nothing can happen are not kept. */
  z.strictObject({ do: z.literal("walk"), symbol: z.string(), seen: z.number().int(), candle }),
  /** The event has been answered: on to the next. */
  z.strictObject({ do: z.literal("go"), symbol: z.string() }),
]);
export type PaperChange = z.infer<typeof paperChange>;

const head = z.strictObject({ paper: z.literal(1), plan: z.string() });

/**
 * The changes of a pretended exchange, appended to a file of its own before they are made. Not in the journal: that is
 * the bot's memory, and a venue whose state lies in the memory of the bot that trades on it could hide none of the
 * bot's mistakes. So recovery has two sides to compare here too, as with a real exchange.
 */
export class PaperRecord {
  readonly #file: number;
  #length: number;
  #closed = false;
  readonly changes: readonly PaperChange[];

  /** `plan` is a text that stands for markets, fees and fill model; a record of another plan is refused. */
  constructor(path: string, plan: string) {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    // A line that was being written when the process died was never carried out.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const [first, ...lines] = whole.split("\n").slice(0, -1);
    if (first !== undefined) checkHead(first, path, plan);
    this.changes = lines.map((line, i) => {
      const change = paperChange.safeParse(parsed(line));
      if (!change.success) throw new UserError(`${path}:${i + 2}: this is no change of a paper exchange. The record is damaged; begin another with --state.`);
      return change.data;
    });
    this.#file = openSync(path, text === "" ? "w+" : "r+", 0o600);
    this.#length = Buffer.byteLength(whole);
    ftruncateSync(this.#file, this.#length);
    if (first === undefined) this.#write({ paper: 1, plan });
  }

  /** Appends a change; a durable one is on the disk before it is made, as the bot's own journal is. */
  append(change: PaperChange): void {
    this.#write(change);
    if (change.do !== "go" && change.do !== "watch") fdatasyncSync(this.#file);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }

  #write(value: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done, this.#length + done);
    this.#length += bytes.length;
  }
}

function checkHead(line: string, path: string, plan: string): void {
  const found = head.safeParse(parsed(line));
  if (!found.success) throw new UserError(`${path}:1: this is no record of a paper exchange. Move it away, or give another folder with --state.`);
  if (found.data.plan !== plan) throw new UserError(`${path}: this paper account was begun with other markets, fees or balances. Give the same ones, or another folder with --state.`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

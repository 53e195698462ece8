import type { z } from "zod";
import { redact } from "../../../core/redact.ts";
import type { Answer, VenueFailure } from "../../../ports/venue.ts";
import { Deadline } from "./deadline.ts";
import { type Diagnosis, diagnose } from "./failure.ts";
import type { Quirks } from "./quirks.ts";
import type { Shape } from "./shape.ts";
import { onWire, type Wire } from "./wire.ts";

/** What a call does at the venue: only a `read` may be repeated, and a `measure` of the clock is one. */
export type Effect = "read" | "measure" | "submit" | "cancel";

/** One call: what it sends, and the form that its value must have. `form` is asked of the raw answer. */
export interface Call<Value> {
  readonly effect: Effect;
  readonly shape: Shape<Value>;
  readonly form?: z.ZodType;
  readonly run: (wire: Wire) => Promise<unknown>;
}

type Outcome<Value> = { readonly ok: true; readonly value: Value } | ({ readonly ok: false } & Diagnosis);

/** Milliseconds that a read may wait before it is sent. */
const LONGEST_QUEUE = 60_000;

/** Makes all calls of a venue: deadline, form of the answer, failure by the table, one more try for reads. */
export class Caller {
  readonly #quirks: Quirks;
  readonly #deadlineMs: number;
  readonly #measureClock: () => Promise<unknown>;
  /** The failure that stops all requests while its time lasts. */
  #limit: (VenueFailure & { readonly kind: "limited" }) | null = null;

  constructor(quirks: Quirks, deadlineMs: number, measureClock: () => Promise<unknown>) {
    this.#quirks = quirks;
    this.#deadlineMs = deadlineMs;
    this.#measureClock = measureClock;
  }

  /** Makes one call. Never throws for what happens on the wire. */
  async call<Value>(call: Call<Value>): Promise<Answer<Value>> {
    const first = await this.#once(call);
    if (first.ok) return first;
    if (first.again === "clock" && call.effect !== "measure") await this.#measureClock();
    if (first.again === "no" || call.effect === "submit" || call.effect === "cancel") return { ok: false, failure: first.failure };
    const second = await this.#once(call);
    return second.ok ? second : { ok: false, failure: second.failure };
  }

  async #once<Value>(call: Call<Value>): Promise<Outcome<Value>> {
    // Knocking again before a limit has passed makes it longer, or a ban of it.
    if (this.#limit && Date.now() < this.#limit.until) return { ok: false, failure: this.#limit, again: "no", blocksAll: true };
    this.#limit = null;
    const deadline = new Deadline(this.#deadlineMs);
    const waits = call.effect === "read" || call.effect === "measure";
    const wire: Wire = { abort: deadline.signal, sentAt: 0, answeredAt: 0, answer: null, onSend: () => waits && deadline.restart() };
    // A read may wait its turn in ccxt's rate limiter; an order that has to wait is stale.
    if (waits) deadline.restart(LONGEST_QUEUE);
    try {
      return this.#checked(call, await deadline.race(onWire(wire, () => call.run(wire))), wire);
    } catch (error) {
      const diagnosis = diagnose(error, wire, this.#quirks, Date.now());
      if (diagnosis.blocksAll && diagnosis.failure.kind === "limited") this.#limit = diagnosis.failure;
      return { ok: false, ...diagnosis };
    } finally {
      deadline.end();
    }
  }

  #checked<Value>(call: Call<Value>, value: unknown, wire: Wire): Outcome<Value> {
    const form = call.form?.safeParse(wire.answer?.json);
    const parsed = call.shape.safeParse(value);
    if (parsed.success && form?.success !== false) return { ok: true, value: parsed.data };
    const issue = (form?.error ?? (parsed.success ? undefined : parsed.error))?.issues[0];
    const message = redact(`the answer has not the expected form: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
    return { ok: false, failure: { kind: "unknown", message }, again: "no", blocksAll: false };
  }
}

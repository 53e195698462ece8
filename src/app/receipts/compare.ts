import type { Receipt, ReceiptBody } from "../../core/receipts/receipt.ts";
import type { Journal } from "../../ports/journal.ts";
import { unsignedReceipts } from "./chain.ts";
import type { Unsigned } from "./fold.ts";

/** Where a receipt and the journal differ. */
export interface Difference {
  readonly number: number;
  /** What differs and how, in words; the first fields of it. */
  readonly problem: string;
}

const MOST_FIELDS = 4;

/**
 * Compares receipts in the order of their numbers with those that a journal gives. Both are gone through once, side by
 * side; the difference of each that differs, and null for those that do not.
 */
export class JournalComparison {
  readonly #made: Iterator<Unsigned>;
  #current: Unsigned | null = null;
  #isOver = false;

  constructor(journal: Pick<Journal, "entries">) {
    this.#made = unsignedReceipts(journal)[Symbol.iterator]();
  }

  /** What differs between a receipt and the journal's own of that number; null when nothing does. */
  compare({ body, hash }: Receipt): Difference | null {
    const { number } = body;
    while (!this.#isOver && (this.#current?.body.number ?? 0) < number) this.#next();
    const own = this.#current;
    if (own === null || this.#isOver || own.body.number < number) return { number, problem: `the journal gives ${own?.body.number ?? 0} receipts and no number ${number}` };
    // One that is out of order was told of as that.
    if (own.body.number > number) return null;
    if (own.hash === hash) return null;
    const fields = [...differences(own.body, body)];
    return { number, problem: fields.length === 0 ? "its hash is another" : fields.slice(0, MOST_FIELDS).join("; ") + (fields.length > MOST_FIELDS ? `; and ${fields.length - MOST_FIELDS} more` : "") };
  }

  /** How many receipts the journal gives beyond a number. */
  beyond(number: number): number {
    while (!this.#isOver) this.#next();
    return Math.max(0, (this.#current?.body.number ?? 0) - number);
  }

  #next(): void {
    const next = this.#made.next();
    if (next.done === true) this.#isOver = true;
    else this.#current = next.value;
  }
}

/** The fields in which what a receipt says differs from what the journal gives. */
function* differences(journal: ReceiptBody, receipt: ReceiptBody): Generator<string> {
  const [one, other] = [leaves(journal), leaves(receipt)];
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [left, right] = [one.get(name), other.get(name)];
    if (left !== right) yield `${name} is ${short(right)} in the receipt, ${short(left)} in the journal`;
  }
}

const short = (text: string | undefined): string => (text === undefined ? "absent" : text.length > 60 ? `${text.slice(0, 57)}...` : text);

function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null) return found.set(path, JSON.stringify(value));
  for (const [name, inner] of Object.entries(value)) leaves(inner, path === "" ? name : `${path}.${name}`, found);
  return found;
}

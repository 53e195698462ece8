import { type Head, type Receipt, type ReceiptSigner, signedText } from "../../core/receipts/receipt.ts";
import type { Journal } from "../../ports/journal.ts";
import { ReceiptFold, type Unsigned } from "./fold.ts";

/** A receipt with its signature. */
export function signReceipt({ body, hash }: Unsigned, signer: ReceiptSigner): Receipt {
  return { body, hash, signer: signer.publicKey, signature: signer.sign(signedText(hash)) };
}

/** Every receipt of a journal, oldest first, not yet signed; made as they are asked for, none is kept. */
export function* unsignedReceipts(journal: Pick<Journal, "entries">, fold = new ReceiptFold()): Generator<Unsigned> {
  for (const entry of journal.entries(fold.sequence + 1)) {
    const made = fold.take(entry);
    if (made) yield made;
  }
}

/** How far the chain of a journal goes. Its hash is empty while nothing is begun. */
export function headOf(journal: Pick<Journal, "entries">): Head {
  const fold = new ReceiptFold();
  for (const entry of journal.entries(1)) fold.take(entry);
  return fold.head;
}

/** Entries that are taken in before others get their turn: a few milliseconds of work. */
const SLICE = 50;

/** The receipt of a number, not yet signed; null when the journal gives no such one. Others have their turn while a long journal is read. */
export async function receiptAt(journal: Pick<Journal, "entries">, number: number, rest: () => Promise<unknown>): Promise<Unsigned | null> {
  const fold = new ReceiptFold();
  for (const entry of journal.entries(1)) {
    const made = fold.take(entry);
    if (made?.body.number === number) return made;
    if (entry.sequence % SLICE === 0) await rest();
  }
  return null;
}

/**
 * The chain of a running bot: reads on in the journal when it is asked, in slices, so that trading is never kept
 * waiting, not even by the first look at a journal of years.
 */
export class HeadWatch {
  readonly #journal: Pick<Journal, "entries">;
  readonly #fold = new ReceiptFold();
  readonly #rest: () => Promise<unknown>;
  #known: Head | null = null;
  #reading: Promise<Head> | null = null;

  /** `rest` lets others have their turn between slices. */
  constructor(journal: Pick<Journal, "entries">, rest: () => Promise<unknown>) {
    this.#journal = journal;
    this.#rest = rest;
  }

  /** How far the chain went when it was last read to the journal's end; null before the first time. */
  get known(): Head | null {
    return this.#known;
  }

  /** Reads on to the journal's end and gives the head there; when it is told to end before, that of where it was. */
  read(signal?: AbortSignal): Promise<Head> {
    this.#reading ??= this.#readOn(signal).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOn(signal: AbortSignal | undefined): Promise<Head> {
    let left = SLICE;
    // The journal hands out whole pages: nothing in it stays open while others have their turn.
    for (const entry of this.#journal.entries(this.#fold.sequence + 1)) {
      if (signal?.aborted === true) return this.#fold.head;
      this.#fold.take(entry);
      left -= 1;
      if (left > 0) continue;
      left = SLICE;
      await this.#rest();
    }
    this.#known = this.#fold.head;
    return this.#known;
  }
}

import { setImmediate as turn } from "node:timers/promises";
import { HeadWatch, receiptAt, signReceipt } from "../../app/receipts/chain.ts";
import { announcedText, type Head, type Receipt, type ReceiptSigner } from "../../core/receipts/receipt.ts";
import { DAY } from "../../core/timeframe.ts";
import type { Journal } from "../../ports/journal.ts";
import type { Line } from "./lines.ts";

/** The chain of receipts within a run. */
export interface ReceiptsRun {
  /** How far it goes, as of the last look; null before the first. */
  readonly known: () => Head | null;
  /** The receipt of a number, signed; null when there is none. */
  readonly signed: (number: number) => Promise<Receipt | null>;
  /** Looks no more. */
  readonly close: () => Promise<void>;
}

/** How often the journal is read on, ms: a little at a time. */
const EVERY = 30_000;

/** What the chain is read from, and where it is announced. */
export interface ReceiptsRunParts {
  readonly journal: Pick<Journal, "entries">;
  /** The venue's time, epoch milliseconds. */
  readonly now: () => number;
  readonly line: (line: Line) => void;
  /** Opens the key that signs, when something is signed. */
  readonly signer: () => ReceiptSigner;
  /** Milliseconds between two looks; half a minute unless it is told otherwise. */
  readonly every?: number;
}

/**
 * Follows the journal of a run and announces the head of its receipts: after the start, and with every new day (UTC, of
 * the venue's clock). Whoever kept an announced head can show with it that nothing before it was edited.
 */
export function receiptsRun({ journal, now, line, signer, every = EVERY }: ReceiptsRunParts): ReceiptsRun {
  const watch = new HeadWatch(journal, () => turn());
  const ended = new AbortController();
  let told: number | null = null;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const head = await watch.read(ended.signal);
    const day = Math.floor(now() / DAY);
    if (ended.signal.aborted || told === day) return;
    told = day;
    line({ time: now(), level: "info", kind: "receipts", text: `head of the chain ${announcedText(head)}`, data: { ...head } });
  };
  const lookAgain = (): void => {
    looking = look().catch((error: unknown) => {
      // Receipts can be made from the journal at any time: what is wrong with it is no reason to stop trading.
      clearInterval(timer);
      line({ time: now(), level: "warn", kind: "receipts", text: `The chain of receipts cannot be followed: ${error instanceof Error ? error.message : "unknown error"}`, data: {} });
    });
  };
  const timer = setInterval(lookAgain, every);
  timer.unref();
  lookAgain();
  return {
    known: () => watch.known,
    signed: async (number) => {
      const made = await receiptAt(journal, number, () => turn());
      return made && signReceipt(made, signer());
    },
    close: () => {
      clearInterval(timer);
      ended.abort();
      return looking;
    },
  };
}

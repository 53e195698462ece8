import type { Head, Receipt } from "../../core/receipts/receipt.ts";
import type { ReceiptCheck } from "./verify-one.ts";

/** A receipt, or the line at which something is wrong, and what. */
export interface Finding {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** What a file of receipts came to. */
export interface Verdict {
  /** Receipts read. */
  readonly count: number;
  readonly first: number | null;
  readonly last: Head | null;
  /** The announced head's receipt, when one was asked for and is there. */
  readonly announced: number | null;
  /** In the order of the lines, the first MOST_FINDINGS of them. */
  readonly findings: readonly Finding[];
  readonly problems: number;
}

/** An announced head: the hash, or the first 32 digits of it or more, and its count when that was announced with it. */
export interface WantedHead {
  readonly count: number | null;
  readonly hash: string;
}

/** Problems that are told of; a file of something else has one in every line. */
const MOST_FINDINGS = 20;

/** An announced head as it is written, "HASH" or "COUNT/HASH"; null when it is none. */
export function wantedHead(text: string): WantedHead | null {
  const match = /^(?:(\d{1,12})\/)?([0-9a-f]{32,64})$/.exec(text.trim().toLowerCase());
  return match ? { count: match[1] === undefined ? null : Number(match[1]), hash: match[2] ?? "" } : null;
}

/**
 * Checks one receipt, or a chain of them from the first on, a line each: every one by itself, and that each follows on the
 * one before. Reads line by line; a missing one is told from one that stands further down.
 */
export async function verifyChain(lines: AsyncIterable<string> | Iterable<string>, check: ReceiptCheck, wanted: WantedHead | null, seen: (receipt: Receipt, line: number) => void = () => undefined): Promise<Verdict> {
  const findings: Finding[] = [];
  let problems = 0;
  const found = (at: number, problem: string): void => {
    problems += 1;
    if (findings.length < MOST_FINDINGS) findings.push({ line: at, problem });
  };
  const gaps: Gap[] = [];
  let [line, count] = [0, 0];
  let first: number | null = null;
  let before: Before = { number: 0, receipt: null };
  let announced: number | null = null;
  for await (const text of lines) {
    line += 1;
    if (text === "") {
      found(line, "it is empty");
      continue;
    }
    count += 1;
    const receipt = check.line(text);
    if (typeof receipt === "string") {
      found(line, receipt);
      // It cannot be said which one it was; it is taken for the one that belongs here.
      before = { number: before.number + 1, receipt: null };
      continue;
    }
    seen(receipt, line);
    const { number } = receipt.body;
    first ??= number;
    announced ??= isAnnounced(receipt, wanted);
    const late = gaps.find(({ from, to }) => number >= from && number <= to);
    if (late) {
      late.moved.push({ number, line });
      continue;
    }
    if (number > before.number + 1) gaps.push({ from: before.number + 1, to: number - 1, line, moved: [] });
    else {
      const problem = linkProblem(before, receipt);
      if (problem !== null) found(line, problem);
    }
    if (number > before.number) before = { number, receipt };
  }
  // One receipt alone is as good as a chain.
  if (count > 1) for (const gap of gaps) for (const [at, text] of told(gap)) found(at, text);
  if (count === 0) found(Math.max(1, line), "there is no receipt in it");
  const last = before.receipt ? { count: before.number, hash: before.receipt.hash } : null;
  return { count, first, last, announced, problems, findings: findings.sort((one, other) => one.line - other.line) };
}

/** The number of the receipt whose hash was announced, when it is this one or the one before it. */
function isAnnounced({ body, hash }: Receipt, wanted: WantedHead | null): number | null {
  if (wanted === null) return null;
  const fits = (number: number, own: string): boolean => own.startsWith(wanted.hash) && (wanted.count === null || wanted.count === number);
  if (fits(body.number - 1, body.previous)) return body.number - 1;
  return fits(body.number, hash) ? body.number : null;
}

/** The receipt with the highest number so far; null for one that could not be read. */
interface Before {
  readonly number: number;
  readonly receipt: Receipt | null;
}

/** Numbers that were not where they should have been; those that were found further down are `moved`. */
interface Gap {
  readonly from: number;
  readonly to: number;
  /** The line before which they are missing. */
  readonly line: number;
  readonly moved: { readonly number: number; readonly line: number }[];
}

/** What is wrong with a receipt under another one, but for a gap; null when nothing is. */
function linkProblem({ number, receipt }: Before, { body, hash }: Receipt): string | null {
  if (receipt !== null && body.journal.begin !== receipt.body.journal.begin) return `receipt ${body.number} is of another journal than receipt ${number} above it`;
  if (body.number > number) return receipt === null || body.previous === receipt.hash ? null : `receipt ${body.number} does not follow on receipt ${number}: it names another one as the one before it`;
  if (body.number < number) return `receipt ${body.number} stands after receipt ${number}: it is out of order, or there twice`;
  if (receipt === null) return null;
  return hash === receipt.hash ? `receipt ${number} stands there twice` : `there are two receipts with the number ${number}`;
}

/** What is said of a gap: what is missing, and what stands elsewhere. */
function* told({ from, to, line, moved }: Gap): Generator<readonly [number, string]> {
  for (const one of moved) yield [one.line, `receipt ${one.number} is out of order: it belongs before line ${line}`];
  const there = new Set(moved.map(({ number }) => number));
  let start: number | null = null;
  for (let number = from; number <= to + 1; number++) {
    const missing = number <= to && !there.has(number);
    if (missing) start ??= number;
    else if (start !== null) {
      yield [line, start === number - 1 ? `receipt ${start} is missing before it` : `receipts ${start} to ${number - 1} are missing before it`];
      start = null;
    }
  }
}

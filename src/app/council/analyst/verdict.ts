import { ANALYST, verdictId } from "../../../core/analyst.ts";
import type { OutsideItem } from "../../../core/outside.ts";
import { groundedIn, isGiven, numbersIn, plainSentence } from "../plain-sentence.ts";
import { LONGEST_REASON, MOST_REASONS, type VerdictAnswer } from "./prompt.ts";

/** A verdict that has been checked against what was asked. */
export interface Verdict {
  /** -1..1. */
  readonly lean: number;
  /** 0..1. */
  readonly allow: number;
  readonly for: readonly string[];
  readonly against: readonly string[];
  /** Sentences and numbers that were left out, because they were not given or lead somewhere. */
  readonly invented: number;
}

/** The numbers of a prompt, by which an answer is checked. */
export function givenIn(input: string): readonly number[] {
  return numbersIn(input);
}

/** What of an answer is used: its two numbers within their bounds, and sentences that stand on numbers that were given. */
export function verdictOf(answer: VerdictAnswer, given: readonly number[]): Verdict {
  const pro = reasonsOf(answer.for, given);
  const contra = reasonsOf(answer.against, given);
  const claimed = answer.numbersUsed.filter((one) => !isGiven(plainNumber(one), given)).length;
  return {
    lean: within(answer.lean, -1, 1, 0),
    allow: within(answer.allow, 0, 1, 1),
    for: pro.texts,
    against: contra.texts,
    invented: pro.dropped + contra.dropped + claimed,
  };
}

/** A number without an exponent, so that it is compared as it would be written. */
function plainNumber(value: number): string {
  return Math.abs(value) < 1e15 ? Math.abs(value).toFixed(6).replace(/\.?0+$/, "") : String(Math.abs(value));
}

/** Sentences that may be shown and kept. */
export function reasonsOf(raw: readonly string[], given: readonly number[]): { readonly texts: readonly string[]; readonly dropped: number } {
  let dropped = 0;
  const texts: string[] = [];
  for (const one of raw.slice(0, MOST_REASONS)) {
    const grounded = groundedIn(plainSentence(one, 4 * LONGEST_REASON), given);
    dropped += grounded.dropped;
    if (grounded.text !== "") texts.push(plainSentence(grounded.text, LONGEST_REASON));
  }
  return { texts, dropped };
}

/** Where and when a verdict counts. Times in epoch milliseconds. */
export interface VerdictPlace {
  readonly symbol: string;
  /** The decision that it was asked about. */
  readonly asked: number;
  readonly known: number;
  readonly expires: number;
  readonly promptHash: string;
}

/** A verdict as an item that the bot hears. */
export function verdictItem(verdict: Verdict, { symbol, asked, known, expires, promptHash }: VerdictPlace): OutsideItem {
  const side = (name: string, reasons: readonly string[]): string[] => (reasons.length === 0 ? [] : [`${name}: ${reasons.join(" ")}`]);
  const text = [...side("for", verdict.for), ...side("against", verdict.against)].join(" / ");
  return {
    source: ANALYST, id: verdictId(asked, promptHash), symbol, published: asked, fetched: known, known: Math.max(asked, known), expires,
    value: verdict.allow, text: text === "" ? null : text, score: verdict.lean,
  };
}

function within(value: number, low: number, high: number, otherwise: number): number {
  return Number.isFinite(value) ? Math.max(low, Math.min(high, value)) : otherwise;
}

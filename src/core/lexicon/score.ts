import { DEGREES, HEDGES, LEXICON, NEGATIONS } from "./words.ts";

/** What a headline says about the price. */
export interface HeadlineScore {
  /** -1 (ruin) to 1 (boom); 0 also when it says nothing. */
  readonly score: number;
  /** The words that counted, as the lexicon has them, with `not` where they were turned round. */
  readonly hits: readonly string[];
}

/** More is no headline. */
const MOST_CHARACTERS = 600;
const MOST_WORDS = 60;
/** Weights that add up to this are as much as a headline can say. */
const FULL = 4;
/** Words before a hit in which a negation reaches it. */
const REACH = 3;
/** What is left of a word that is denied: "not a crash" is good news, but less than a rally. */
const TURNED = -0.5;
const QUESTION = 0.4;
const HEDGED = 0.6;

/** Titles whose scores are at hand: an agent reads the same ones at every decision until they expire. */
const MOST_KEPT = 4_000;
const kept = new Map<string, HeadlineScore>();

/** Scores a headline by the finance lexicon, offline; numbers count for nothing. The same text has the same score for ever. */
export function scoreHeadline(text: string): HeadlineScore {
  const title = text.slice(0, MOST_CHARACTERS);
  const before = kept.get(title);
  if (before) return before;
  if (kept.size >= MOST_KEPT) kept.clear();
  const found = scoreOf(title);
  kept.set(title, found);
  return found;
}

function scoreOf(text: string): HeadlineScore {
  const { words, question } = wordsOf(text);
  const hits: string[] = [];
  let sum = 0;
  // A negation is spent by the first hit after it: "not a crash, a rally" denies the crash alone.
  let spent = -1;
  for (let at = 0; at < words.length; ) {
    const hit = hitAt(words, at);
    if (!hit) {
      at += 1;
      continue;
    }
    const from = Math.max(spent + 1, at - REACH);
    const denials = range(from, at).filter((i) => NEGATIONS.has(words[i] ?? "")).length;
    const beside = [...range(Math.max(0, at - 2), at), at + hit.length].map((i) => words[i] ?? "").filter((word) => DEGREES.has(word));
    const degree = beside.reduce((product, word) => product * (DEGREES.get(word) ?? 1), 1);
    const denied = denials % 2 === 1;
    const said = denied ? `not ${hit.name}` : hit.name;
    // A word that is repeated says nothing more.
    if (!hits.includes(said)) {
      sum += hit.weight * Math.min(1.5, Math.max(0.4, degree)) * (denied ? TURNED : 1);
      hits.push(said);
    }
    spent = at + hit.length - 1;
    at += hit.length;
  }
  const hedged = words.some((word) => HEDGES.has(word)) ? HEDGED : 1;
  const score = (sum / FULL) * hedged * (question ? QUESTION : 1);
  return Object.freeze({ score: Math.max(-1, Math.min(1, score)) + 0, hits: Object.freeze(hits) });
}

interface Hit {
  readonly name: string;
  readonly weight: number;
  /** In words. */
  readonly length: number;
}

/** The longest phrase that begins at a word, else the word itself, else its stem. */
function hitAt(words: readonly string[], at: number): Hit | null {
  for (let length = Math.min(LEXICON.longest, words.length - at); length >= 1; length--) {
    const name = words.slice(at, at + length).join(" ");
    const weight = LEXICON.phrases.get(name);
    // Alone, a word that denies is a denial: "dismisses crash fears".
    if (weight !== undefined && !(length === 1 && NEGATIONS.has(name) && at + 1 < words.length)) return { name, weight, length };
  }
  const word = words[at] ?? "";
  for (let length = word.length; length >= 4; length--) {
    const weight = LEXICON.stems.get(word.slice(0, length));
    if (weight !== undefined) return { name: word, weight, length: 1 };
  }
  return null;
}

/** Letters of other alphabets that look like Latin ones, and what they look like. */
const LOOKS = "аaеeоoрpсcуyхxіiјjѕsԁdɡgһhкkмmтtвbнnαaεeοoρpτtνvιiκkυuηnωwϲc";
const LATIN: ReadonlyMap<string, string> = new Map([...LOOKS.matchAll(/(.)(.)/gu)].map(([, other = "", latin = ""]) => [other, latin]));
/** Letters by class that nobody sees. */
const UNSEEN = /[\p{Cf}\p{Mn}\u115F\u1160\u3164\uFFA0]/gu;

/** Plain words in small letters; what is no letter parts them, an apostrophe does not ("isn't" is isnt). */
function wordsOf(text: string): { readonly words: readonly string[]; readonly question: boolean } {
  const plain = text
    .normalize("NFKD")
    .replace(UNSEEN, "")
    .toLowerCase()
    .replace(/[^\p{ASCII}]/gu, (letter) => LATIN.get(letter) ?? letter);
  const words = plain
    .replace(/['\u2019]/g, "")
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS);
  return { words, question: /[?\u061F]/.test(plain) };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

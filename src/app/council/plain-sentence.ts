const HIDDEN = /[\p{C}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFE00-\uFE0F\uFFA0]/gu;
/** What leads somewhere: an address, a name to write to. A person who reads the reasons must not be led away by them. */
const LEADS_AWAY = /:\/\/|\bwww\.|@\w|\b[\p{L}\d-]+\.[a-z]{2,}(?:\/|\b)/iu;
const NUMBER = /\d[\d,]*(?:\.\d+)?/g;

/** Text of a model or of the web as words on one line, without controls, invisible and direction-changing characters; at most `longest` characters. */
export function plainSentence(raw: string, longest: number): string {
  const words = raw
    // Far more than is kept, so that a huge text costs nothing.
    .slice(0, 20 * longest)
    .normalize("NFKC")
    .replace(/\s/gu, " ")
    .replace(HIDDEN, "")
    .replace(/\p{Z}+/gu, " ")
    .trim();
  const letters = Array.from(words);
  return letters.length <= longest ? words : `${letters.slice(0, longest - 1).join("").trim()}…`;
}

/** The numbers in a text, without their signs. */
export function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(NUMBER)].map(([found]) => Number(found.replaceAll(",", "")));
}

/** A text without the sentences that name a number that was not given, and without those that lead somewhere; and how many those were. */
export function groundedIn(text: string, given: readonly number[]): { readonly text: string; readonly dropped: number } {
  const sentences = text.split(/(?<=[.!?;])\s+/).filter((one) => one !== "");
  const kept = sentences.filter((one) => !LEADS_AWAY.test(one) && [...one.matchAll(NUMBER)].every(([found]) => isGiven(found, given)));
  return { text: kept.join(" "), dropped: sentences.length - kept.length };
}

/** Whether a number as it is written is one of those given, rounded as far as it is written; a fraction may be told as percent. */
export function isGiven(written: string, given: readonly number[]): boolean {
  const plain = written.replaceAll(",", "");
  const value = Math.abs(Number(plain));
  const decimals = plain.split(".")[1]?.length ?? 0;
  const slack = 0.5 * 10 ** -decimals * (1 + 1e-9);
  return given.some((one) => [1, 100].some((scale) => Math.abs(Math.abs(one) * scale - value) <= slack));
}

const ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: Readonly<Record<string, number>> = { hundred: 100, thousand: 1_000, million: 1_000_000, k: 1_000, m: 1_000_000, mio: 1_000_000 };

const SMALL = new Map<string, number>([...ONES.map((word, i) => [word, i] as const), ...TENS.map((word, i) => [word, 20 + 10 * i] as const)]);
const WORD = `(?:${[...SMALL.keys(), "hundred", "thousand", "million"].join("|")})`;

/** A number as people write it: "1,500.50", "1.5k", "1'000", "0,5". Not anchored. */
export const NUMBER = String.raw`\d[\d.,'_]*(?:\s?(?:k|m|mio)(?![\p{L}\d]))?`;
/** A number in words: "twenty five", "two hundred". Not anchored. */
export const NUMBER_WORDS = String.raw`(?:an? (?=hundred|thousand|million))?${WORD}(?:[ -]${WORD})*`;

/** The value of a number in digits; null when it can be read in two ways, or in none. */
export function numberFrom(written: string): number | null {
  const match = /^([\d.,'_]+?)[.,]?\s?(k|mio|m)?$/.exec(written.trim().replace(/[.,'_]+$/, ""));
  const digits = match?.[1]?.replaceAll(/(?<=\d)['_](?=\d{3}(?!\d))/g, "");
  if (digits === undefined) return null;
  const plain = plainDigits(digits);
  const value = plain === null ? Number.NaN : Number(plain) * (SCALES[match?.[2] ?? ""] ?? 1);
  // 0.1 times a thousand is not exact in binary; nobody writes more than ten digits.
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : null;
}

/** Digits with a point, or none; null for "1.2.3" and the like. */
function plainDigits(digits: string): string | null {
  if (/^\d+(?:\.\d+)?$/.test(digits)) return digits;
  if (/^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(digits)) return digits.replaceAll(",", "");
  if (/^[1-9]\d{0,2}(?:\.\d{3})+,\d+$/.test(digits) || /^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(digits)) return digits.replaceAll(".", "").replace(",", ".");
  if (/^\d+,\d+$/.test(digits)) return digits.replace(",", ".");
  return null;
}

/** The value of a number in words; null when the words make no number ("five twenty"). */
export function numberFromWords(words: string): number | null {
  let [sum, group, last] = [0, 0, Number.POSITIVE_INFINITY];
  for (const word of words.replace(/^an? /, "one ").split(/[ -]/)) {
    const small = SMALL.get(word);
    const scale = SCALES[word];
    if (small !== undefined) {
      // "twenty five" and "hundred five" follow on; "five twenty" and "twenty thirty" do not.
      if (last < 100 && !(last >= 20 && small > 0 && small < 10)) return null;
      group += small;
      last = small;
    } else if (scale === 100) {
      if (group >= 20 || (last === 100 && group > 0)) return null;
      group = (group || 1) * 100;
      last = 100;
    } else if (scale !== undefined) {
      sum += (group || 1) * scale;
      [group, last] = [0, Number.POSITIVE_INFINITY];
    } else return null;
  }
  return sum + group;
}

/** A number as it is typed: no exponent, no separators, at most `digits` decimals, no zeros at the end. */
export function typed(value: number, digits = 12): string {
  // The shortest form first: 60000.1 has more decimals in binary than anybody meant.
  const short = String(Number(value.toPrecision(12)));
  const text = short.includes("e") || (short.split(".")[1]?.length ?? 0) > digits ? value.toFixed(digits) : short;
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

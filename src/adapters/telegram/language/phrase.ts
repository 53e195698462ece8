import { coinNames, moneyWords } from "./coin-names.ts";
import { NUMBER, NUMBER_WORDS, numberFrom, numberFromWords } from "./number-words.ts";

/** A sentence in lower case, with marks for what has a value: `N0` number, `S0` symbol of the bot, `Q` its currency, `F` another currency, `C0` a coin that it does not trade, `%`. */
export interface Phrase {
  readonly text: string;
  /** Values of the numbers by their marks; NaN for one that can be read in two ways. */
  readonly numbers: readonly number[];
  /** Symbols by their marks. */
  readonly symbols: readonly string[];
  /** Names of other coins by their marks. */
  readonly strangers: readonly string[];
}

/** Words that change nothing about what is wished, at the beginning and the end. */
const BEFORE = /^(?:(?:please|pls|plz|ok|okay|hey|hi|hello|yo|bot|caucus|so|and|well|now|then|just|go ahead and|go and|can you|could you|would you|will you|can we|could we|i want you to|i want to|i wanna|i would like you to|i would like to|i'd like you to|i'd like to|i need you to|i need to|i'll|let us|let's|lets|try to|you should)[ ,!.]+)+/;
const AFTER = /(?:[ ,!.?]+(?:please|pls|plz|thanks|thank you|thx|ty|for me|now|right now|immediately|asap|ok|okay|mate|, ?bot))+[ !.?]*$/;

/** Between a number and its unit: "50usdt". */
const STUCK = /(?<=(?<![\p{L}\d])[\d.,]*\d)(?=(?!(?:k|m|mio)(?!\p{L}))\p{L}{2})/gu;

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
const LETTER = String.raw`[\p{L}\d_]`;
/** A word by itself: signs such as $ may touch a number. */
const whole = (word: string): string => (/^[\p{L}\d]/u.test(word) ? String.raw`(?<!${LETTER})${escaped(word)}(?!${LETTER}|[/-]${LETTER})` : escaped(word));

const readers = new WeakMap<readonly string[], { readonly quote: string; readonly read: (text: string) => Phrase }>();

/** The reader of phrases for a bot's symbols and currency; made once for a list of symbols. */
export function phraseReader(symbols: readonly string[], quote: string): (text: string) => Phrase {
  const known = readers.get(symbols);
  if (known?.quote === quote) return known.read;
  const read = newReader(symbols, quote);
  readers.set(symbols, { quote, read });
  return read;
}

function newReader(symbols: readonly string[], quote: string): (text: string) => Phrase {
  const coins = coinNames(symbols);
  const moneys = moneyWords(quote);
  const words = [...coins.map(([word]) => word), ...moneys.map(([word]) => word)].toSorted((a, b) => b.length - a.length);
  const symbolOf = new Map(coins);
  const isOwn = new Map(moneys);
  const mark = new RegExp(String.raw`(?<word>${words.map(whole).join("|")})|(?<number>(?<!${LETTER})${NUMBER}(?![\p{L}\d]))|(?<spelled>(?<!${LETTER})${NUMBER_WORDS}(?!${LETTER}))|(?<percent>%|(?<!${LETTER})(?:percent|per cent|pct|procent)(?!${LETTER}))`, "giu");
  return (text) => {
    const [numbers, named, strangers]: [number[], string[], string[]] = [[], [], []];
    const lower = text.toLowerCase().replaceAll(/[’‘`]/g, "'").replaceAll(/[“”"]/g, " ").replaceAll(STUCK, " ").replace(BEFORE, "").replace(AFTER, "");
    const marked = lower.replaceAll(mark, (found: string, ...rest: unknown[]) => {
      const { number, spelled, percent } = rest.at(-1) as Record<string, string | undefined>;
      if (percent !== undefined) return " % ";
      if (number !== undefined || spelled !== undefined) {
        const tail = /[.,]+$/.exec(found)?.[0] ?? "";
        numbers.push((number === undefined ? numberFromWords(found) : numberFrom(found)) ?? Number.NaN);
        return ` N${numbers.length - 1} ${tail}`;
      }
      // A coin that is also the currency is the currency.
      const own = isOwn.get(found);
      if (own !== undefined) return own ? " Q " : " F ";
      const symbol = symbolOf.get(found) ?? null;
      if (symbol === null) strangers.push(found);
      else named.push(symbol);
      return symbol === null ? ` C${strangers.length - 1} ` : ` S${named.length - 1} `;
    });
    return { text: tidy(marked), numbers, symbols: named, strangers };
  };
}

const tidy = (text: string): string => text.replaceAll(/[!?;:]+|[.,](?=\s|$)/g, " ").replaceAll(/\s+/g, " ").trim();

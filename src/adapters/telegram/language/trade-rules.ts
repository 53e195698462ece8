import type { Amount, Intent, When } from "./intent.ts";
import type { Phrase } from "./phrase.ts";

type Trade = Extract<Intent, { kind: "trade" }>;

/** Words that neither add to a wish to trade nor take from it. */
const FILLER = /(?<=^| )(?:about|around|roughly|approximately|approx|exactly|some|more|another|just|only|currently|actually|the|my|our|your|position|holdings?|stack|bag|coins?|at once|you have|you hold|i have|i own|we have|that you hold)(?= |$)/g;

/** The price of something is the thing, in a condition; what something is worth is how much of it. */
const PRICES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:at )?(?:the )?(?:current |present )?market price\b|\bat (?:the )?(?:current|present) price\b/g, "at market"],
  [/\b(if|when|once|as soon as|after|in case) (?:the )?price (?:of|for) (S\d+|it)\b/g, "$1 $2"],
  [/\b(if|when|once|as soon as|after|in case) (?:the )?(S\d+|its)(?:'s)? price\b/g, "$1 $2"],
  [/\b(if|when|once|as soon as|after|in case) (?:the price|price|its)\b/g, "$1 it"],
  [/(?<= )(?:worth(?: of)?|in worth of)(?= |$)/g, "of"],
];

const NUMBER = String.raw`N\d+`;
const SYMBOL = String.raw`S\d+`;
const MONEY = `(?:${NUMBER}(?: Q)?|Q ${NUMBER})`;
const PART = `(?:${NUMBER} %|(?:an? |${NUMBER} )?(?:half|quarters?|thirds?)|all(?: of it)?|everything|whole|entire|full|rest|100%)`;
const AMOUNT = `(?:${PART}|${MONEY})`;
const BUY = "(?:buy|purchase|get(?: me)?|acquire|pick up|grab|go long(?: on)?|long|bid|order)";
const SELL = "(?:sell|dump|offload|unload|liquidate|get rid of|get out of|close|exit|cash out(?: of)?|part with|let go of)";
const IT = `(?:it|that|this|${SYMBOL})`;

const DROPS = "(?:drops?|falls?|dips?|sinks?|declines?|loses?|tanks?|dumps?|crashes|slides?|retraces?|pulls back|corrects|goes down|comes down|is down|has fallen|has dropped|dropped|fell|gets cheaper|becomes cheaper|is cheaper)";
const RISES = "(?:rises?|gains?|climbs?|jumps?|increases?|grows?|pumps?|rallies|rally|goes up|is up|has risen|has gained|rose|gets more expensive)";
const IS = "(?:is|gets|goes|trades|moves|costs|comes|falls|drops|dips|rises|climbs|breaks|crosses|closes|sinks|stands)";
const CONDITION = [
  `(?<drop>${DROPS}(?: by)?(?: at least)? ${NUMBER} %|${NUMBER} % (?:lower|cheaper|down))`,
  `(?<rise>${RISES}(?: by)?(?: at least)? ${NUMBER} %|${NUMBER} % (?:higher|up))`,
  `(?<below>(?:${DROPS} (?:to|below|under|beneath)|(?:${IS} )?(?:down to|below|under|beneath|less than|lower than|cheaper than|<)) ${MONEY})`,
  `(?<above>(?:${RISES} (?:to|above|over|past|beyond)|(?:${IS} )?(?:up to|above|over|past|more than|higher than|>)) ${MONEY})`,
  `(?<reaches>(?:hits?|reaches|reach|touches|gets to|is at|comes to|goes to|trades at|is|=) ${MONEY})`,
].join("|");
const WORD = "(?:but )?(?:if|when|once|as soon as|in case|should|after)";
const TAIL = [
  `(?<when>${WORD} (?:(?<subject>${IT}) )?(?:${CONDITION}))`,
  `(?<dip>(?:on|at|after) an? ${NUMBER} % (?:dip|drop|fall|pullback|discount|correction)|${NUMBER} % (?:lower|cheaper|below|under)(?: (?:here|current|now|market))?)`,
  `(?<bump>(?:on|at|after) an? ${NUMBER} % (?:rise|gain|jump|pump|rally)|${NUMBER} % (?:higher|above|over)(?: (?:here|current|now|market))?)`,
  `(?<under>(?:below|under|cheaper than) ${MONEY})`,
  `(?<over>(?:above|over) ${MONEY})`,
  `(?<limit>(?:at|@|for|with)?(?: an?)? ?limit(?: order)?(?: of| at)? ${MONEY}|(?:at|@) ${MONEY}(?: or (?:better|less|lower|more|higher|below|above))?)`,
  "(?<market>(?:at|to)?(?: an?)?(?: current)? ?market(?: order)?|at current)",
];

const HEADS: readonly (readonly ["buy" | "sell", RegExp])[] = [
  ["buy", head(`${BUY}(?: (?<a>${AMOUNT}))?(?:(?: of| in| into)? (?<s>${SYMBOL}|it))?(?: (?:for|with|using|of) (?<b>${MONEY})| (?<c>${MONEY}))?`)],
  ["buy", head(`(?:put|invest|spend|stick|throw) (?<a>${MONEY}) (?:in|into|on|to) (?<s>${SYMBOL})`)],
  ["buy", head(`use (?<a>${MONEY}) to ${BUY} (?<s>${SYMBOL})`)],
  ["buy", head(`(?:convert|swap|exchange|turn|change) (?<a>${NUMBER} Q|Q ${NUMBER}) (?:to|into|for) (?<s>${SYMBOL})`)],
  ["sell", head(`${SELL}(?: (?<a>${AMOUNT}))?(?:(?: of| from| in)? (?<s>${SYMBOL}|it))?(?: (?:for|to get) (?<b>${MONEY})| (?<c>${AMOUNT}))?`)],
  ["sell", head(`(?:convert|swap|exchange|turn|change) (?:(?<a>${AMOUNT})(?: of)? )?(?<s>${SYMBOL}) (?:to|into|for|back to|back into) Q`)],
];
const TAILS = TAIL.map((tail) => new RegExp(`(?: |^)(?:${tail})$`));
const BEFOREHAND = new RegExp(`^${WORD} (?:(?<subject>${IT}) )?(?:${CONDITION})(?: then)?,? (?:then )?(?<trade>.+)$`);
/** Verbs that mean all of it where nothing else is said. */
const WHOLLY = /^(?:liquidate|get rid of|get out of|close|exit|dump|part with|let go of|offload|unload|cash out)/;
const MOST_TAILS = 4;

function head(source: string): RegExp {
  return new RegExp(`^${source}$`);
}

/** A wish to trade, when all of a sentence is one; a sentence of which anything is left over is none. */
export function tradeIn(phrase: Phrase): Trade | { readonly hint: string } | null {
  const text = PRICES.reduce((said, [pattern, by]) => said.replaceAll(pattern, by), phrase.text).replaceAll(FILLER, "").replaceAll(/,(?= |$)/g, "").replaceAll(/\s+/g, " ").trim();
  const early = BEFOREHAND.exec(text);
  const whole = read(text, phrase);
  if (whole !== null || !early?.groups?.["trade"]) return whole;
  const late = read(early.groups["trade"], phrase, early.groups["subject"]);
  if (late === null || "hint" in late) return late;
  if (late.when) return { hint: "An order can wait for one price only." };
  const when = conditionOf(early.groups, phrase);
  return when === null ? null : withCondition(late, when, early.groups["subject"], phrase);
}

/** Reads a trade with what follows it; `it` is the symbol that was named before. */
function read(text: string, phrase: Phrase, it?: string): Trade | { readonly hint: string } | null {
  let rest = text;
  let [when, subject, limit]: [When | null, string | undefined, number | null] = [null, undefined, null];
  for (let count = 0; count <= MOST_TAILS; count += 1) {
    const own = headOf(rest, phrase, it);
    if (own !== null) {
      const trade: Trade = limit === null ? own : { ...own, limit };
      return when === null ? trade : withCondition(trade, when, subject, phrase);
    }
    const match = TAILS.map((tail) => tail.exec(rest)).find((found) => found !== null);
    if (!match?.groups) return null;
    const groups = match.groups;
    if (groups["limit"] !== undefined) {
      if (limit !== null) return null;
      limit = valueIn(groups["limit"], phrase);
    } else if (groups["market"] === undefined) {
      if (when !== null) return { hint: "An order can wait for one price only." };
      when = conditionOf(groups, phrase);
      subject = groups["subject"];
      if (when === null) return null;
    }
    rest = rest.slice(0, match.index);
  }
  return null;
}

function headOf(text: string, phrase: Phrase, it: string | undefined): Trade | null {
  for (const [side, pattern] of HEADS) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    const { a, b, c, s } = groups;
    const said = [a, b, c].filter((one) => one !== undefined);
    if (said.length > 1 || (s === undefined && a === undefined)) continue;
    const named = s === undefined || s === "it" ? it : s;
    // "2 btc" is an amount of it, "2 of btc" and "btc 2" are worth.
    const isBase = a !== undefined && s !== undefined && /^N\d+$/.test(a) && text.includes(`${a} ${s}`);
    if (said[0] === undefined && text.startsWith("get ") && side === "buy") continue;
    const unsaid = side === "sell" && WHOLLY.test(text) ? ({ in: "all" } as const) : null;
    return { kind: "trade", side, symbol: symbolOf(named, phrase), amount: said[0] === undefined ? unsaid : amountOf(said[0], isBase, phrase) };
  }
  return null;
}

function withCondition(trade: Trade, when: When, subject: string | undefined, phrase: Phrase): Trade | { readonly hint: string } {
  const watched = symbolOf(subject, phrase);
  // "Everything, if btc falls" is more than btc: less than what was said must not be offered.
  if (watched !== null && /\beverything\b(?! (?:of|in|from) )/.test(phrase.text)) return { hint: "An order is for one coin: say which, or all of them at once with: sell everything." };
  const symbol = trade.symbol ?? watched;
  if (watched !== null && watched !== symbol) return { hint: `An order can wait for the price of its own symbol only, not for that of ${watched}.` };
  return { ...trade, symbol, when };
}

function conditionOf(groups: Readonly<Record<string, string | undefined>>, phrase: Phrase): When | null {
  const of = (...names: string[]): string | undefined => names.map((name) => groups[name]).find((found) => found !== undefined);
  const [drop, rise, below, above, reaches] = [of("drop", "dip"), of("rise", "bump"), of("below", "under"), of("above", "over"), of("reaches")];
  if (drop !== undefined) return { is: "drop", percent: valueIn(drop, phrase) };
  if (rise !== undefined) return { is: "rise", percent: valueIn(rise, phrase) };
  if (below !== undefined) return { is: "below", price: valueIn(below, phrase) };
  if (above !== undefined) return { is: "above", price: valueIn(above, phrase) };
  return reaches === undefined ? null : { is: "reaches", price: valueIn(reaches, phrase) };
}

function amountOf(text: string, isBase: boolean, phrase: Phrase): Amount {
  const fraction = /(half|quarter|third)s?$/.exec(text);
  if (fraction) {
    const one = fraction[1] === "half" ? 50 : fraction[1] === "quarter" ? 25 : 100 / 3;
    return { in: "percent", value: text.includes("N") ? Math.round(valueIn(text, phrase) * one * 100) / 100 : Math.round(one * 100) / 100 };
  }
  if (!text.includes("N")) return { in: "all" };
  const value = valueIn(text, phrase);
  if (text.endsWith("%")) return value === 100 ? { in: "all" } : { in: "percent", value };
  return { in: isBase ? "base" : "quote", value };
}

const symbolOf = (mark: string | undefined, { symbols }: Phrase): string | null => (mark?.startsWith("S") ? (symbols[Number(mark.slice(1))] ?? null) : null);
const valueIn = (text: string, { numbers }: Phrase): number => numbers[Number(/N(\d+)/.exec(text)?.[1] ?? -1)] ?? Number.NaN;

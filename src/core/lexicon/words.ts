/**
 * Words and phrases of crypto and finance headlines with what they say about the price, -3 (ruin) to 3 (boom). Our own
 * list. A stem with a star stands for every word that begins with it. Phrases are matched before the words in them.
 */
const LISTS: readonly (readonly [weight: number, words: string])[] = [
  [3, "all-time high, record high, record highs, new high, new highs, skyrocket*, moonshot, parabolic rally, etf approved, approves etf, approves spot etf, wins approval, strategic reserve, legal tender"],
  [
    2.5,
    "soar*, surge*, surging, rocket*, explodes higher, breakout, breaks out, bull run, bull market, short squeeze, massive inflows, record inflows, record inflow, spot etf approval, dismisses lawsuit, drops lawsuit, lawsuit dismissed, charges dropped, case dropped, wins lawsuit, wins case, ban lifted, lifts ban, rate cut, rate cuts",
  ],
  [
    2,
    "rally, rallies, rallied, rallying, jump*, leap*, bullish, bulls, rebound*, recover, recovers, recovered, recovery, outperform*, inflow, inflows, accumulat*, adopt, adopts, adopted, adoption, approve, approves, approved, approval, greenlight*, green light, legaliz*, legalis*, boom*, buying spree, buys the dip, whales buy, whale accumulation, all-in, halving, cooling inflation, inflation cools, eases sanctions, pardon, pardons, pardoned, settles lawsuit, reaches settlement, upgraded to buy",
  ],
  [
    1.5,
    "climb*, gain, gains, gained, gaining, rise, rises, rose, rising, advance, advances, advanced, uptrend, upside, upgrade*, partnership, partners, integrat*, launch, launches, launched, listing, lists, listed, institutional demand, demand grows, buy, buys, buying, bought, invest, invests, invested, investment, raises, funding round, treasury purchase, adds to treasury, beats expectations, strong demand, mainnet, staking rewards, buyback, buybacks, token burn, burns tokens, support holds, holds support, higher low, golden cross, oversold, supportive, pro-crypto, crypto-friendly, stimulus, quantitative easing, dovish, embrac*, unlocks growth, milestone, breakthrough, winner, winners, wins, win, won",
  ],
  [
    1,
    "up, higher, above, growth, grow, grows, growing, grew, expand, expands, expanded, expansion, optimistic, confident, confidence, positive, strong, stronger, strength*, stable, stabiliz*, stabilis*, improve*, improving, boost*, support, supports, supported, progress, success*, opportunit*, momentum, popular, record, reserve, reserves, backs, backed, endorse*, welcom*, relief, profit, profits, profitable, steady, resilien*, undervalued, greed, hodl, hold, holds above, reclaim*, regain*, secure, secures, secured, safe, clarity, innovation, tops, topped, doubles, doubled, triples, tripled, eyes, targets",
  ],
  [-1, "down, lower, below, concern*, worr*, uncertain*, caution*, cautious, doubt*, weak, weaker, weakness, weaken*, slow, slows, slowing, slowdown, slip, slips, slipped, dip, dips, dipped, slide*, sliding, retreat*, pullback, correction, soften*, pressure*, struggl*, delay, delays, delayed, postpone*, pause, pauses, paused, limit, limits, volatile, volatility, overvalued, overheat*, overbought, sceptic*, skeptic*, warn, warns, warned, warning, risk, risks, risky, threat, threat*, questions, questioned, criticis*, criticiz*, critics, stall*, stagnat*, sideways, drags, dragged, ease, eases, loses momentum, cools"],
  [
    -1.5,
    "fall, falls, fell, falling, drop, drops, dropped, dropping, decline*, declining, lose, loses, lost, losing, loss, losses, sell, sells, selling, sold, outflow, outflows, downgrade*, downside, downtrend, bearish, bears, resistance rejects, rejected at, reject, rejects, rejected, rejection, delist*, fine, fined, fines, penalt*, restrict*, regulatory pressure, scrutiny, probe, probes, probed, investigat*, subpoena*, hearing, inflation rises, rate hike, rate hikes, hawkish, tariff, tariffs, tightening, death cross, misses expectations, layoffs, lays off, job cuts, cuts jobs, unlock, token unlock, dilut*, outage, halts, halt, halted, disrupt*, fear, fears, fud, leaves, quits, resign*, steps down, exit, exits, shut down, shuts down, closes, withdraws application",
  ],
  [
    -2,
    "tumble*, tumbling, sink, sinks, sank, slump*, slide sharply, dive, dives, dived, nosedive*, sell-off, selloff, sell off, dump, dumps, dumped, dumping, liquidat*, margin call, margin calls, crackdown, ban, bans, banned, banning, outlaw*, prohibit*, lawsuit, lawsuits, sue, sues, sued, suing, charge, charges, charged, indict*, convict*, guilty, sentenc*, jail*, prison, arrest*, seize*, seizure, freeze, freezes, frozen, sanction, sanctions, sanctioned, launder*, default, defaults, defaulted, recession, contagion, panic, phishing, vulnerab*, bug, malware, scandal, misconduct, manipulat*, bear market, capitulat*, suspends withdrawals, record outflows, massive outflows, etf rejected, rejects etf, denies etf, war, invasion, missile*, depeg*, de-peg",
  ],
  [
    -2.5,
    "plunge*, plunging, plummet*, crash, crashes, crashed, crashing, hack, hacks, hacked, hacker, hackers, exploit, exploits, exploited, drained, drain*, stolen, steal, steals, stealing, stole, theft, breach*, attack, attacks, attacked, fraud*, scam, scams, scammer*, scammed, ponzi, insolven*, meltdown, bloodbath, wiped out, wipes out, wipe out, rout, freefall, free fall, halts withdrawals, freezes withdrawals, withdrawals halted, withdrawals frozen, withdrawals paused, bank run, 51 attack",
  ],
  [-3, "bankrupt*, collaps*, rug pull, rug pulled, rugpull, exit scam, death spiral, implod*, implosion, goes to zero, worthless, all-time low, record low, record lows, chapter 11, files for bankruptcy, shut down by regulators"],
];

/** What weights a word or phrase has, by its words joined with a space; stems by their beginning. */
export interface Lexicon {
  readonly phrases: ReadonlyMap<string, number>;
  readonly stems: ReadonlyMap<string, number>;
  /** Words in the longest phrase. */
  readonly longest: number;
}

/** The lexicon of this file. */
export const LEXICON: Lexicon = build();

function build(): Lexicon {
  const phrases = new Map<string, number>();
  const stems = new Map<string, number>();
  for (const [weight, words] of LISTS) {
    for (const entry of words.split(", ")) {
      // A hyphen is a gap between words in a headline too.
      const plain = entry.replaceAll("-", " ");
      if (plain.endsWith("*")) stems.set(plain.slice(0, -1), weight);
      else phrases.set(plain, weight);
    }
  }
  return { phrases, stems, longest: Math.max(...[...phrases.keys()].map((phrase) => phrase.split(" ").length)) };
}

/** Words that turn what follows into its opposite, somewhat weaker. */
export const NEGATIONS: ReadonlySet<string> = new Set([
  "not", "no", "never", "without", "neither", "nor", "cannot", "cant", "wont", "isnt", "arent", "doesnt", "dont", "didnt", "hasnt", "wasnt", "werent", "fails", "fail", "failed", "failing", "deny", "denies", "denied", "denying", "refute", "refutes",
  "refuted", "dismisses", "dismiss", "dismissed", "debunks", "debunked", "avoids", "avoid", "avoided", "averts", "averted", "halts", "ends", "end", "ending", "against", "unlikely", "stops", "despite", "rejects", "lacks", "false", "fake",
]);

/** Words that make what stands beside them stronger or weaker. */
export const DEGREES: ReadonlyMap<string, number> = new Map([
  ["massive", 1.4], ["massively", 1.4], ["huge", 1.4], ["sharply", 1.4], ["sharp", 1.3], ["record", 1.3], ["biggest", 1.3], ["largest", 1.2], ["very", 1.2], ["major", 1.2], ["extremely", 1.4], ["heavily", 1.3], ["violently", 1.4], ["brutal", 1.3], ["historic", 1.3],
  ["slightly", 0.5], ["slight", 0.5], ["modest", 0.6], ["modestly", 0.6], ["somewhat", 0.6], ["mildly", 0.6], ["briefly", 0.6], ["minor", 0.5], ["small", 0.6], ["almost", 0.7], ["nearly", 0.7],
]);

/** Words of hearsay: what stands in such a title may not be so. */
export const HEDGES: ReadonlySet<string> = new Set(["may", "might", "could", "would", "if", "rumor", "rumors", "rumour", "rumours", "reportedly", "allegedly", "alleged", "possible", "possibly", "potential", "potentially", "speculation", "predicts", "prediction", "opinion", "why", "how", "what", "when", "should", "can", "will"]);

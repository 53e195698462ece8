import type { CouncilScores, ForecasterScore, PoolAgainst } from "../../../app/result.ts";
import { minus } from "../cards.ts";
import { count, decimal, percent, signed } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { tableOf } from "../page.ts";
import type { Run } from "../run.ts";
import { interval } from "../svg.ts";
import { reliability, weightsChart } from "./charts.ts";
import { outsideSentences } from "./outside.ts";
import { type Standing, brierText, comparisonSentence, malformedSentence, otherName, poolOf, standingOf, worthSentence } from "./words.ts";

/** Symbols that are told of in full; of the others the sentences are enough, or the page would grow without end. */
const MOST = 4;

/** What the votes were worth as forecasts, by symbol; nothing where no agent forecast. */
export function votesWorth(output: Run): Markup {
  const { council, result } = output;
  if (council === null || council.length === 0) return markup``;
  const { switchesPerMonth, totalReturn, buyAndHold } = result;
  const moved = switchesPerMonth === null ? "" : `The stance changed ${decimal(switchesPerMonth, 1)} times a month${council.length > 1 ? " and symbol" : ""}.`;
  const single = council.length === 1;
  return markup`<section class="panel" id="worth"><h2>What the votes were worth</h2>
    <p class="note">Each vote is a forecast of whether the price will be higher ${horizons(council)} later. The Brier score is the mean squared error: 0 at best, 0.250 for a coin, lower is better. ${moved} ${malformedSentence(result.malformed)}</p>
    ${council.slice(0, MOST).map((scores) => symbolWorth(scores, single))}
    ${council.slice(MOST).map((scores) => markup`<h3>${scores.symbol}</h3>${sentences(scores)}`)}
    ${outsideSentences(output).map((sentence) => markup`<p class="note">${sentence}</p>`)}
    <p class="note">This is about forecasts. Always in, as money, is buy and hold: ${minus(percent(buyAndHold.totalReturn))}, against ${minus(percent(totalReturn))} of this run; both stand with their drawdowns in <a href="#figures">all figures</a>.</p>
  </section>`;
}

function horizons(council: readonly CouncilScores[]): string {
  return `${[...new Set(council.map(({ horizon }) => count(horizon)))].join(" or ")} decisions`;
}

function sentences(scores: CouncilScores): Markup {
  const coin = scores.against.find(({ kind }) => kind === "coin");
  const standing = coin === undefined ? "unknown" : standingOf(coin);
  return markup`<p class="worth ${TONES[standing]}">${minuses(worthSentence(scores))}</p><p class="note">${minuses(comparisonSentence(scores))}</p>`;
}

/** A sentence with true minus signs before its numbers. */
const minuses = (text: string): string => text.replaceAll(/(?<=[\s(])-(?=\d)/g, "−");

const TONES: Readonly<Record<Standing, string>> = { better: "up", worse: "down", alike: "", unknown: "" };

function symbolWorth(scores: CouncilScores, single: boolean): Markup {
  const pool = poolOf(scores);
  if (scores.rounds === 0 || pool === undefined) return markup`${single ? null : markup`<h3>${scores.symbol}</h3>`}${sentences(scores)}`;
  // One scale for all, or bars of different meaning would have one length.
  const ends = scores.against.flatMap(({ better }) => (better === null ? [] : [better.low, better.high]));
  return markup`${single ? null : markup`<h3 class="symbol">${scores.symbol}</h3>`}
    ${sentences(scores)}
    <div class="halves"><div>
      ${scores.against.map((against) => gain(against, ends))}
      ${regretLine(scores)}
    </div><div>${tableOf(`Forecasters of ${scores.symbol}`, ["Forecaster", "Forecasts", "Brier", "Log score", "Weight"], 1, [...scores.agents.map(row), ...scores.pooled.map(row)])}</div></div>
    <div class="halves"><div><h3>Reliability</h3>
    <p class="note">Across: the forecast chance of a rise, in tenths; up: how often it came. On the broken line a forecaster keeps what it promises. Larger dots stand for more forecasts, bars for 95 % intervals.</p>
    <div class="squares">${[...scores.agents, pool].map(reliability)}</div></div>
    <div>${weightsChart(scores)}</div></div>`;
}

const WORDS: Readonly<Record<Standing, string>> = { better: "the pool is better", worse: "the pool is worse", alike: "no telling", unknown: "too few forecasts" };

function gain(against: PoolAgainst, ends: readonly number[]): Markup | null {
  const { better } = against;
  if (better === null) return null;
  const label = `Against ${otherName(against)}: ${WORDS[standingOf(against)]}`;
  return interval({ ...better, label, text: minuses(` ${signed(better.estimate, 3)}, 95 %: ${signed(better.low, 3)} to ${signed(better.high, 3)}`).trim() }, ends);
}

function regretLine({ regret, pool, rounds }: CouncilScores): Markup | null {
  if (regret === null) return null;
  const amount = decimal(Math.abs(regret.regret), 2);
  const lost = regret.regret >= 0 ? `${amount} more` : `${amount} less`;
  return markup`<p class="note">Regret: learned weights ${pool === "hedge" ? "lost" : "would have lost"} ${lost} than ${regret.best}, the agent they look worst beside (Brier score, summed over ${count(rounds)} rounds). AdaHedge guarantees at most ${decimal(regret.bound, 2)} more.</p>`;
}

function row({ name, rounds, brier, log, weight }: ForecasterScore): string[] {
  return [name, count(rounds), brierText(brier), log === null ? "n/a" : decimal(log, 3), weight === null ? "" : decimal(weight, 2)];
}

import type { CouncilScores, ForecasterScore, PoolAgainst } from "../../../app/result.ts";
import { count, counted, decimal, share, signed } from "../format.ts";

/** How the pool compares with another forecaster: its 95 % interval lies above, below or around nothing, or there is none. */
export type Standing = "better" | "worse" | "alike" | "unknown";

/** The standing of the pool against one other. */
export function standingOf({ better }: PoolAgainst): Standing {
  if (better === null) return "unknown";
  if (better.low > 0) return "better";
  return better.high < 0 ? "worse" : "alike";
}

/** A Brier score with three decimals; `n/a` without a round. */
export function brierText(score: number | null): string {
  return score === null ? "n/a" : decimal(score, 3);
}

/** The pool with the weights in force. */
export function poolOf({ pooled }: CouncilScores): ForecasterScore | undefined {
  return pooled.find(({ name }) => name === "pool");
}

const NEEDED = 30;

/** What the forecasts were worth beside a coin's, one plain sentence. */
export function worthSentence(scores: CouncilScores): string {
  const pool = poolOf(scores);
  const coin = scores.against.find(({ kind }) => kind === "coin");
  if (pool === undefined || pool.brier === null || coin === undefined) return "No vote's horizon has passed yet: nothing is known of what the votes are worth.";
  const against = `Brier score ${brierText(pool.brier)} against ${brierText(0.25)}`;
  switch (standingOf(coin)) {
    case "unknown":
      return `Too few forecasts to judge the votes by (${count(scores.rounds)}; it takes ${NEEDED}): ${against} of a coin.`;
    case "better":
      return `The votes forecast better than a coin: ${against}${intervalText(coin)}, over ${counted(scores.rounds, "forecast")}.`;
    case "worse":
      return `The votes forecast worse than a coin: ${against}${intervalText(coin)}, over ${counted(scores.rounds, "forecast")}.`;
    case "alike":
      return `The votes forecast no better than a coin: ${against}${intervalText(coin)}, over ${counted(scores.rounds, "forecast")}.`;
  }
}

/** Whom the pool beat, whom it lost to, and with whom there is no telling, in one or two sentences; empty without intervals. */
export function comparisonSentence(scores: CouncilScores): string {
  const others = scores.against.filter(({ kind }) => kind !== "coin");
  const named = (standing: Standing): string => {
    const names = others.filter((one) => standingOf(one) === standing).map((one) => otherText(one, scores));
    return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}` : (names[0] ?? "");
  };
  const parts = [
    [named("better"), "They beat "],
    [named("worse"), "They lost to "],
    [named("alike"), "They did neither better nor worse than "],
  ] as const;
  return parts.flatMap(([names, begin]) => (names === "" ? [] : [`${begin}${names}.`])).join(" ");
}

/** What of the answers could not be used, or an empty text. */
export function malformedSentence(malformed: Readonly<Record<string, number>>): string {
  const entries = Object.entries(malformed);
  if (entries.length === 0) return "";
  const total = entries.reduce((sum, [, times]) => sum + times, 0);
  return `${counted(total, "answer")} could not be used and counted as ${total === 1 ? "an abstention" : "abstentions"}: ${entries.map(([agent, times]) => `${agent} ${count(times)}`).join(", ")}.`;
}

/** Name of another forecaster as a reader knows it. */
export function otherName({ kind, name }: PoolAgainst): string {
  switch (kind) {
    case "best":
      return `the best agent, ${bestOf(name)}`;
    case "equal":
      return "equal weights";
    case "base":
      return "the share of rises so far";
    case "coin":
      return "a coin";
  }
}

/** A forecast as a share without decimals. */
export function chance(value: number): string {
  return share(value, 0);
}

const bestOf = (name: string): string => name.replace(/^best agent \((.*)\)$/s, "$1");

function otherText(one: PoolAgainst, scores: CouncilScores): string {
  const own = (one.kind === "best" ? scores.agents : scores.pooled).find(({ name }) => name === (one.kind === "best" ? bestOf(one.name) : one.name));
  const score = brierText(own?.brier ?? null);
  const { better } = one;
  const span = better === null ? "" : `, ${signed(better.low, 3)} to ${signed(better.high, 3)}`;
  return `${otherName(one)} (${score}${span})`;
}

function intervalText({ better }: PoolAgainst): string {
  return better === null ? "" : ` (gain, 95 %: ${signed(better.low, 3)} to ${signed(better.high, 3)})`;
}

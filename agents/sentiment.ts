import { z } from "zod";
import { defineAgent } from "../src/core/agent.ts";
import { scoreHeadline } from "../src/core/lexicon/score.ts";
import type { OutsideItem, OutsideView } from "../src/core/outside.ts";

const params = z.strictObject({
  fear: z.number().min(1).max(49).default(25).describe("Fear & Greed at or under which fear is extreme, which speaks for buying"),
  greed: z.number().min(51).max(99).default(75).describe("Fear & Greed at or above which greed is extreme, which speaks against buying"),
  crowdedFunding: z.number().positive().max(0.01).default(0.0003).describe("funding rate per interval, fraction, beyond which one side is crowded"),
  crowdedRatio: z.number().min(1.1).max(20).default(2).describe("accounts long over short (or short over long) beyond which one side is crowded"),
  halfLife: z.number().positive().max(168).default(6).describe("hours after which a headline counts half"),
});
type Params = z.infer<typeof params>;

/** What one source says, with the words and numbers for it. A `score` of 0 is no view. */
interface Voice {
  readonly source: string;
  /** -1 (down) to 1 (up). */
  readonly score: number;
  readonly weight: number;
  readonly says: string;
  readonly evidence: number;
}

const HOUR = 3_600_000;
/** Headlines that are read of each source at most. */
const MOST_HEADLINES = 200;
/** Silent headlines that every mean is watered down with, so that one title is no chorus. */
const SILENT = 2;
/** What an indicator says that has just become extreme; it grows from there to 1. */
const EXTREME = 0.4;
/** Growth of open interest over a day that makes a crowd half as dangerous again. */
const FULL_GROWTH = 0.2;
/** Confidence of one voice, and what a chorus that agrees adds: as sure as the agents that look at the market (docs/results.md), not surer. */
const LEAST_SURE = 0.06;
const AGREED = 0.24;
/** Voices that are as good as all. */
const CHORUS = 3;

/** The mood outside the market: against extremes of fear, greed and crowding, with the direction of the news. */
export const sentiment = defineAgent<Params>({
  name: "sentiment",
  title: "mood outside the market: against extreme fear, greed and crowding, with the headlines",
  params,
  needs: "sources",
  warmup: () => 1,

  vote({ outside, time }, p) {
    // The book belongs to another agent: its silence is no silence of the mood.
    const health = outside.health().filter(({ source }) => source !== "order-flow");
    const down = health.filter(({ good }) => !good).map(({ source }) => source);
    const voices = health.flatMap(({ source, good }) => (good ? hear(source, outside, time, p) : []));
    if (voices.length === 0) return null;
    const heard = voices.filter(({ score }) => score !== 0);
    const total = heard.reduce((sum, voice) => sum + voice.weight, 0);
    const lean = heard.reduce((sum, voice) => sum + voice.weight * voice.score, 0);
    const loudness = heard.reduce((sum, voice) => sum + voice.weight * Math.abs(voice.score), 0);
    const agreement = loudness > 0 ? Math.abs(lean) / loudness : 0;
    const good = voices.length / (voices.length + down.length);
    return {
      score: total > 0 ? clamp(lean / total) : 0,
      confidence: good * (LEAST_SURE + AGREED * agreement * Math.min(1, heard.length / CHORUS)),
      reason: [...voices.map(({ says }) => says), `${voices.length} of ${voices.length + down.length} sources answer${down.length > 0 ? `, without ${down.join(", ")}` : ""}`].join("; "),
      evidence: { ...Object.fromEntries(voices.map(({ source, evidence }) => [source, evidence])), sources: voices.length, down: down.join(", ") },
    };
  },
});

/** What a source that answers says; nothing of one that this agent does not know. */
function hear(source: string, outside: OutsideView, time: number, p: Params): Voice[] {
  switch (source) {
    case "fear-greed":
      return ofValue(outside.latest(source), (value) => mood(value, p));
    case "funding":
      return ofValue(outside.latest(source), (rate) => crowd(rate, growth(outside.recent("open-interest")), p));
    case "long-short":
      return ofValue(outside.latest(source), (ratio) => accounts(ratio, p));
    case "open-interest":
      return openInterest(outside.recent(source));
    case "token-metrics":
      return ofValue(outside.latest(source), (grade) => graded(grade, outside.latest(source)?.score ?? null));
    case "headlines":
    case "cryptopanic":
      return [news(source, outside.recent(source), time, p)];
    default:
      return [];
  }
}

function ofValue(item: OutsideItem | null, say: (value: number) => Voice): Voice[] {
  return item?.value === null || item?.value === undefined || !Number.isFinite(item.value) ? [] : [say(item.value)];
}

/** Fear and greed are right for long and wrong at their ends. */
function mood(value: number, { fear, greed }: Params): Voice {
  const score = value <= fear ? beyond((fear - value) / fear) : value >= greed ? -beyond((value - greed) / (100 - greed)) : 0;
  const word = score > 0 ? "extreme fear" : score < 0 ? "extreme greed" : "nothing extreme";
  return { source: "fear-greed", score, weight: 1, says: `Fear & Greed is ${value.toFixed(0)} of 100, ${word}`, evidence: value };
}

/** The side that pays to stay in is the side that has to get out. */
function crowd(rate: number, grown: number, { crowdedFunding }: Params): Voice {
  const crowded = Math.abs(rate) >= crowdedFunding;
  const stretch = beyond(Math.abs(rate) / crowdedFunding / 3 - 1 / 3) * (1 + 0.5 * Math.max(0, Math.min(1, grown / FULL_GROWTH)));
  const score = crowded ? clamp(-Math.sign(rate) * stretch) : 0;
  const word = crowded ? `${rate > 0 ? "longs" : "shorts"} are crowded` : "nobody is crowded";
  return { source: "funding", score, weight: 1, says: `funding is ${(100 * rate).toFixed(3)} %, ${word}`, evidence: rate };
}

function accounts(ratio: number, { crowdedRatio }: Params): Voice {
  const stretch = Math.log(Math.max(1e-6, ratio)) / Math.log(crowdedRatio);
  const score = Math.abs(stretch) >= 1 ? -Math.sign(stretch) * beyond(Math.abs(stretch) - 1) : 0;
  const word = score === 0 ? "balanced enough" : stretch > 0 ? "longs are crowded" : "shorts are crowded";
  return { source: "long-short", score, weight: 0.7, says: `accounts long to short are ${ratio.toFixed(2)}, ${word}`, evidence: ratio };
}

/** Of itself it points nowhere; it makes a crowd larger. */
function openInterest(items: readonly OutsideItem[]): Voice[] {
  const grown = growth(items);
  return ofValue(items[0] ?? null, () => ({ source: "open-interest", score: 0, weight: 0, says: `open interest moved ${(100 * grown).toFixed(1)} % in a day`, evidence: grown }));
}

/** How much the newest value is above the oldest of the last day, fraction; 0 without either. */
function growth(items: readonly OutsideItem[]): number {
  const newest = items[0];
  const oldest = items.findLast((item) => newest !== undefined && item.published >= newest.published - 24 * HOUR);
  const before = oldest?.value ?? 0;
  const change = before > 0 ? (newest?.value ?? before) / before - 1 : 0;
  return Number.isFinite(change) ? change : 0;
}

/** A forecast of others, taken at its word. */
function graded(grade: number, signal: number | null): Voice {
  const own = clamp((grade - 50) / 50);
  const score = signal === null ? own : clamp((own + signal) / 2);
  const word = signal === null ? "" : ` with signal ${signal > 0 ? "up" : signal < 0 ? "down" : "flat"}`;
  return { source: "token-metrics", score, weight: 0.8, says: `Token Metrics grades ${grade.toFixed(0)} of 100${word}`, evidence: grade };
}

/** The mean of what titles say, newer ones more, each wording once. */
function news(source: string, items: readonly OutsideItem[], time: number, { halfLife }: Params): Voice {
  let weights = SILENT;
  let sum = 0;
  let telling = 0;
  const seen = new Set<string>();
  for (const { text, score, published } of items.slice(0, MOST_HEADLINES)) {
    if (text === null || seen.has(text)) continue;
    seen.add(text);
    const says = clamp(score ?? scoreHeadline(text).score);
    if (says === 0) continue;
    const weight = 0.5 ** (Math.max(0, time - published) / HOUR / halfLife);
    telling += 1;
    weights += weight;
    sum += weight * says;
  }
  const mean = sum / weights;
  return { source, score: mean, weight: 1, says: `${source} lean ${mean < 0 ? "-" : "+"}${Math.abs(mean).toFixed(2)} (${telling} of ${seen.size} titles)`, evidence: mean };
}

/** From the first extreme (0) to the last (1 and more). */
function beyond(share: number): number {
  return EXTREME + (1 - EXTREME) * Math.max(0, Math.min(1, share));
}

function clamp(value: number): number {
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
}

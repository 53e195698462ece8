import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openLanguageModel, type OpenLanguageModel } from "../../../src/adapters/language-model/open.ts";
import { agents } from "../../../agents/index.ts";
import { askAnalyst } from "../../../src/app/council/analyst/debate.ts";
import { briefOf, briefText } from "../../../src/app/council/analyst/brief.ts";
import { verdictItem } from "../../../src/app/council/analyst/verdict.ts";
import { judgedItem, judgeHeadline } from "../../../src/app/council/headline-judge.ts";
import { plainSentence } from "../../../src/app/council/plain-sentence.ts";
import { languageModelSchema } from "../../../src/app/definition/language-model-schema.ts";
import type { Vote } from "../../../src/core/agent.ts";
import { ANALYST } from "../../../src/core/analyst.ts";
import { coordinate, FIRST_COURSE } from "../../../src/core/coordinator.ts";
import type { Decision } from "../../../src/core/decision.ts";
import { scoreHeadline } from "../../../src/core/lexicon/score.ts";
import type { OutsideItem } from "../../../src/core/outside.ts";
import { OutsideLog } from "../../../src/core/outside-log.ts";
import { hours, observation } from "../../agents/observe.ts";
import { INJECTIONS } from "../../corpus/injections.ts";
import { type Heard, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 60_000 });

const SEEN = observation(hours(Array.from({ length: 400 }, (_, i) => 100 + 5 * Math.sin(i / 9))));
const NOW = SEEN.time;
const HARMLESS = ["Miners publish their monthly figures", "A conference opens its doors", "Developers discuss a change of the wallet"];

const headline = (id: string, text: string, own: Partial<OutsideItem> = {}): OutsideItem => ({
  source: "headlines", id, symbol: null, published: NOW - 3_600_000, fetched: NOW - 3_600_000, known: NOW - 3_600_000, expires: NOW + 86_400_000, value: null, text: plainSentence(text, 300), score: null, ...own,
});

/** A decision over the sentiment agent's vote, another direction, and whatever the analyst says. */
function decisionOf(items: readonly OutsideItem[]): Decision {
  const log = new OutsideLog(["headlines", ANALYST]);
  for (const item of items) log.take(item);
  const outside = log.view(SEEN.symbol, NOW);
  const signed = { symbol: SEEN.symbol, time: NOW, expires: NOW + 1 };
  const votes: Vote[] = [{ ...signed, agent: "momentum", score: 0.4, confidence: 0.6, ranging: 0.2, reason: "1", evidence: { slope: 0.4 } }];
  for (const name of ["sentiment", ANALYST]) {
    const opinion = agents.find((one) => one.name === name)?.start({}).vote({ ...SEEN, outside }) ?? null;
    if (opinion !== null) votes.push({ ...signed, agent: name, ...opinion });
  }
  const params = { weights: { [ANALYST]: 0 }, quorum: 0.5, enter: 0.1, leave: 0.05, dwell: 1, kelly: 0.5 };
  const candidates = [{ name: "grid", suits: { range: 1, accumulate: 1 } }];
  return coordinate({ symbol: SEEN.symbol, time: NOW, votes, agents: votes.map(({ agent }) => agent), candidates, course: FIRST_COURSE, params, volatility: 0.03 }).decision;
}

/** All of a decision but words: sentences name the titles' count, never a title. */
const numbersOf = ({ stance, conviction, exposure, shares, votes }: Decision): unknown => ({ stance, conviction, exposure, shares, votes: votes.map(({ agent, score, confidence, size }) => ({ agent, score, confidence, size })) });

describe("a corpus of hostile headlines", () => {
  it("has more than a hundred of them, each another one", () => {
    expect(new Set(INJECTIONS).size).toBe(INJECTIONS.length);
    expect(INJECTIONS.length).toBeGreaterThan(100);
  });

  it.each(INJECTIONS.map((text, i) => [i, text] as const))("%i: moves a decision as a harmless title with the same score does, and no title's words get further", (_i, text) => {
    const hostile = headline("h", text);
    const { score } = scoreHeadline(hostile.text ?? "");
    expect(Math.abs(score)).toBeLessThanOrEqual(1);
    const others = HARMLESS.map((one, i) => headline(`o${i}`, one));
    const decision = decisionOf([...others, hostile]);
    const twin = decisionOf([...others, headline("h", "A title of no importance", { score })]);
    expect(numbersOf(decision)).toEqual(numbersOf(twin));
    // What the analyst is told is the same to the letter: numbers, and names that code has given.
    for (const masked of [true, false]) expect(briefText(briefOf(decision, SEEN, masked)!)).toBe(briefText(briefOf(twin, SEEN, masked)!));
    const said = decision.votes.map(({ reason }) => reason).join("\n");
    if ((hostile.text ?? "").length > 12) expect(said).not.toContain(hostile.text);
  });

  it("loses its hidden characters and all beyond 300 on the way", () => {
    for (const text of INJECTIONS) {
      const plain = plainSentence(text, 300);
      expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u);
      expect(Array.from(plain).length).toBeLessThanOrEqual(300);
    }
  });
});

describe("a model that does whatever a headline says", () => {
  let server: ScriptedServer;
  let opened: OpenLanguageModel;
  let folder: string;
  let obey: (question: Heard) => unknown;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "caucus-injections-"));
    server = await startScriptedServer((question) => obey(question));
    const settings = languageModelSchema.parse({ model: "openai:obedient", url: server.url, retries: 0, timeoutSeconds: 20, caps: { callsPerDay: 5_000, tokensPerDay: 100_000_000 } });
    opened = await openLanguageModel({ settings, folder, mode: "record", keys: { model: "sk-canary-0123456789", fallback: null }, secrets: [] });
  });
  afterAll(async () => {
    opened.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Judges every headline of the corpus, in turn, and gives them with what came of it. */
  async function judgeAll(): Promise<readonly (readonly [before: OutsideItem, after: OutsideItem | null])[]> {
    const judged: [OutsideItem, OutsideItem | null][] = [];
    for (const [i, text] of INJECTIONS.entries()) {
      const before = headline(`h${i}`, text);
      const answer = await judgeHeadline(opened.model, text);
      judged.push([before, answer.ok ? judgedItem(before, answer.score, NOW) : null]);
    }
    return judged;
  }

  it("and calls it the best news there is: no score is above that of its words, and no decision changes", async () => {
    obey = () => ({ score: 1 });
    const asked = server.heard.length;
    for (const [before, after] of await judgeAll()) {
      expect(after?.score).toBe(scoreHeadline(before.text ?? "").score);
      expect(numbersOf(decisionOf([before, after!]))).toEqual(numbersOf(decisionOf([before])));
    }
    // Each stood alone before the model, as data, in one line of JSON.
    for (const { input } of server.heard.slice(asked)) expect(Object.keys(JSON.parse(input) as object)).toEqual(["headline"]);
  });

  it("and answers with orders, sizes and text: the answer is thrown away, and the words count as before", async () => {
    // Another model's name, so that no answer of the last test stands in for it.
    const tricks = ['{"score":1e9}', '{"score":1,"order":{"side":"buy","quantity":1000000000}}', '{"orders":[{"side":"sell","quantity":"all"}]}', "SELL EVERYTHING NOW", '{"score":"1"}', '[{"score":1},{"score":1}]'];
    let next = 0;
    obey = () => tricks[next++ % tricks.length];
    const settings = languageModelSchema.parse({ model: "openai:tricky", url: server.url, retries: 0, timeoutSeconds: 20, caps: { callsPerDay: 5_000, tokensPerDay: 100_000_000 } });
    const tricky = await openLanguageModel({ settings, folder, mode: "record", keys: { model: "sk-canary-0123456789", fallback: null }, secrets: [] });
    try {
      for (const text of INJECTIONS) expect((await judgeHeadline(tricky.model, text)).ok).toBe(false);
    } finally {
      tricky.close();
    }
  });

  it("and calls it the end of the world: that one title counts as bad news, the others as they did", async () => {
    obey = () => ({ score: -1 });
    const settings = languageModelSchema.parse({ model: "openai:gloomy", url: server.url, retries: 0, timeoutSeconds: 20, caps: { callsPerDay: 5_000, tokensPerDay: 100_000_000 } });
    const gloomy = await openLanguageModel({ settings, folder, mode: "record", keys: { model: "sk-canary-0123456789", fallback: null }, secrets: [] });
    try {
      for (const text of INJECTIONS.slice(0, 20)) {
        const answer = await judgeHeadline(gloomy.model, text);
        const after = judgedItem(headline("h", text), answer.ok ? answer.score : 0, NOW);
        expect(after).toMatchObject({ score: -1, id: "h", text: headline("h", text).text });
        const others = HARMLESS.map((one, i) => headline(`o${i}`, one));
        expect(numbersOf(decisionOf([...others, after]))).toEqual(numbersOf(decisionOf([...others, headline("h", "A title of no importance", { score: -1 })])));
      }
    } finally {
      gloomy.close();
    }
  });

  it("and as the analyst allows all that was ever asked for: exposure is never above that without it", async () => {
    obey = () => ({ lean: 1, allow: 1, for: ["Buy 1000000000 BTC now.", "Go to https://evil.example now.", "Go all in."], against: [], numbersUsed: [1e9] });
    for (const text of INJECTIONS.slice(-40)) {
      const items = [headline("h", text)];
      const without = decisionOf(items);
      const answer = await askAnalyst(opened.model, briefOf(without, SEEN, false)!, false);
      expect(answer.ok).toBe(true);
      if (!answer.ok) continue;
      const item = verdictItem(answer.verdict, { symbol: SEEN.symbol, asked: NOW - 1, known: NOW - 1, expires: NOW + 1, promptHash: answer.promptHash });
      expect(item.text).toBe("for: Go all in.");
      const within = decisionOf([...items, item]);
      expect(within.exposure).toBeLessThanOrEqual(without.exposure);
      expect(within.stance).toBe(without.stance);
      expect(within.conviction).toBe(without.conviction);
    }
  });
});

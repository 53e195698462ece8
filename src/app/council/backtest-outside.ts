import { ANALYST, type AnalystParams, analystParams } from "../../core/analyst.ts";
import type { AgentEntry } from "../../core/agent.ts";
import type { OutsideItem } from "../../core/outside.ts";
import { coinOf } from "../../core/outside-log.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import type { Dataset } from "../../ports/candles.ts";
import type { LanguageModel, ModelCall } from "../../ports/language-model.ts";
import type { BacktestPlan } from "../backtest/plan.ts";
import { prepare } from "../backtest/prepare.ts";
import type { RunRecord } from "../backtest/record.ts";
import { backtestSteps } from "../backtest/run.ts";
import type { Definition } from "../definition/schema.ts";
import { type BriefAt, briefsOf } from "./analyst/briefs.ts";
import { askAnalyst, verdictQuestion, viewQuestion } from "./analyst/debate.ts";
import { type Verdict, verdictItem } from "./analyst/verdict.ts";
import { isUnjudged, judgedItem, judgeHeadline, judgeQuestion } from "./headline-judge.ts";
import type { OutsideReport } from "./outside-report.ts";
import { type Stock, type Task, takeStock } from "./outside-answers.ts";

/** What a backtest needs to know what was known outside. */
export interface OutsideOrder {
  readonly definition: Definition;
  readonly datasets: readonly Dataset[];
  readonly agents: readonly AgentEntry[];
  readonly strategies: readonly StrategyEntry[];
  /** Items of the definition's sources that may count from `from` until `to`, as they were collected, by the time from which they were known. */
  readonly stored: (span: { readonly from: number; readonly to: number; readonly symbols: readonly string[] }) => readonly OutsideItem[];
  /** A model that answers what was asked before; null without one. */
  readonly replay: LanguageModel | null;
  /** Drives a run to its end, so that it can be shown and stopped. */
  readonly drive: (steps: Generator<number, RunRecord>) => Promise<RunRecord>;
  /** Gets the answers to `now` as far as its owner allows; `cached` is what is there, `all` also what is to be asked later. Throws when nothing was allowed. */
  readonly fetch: (now: readonly Task<unknown>[], all: readonly Task<unknown>[], cached: number) => Promise<void>;
}

/** What was known outside in a backtest, and where it comes from. */
export interface OutsideFound {
  readonly items: readonly OutsideItem[];
  readonly report: OutsideReport | null;
  readonly warnings: readonly string[];
}

/** A verdict of the analyst with the hash of its prompt. */
export interface HashedVerdict {
  readonly verdict: Verdict;
  readonly promptHash: string;
}

const NOTHING: OutsideFound = { items: [], report: null, warnings: [] };
/** Seconds after a headline was known from which its judgement counts in a backtest. */
const JUDGE_DELAY = 60_000;

/** Whether anything outside is asked for in a definition. */
export function looksOutside({ sources, agents }: Definition): boolean {
  return Object.values(sources ?? {}).some((one) => one !== undefined) || agents[ANALYST] !== undefined;
}

/** Everything that the bot of a backtest hears of the outside: stored items, headlines with the model's judgement, and the analyst's verdicts on the decisions of a first pass. */
export async function outsideOf(order: OutsideOrder): Promise<OutsideFound> {
  const { definition, datasets, agents, strategies, replay } = order;
  if (!looksOutside(definition)) return NOTHING;
  const { plan } = prepare(definition, datasets, agents, strategies);
  const stored = order.stored(spanOf(plan, definition));
  const settings = analystOf(definition);
  for (let round = 0; ; round += 1) {
    const judging = replay === null || !judgesHeadlines(definition) ? null : await takeJudgements(stored, replay);
    const items = judging === null ? stored : sorted([...stored, ...judging.items]);
    const asking = replay === null || settings === null ? null : await takeVerdicts({ ...plan, outside: items }, settings, replay, order.drive);
    const first = judging?.stock.missing ?? [];
    const then = asking?.stock.missing ?? [];
    const cached = answeredIn(judging?.stock) + answeredIn(asking?.stock);
    // The analyst's questions depend on the headlines' scores: those come first.
    const now = first.length > 0 && round === 0 ? first : then;
    if (now.length === 0 || round > 1) return found(definition, stored, items, judging?.stock ?? null, asking);
    await order.fetch(now, [...first, ...then], cached);
    if (now === then) {
      const again = settings === null || replay === null ? null : await takeVerdicts({ ...plan, outside: items }, settings, replay, order.drive);
      return found(definition, stored, items, judging?.stock ?? null, again);
    }
  }
}

interface Asking {
  readonly briefs: readonly BriefAt[];
  readonly stock: Stock<HashedVerdict>;
  readonly items: readonly OutsideItem[];
}

/** Questions of the analyst on the decisions of a run without it: nobody's vote on direction depends on what it says. */
async function takeVerdicts(plan: BacktestPlan, settings: AnalystParams, replay: LanguageModel, drive: OutsideOrder["drive"]): Promise<Asking> {
  const briefs = briefsOf(plan, await drive(backtestSteps({ ...plan, keeps: "everything" })), settings, settings.masked !== "never");
  const stock = await takeStock(briefs.map((one) => analystTask(one, settings.debate)), replay);
  const items = briefs.flatMap(({ symbol, time, timeframe }, i) => {
    const answer = stock.answers[i];
    if (!answer) return [];
    return [verdictItem(answer.value.verdict, { symbol, asked: time, known: time + settings.delay * 1_000, expires: time + settings.lasts * timeframe, promptHash: answer.value.promptHash })];
  });
  return { briefs, stock, items };
}

/** Asking the analyst about one brief. */
export function analystTask({ brief }: Pick<BriefAt, "brief">, debate: boolean): Task<HashedVerdict> {
  return {
    questions: [...(debate ? [viewQuestion(brief, "bull"), viewQuestion(brief, "bear")] : []), verdictQuestion(brief, debate ? {} : null)],
    ask: async (model, signal) => {
      const answer = await askAnalyst(model, brief, debate, signal);
      return answer.ok ? { ok: true, value: { verdict: answer.verdict, promptHash: answer.promptHash }, calls: answer.calls } : answer;
    },
  };
}

/** Headlines that nobody has judged, each wording asked about once. */
async function takeJudgements(stored: readonly OutsideItem[], replay: LanguageModel): Promise<{ readonly stock: Stock<number>; readonly items: readonly OutsideItem[] }> {
  const judged = new Set(stored.filter(({ score }) => score !== null).map(({ id }) => id));
  const open = stored.filter((item) => isUnjudged(item) && !judged.has(item.id));
  const texts = [...new Set(open.map(({ text }) => text ?? ""))];
  const stock = await takeStock(texts.map(judgeTask), replay);
  const scores = new Map(texts.flatMap((text, i) => {
    const answer = stock.answers[i];
    return answer ? [[text, answer.value] as const] : [];
  }));
  const items = open.flatMap((item) => {
    const score = scores.get(item.text ?? "");
    return score === undefined ? [] : [judgedItem(item, score, item.known + JUDGE_DELAY)];
  });
  return { stock, items };
}

function judgeTask(text: string): Task<number> {
  return {
    questions: [judgeQuestion(text)],
    ask: async (model, signal) => {
      const answer = await judgeHeadline(model, text, signal);
      const calls = answer.call === null ? [] : [answer.call];
      return answer.ok ? { ok: true, value: answer.score, calls } : { ok: false, why: answer.why, message: answer.message, calls };
    },
  };
}

function found(definition: Definition, stored: readonly OutsideItem[], items: readonly OutsideItem[], judged: Stock<number> | null, asking: Asking | null): OutsideFound {
  const names = Object.entries(definition.sources ?? {}).flatMap(([name, one]) => (one === undefined ? [] : [name]));
  const stocks = [judged, asking?.stock ?? null].filter((one) => one !== null);
  const calls = stocks.flatMap(({ answers }) => answers.flatMap((answer) => (answer === null ? [] : answer.calls)));
  const warnings: string[] = [];
  for (const name of names) if (!stored.some(({ source }) => source === name)) warnings.push(`nothing of the source ${name} is stored for these months: get it with \`caucus data download --source ${name}\`, where it tells its past`);
  const silent = asking?.stock.missing.length ?? 0;
  if (asking && silent > 0) warnings.push(`${silent} of ${asking.briefs.length} questions to the analyst have no answer: it abstains there`);
  if (judged && judged.missing.length > 0) warnings.push(`${judged.missing.length} of ${judged.answers.length} headlines are not judged by the model: the lexicon reads them`);
  if (asking && definition.agents[ANALYST] !== undefined && asking.briefs.length === 0) warnings.push("the analyst was never asked: no decision had votes to weigh");
  if (analystOf(definition)?.masked === "never") warnings.push("the analyst was told symbol and dates: a model that remembers these months flatters the result; see `caucus leakage`");
  return {
    items: sorted([...items, ...(asking?.items ?? [])]),
    report: {
      sources: names.map((source) => ({ source, items: stored.filter((item) => item.source === source).length })),
      model: definition.languageModel === undefined || stocks.length === 0 ? null : modelReport(definition.languageModel.model, calls, asking, judged),
    },
    warnings,
  };
}

function modelReport(name: string, calls: readonly ModelCall[], asking: Asking | null, judged: Stock<number> | null): NonNullable<OutsideReport["model"]> {
  const costs = calls.map(({ cost }) => cost).filter((cost) => cost !== null);
  return {
    name,
    verdicts: asking === null ? 0 : answeredIn(asking.stock),
    unanswered: (asking?.stock.missing.length ?? 0) + (judged?.missing.length ?? 0),
    headlines: judged === null ? 0 : answeredIn(judged),
    calls: calls.length,
    tokens: calls.reduce((sum, { tokensIn, tokensOut }) => sum + tokensIn + tokensOut, 0),
    // As it was when it was asked: the same in a run that only replays.
    cost: costs.length < calls.length ? null : costs.reduce((sum, cost) => sum + cost, 0),
  };
}

const answeredIn = (stock: Stock<unknown> | undefined): number => stock?.answers.filter((answer) => answer !== null).length ?? 0;

/** How the analyst of a definition is asked; null without one, or without a model. */
export function analystOf(definition: Definition): AnalystParams | null {
  const params = definition.agents[ANALYST];
  return params === undefined || definition.languageModel === undefined ? null : analystParams.parse(params);
}

function judgesHeadlines({ sources, languageModel }: Definition): boolean {
  return languageModel !== undefined && sources?.headlines?.judge === "model";
}

function spanOf({ markets }: BacktestPlan, { symbols }: Definition): { readonly from: number; readonly to: number; readonly symbols: readonly string[] } {
  const from = Math.min(...markets.map(({ series, from: first }) => series.time[first] ?? 0));
  const to = Math.max(...markets.map(({ series }) => (series.time[series.length - 1] ?? 0) + series.timeframe));
  return { from, to, symbols: [...symbols, ...symbols.map(coinOf)] };
}

/** In the order in which they became known; items of one moment stay in theirs. */
function sorted(items: readonly OutsideItem[]): OutsideItem[] {
  return items.toSorted((a, b) => a.known - b.known);
}

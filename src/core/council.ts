import type { Vote } from "./agent.ts";
import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import { type CoordinatorParams, coordinate } from "./coordinator.ts";
import type { Decision } from "./decision.ts";
import { drawdownOf } from "./drawdown.ts";
import { opinionProblem } from "./opinion-check.ts";
import { equityOf, inventoryOf, totalInventory } from "./valuation.ts";

/** Asks every agent, pools the votes and keeps the decision. */
export function decide(bot: Bot, symbol: SymbolState, time: number): Decision {
  const equity = equityOf(bot);
  bot.peakEquity = Math.max(bot.peakEquity, equity);
  const { isUnread = false, profile } = bot.plan;
  const seen = {
    symbol: symbol.symbol,
    time,
    candles: symbol.candles,
    indicators: symbol.indicators,
    outside: bot.outside.view(symbol.symbol, time),
    account: {
      equity,
      drawdown: drawdownOf(bot, equity),
      exposure: inventoryOf(symbol) / equity,
      totalExposure: totalInventory(bot) / equity,
    },
    isUnread,
  };
  const observation = bot.profile === null || bot.profile === profile ? seen : { ...seen, limits: bot.profile };
  const votes: Vote[] = [];
  let malformed: { agent: string; why: string }[] | null = null;
  for (const agent of bot.plan.agents) {
    if (symbol.candles.length < agent.warmup) continue;
    const opinion = agent.vote(observation);
    if (opinion === null) continue;
    const why = opinionProblem(opinion);
    if (why === null) votes.push({ ...opinion, agent: agent.name, symbol: symbol.symbol, time, expires: time + symbol.candles.timeframe });
    else {
      (malformed ??= []).push({ agent: agent.name, why });
      // A view that is missing leaves the others'; a limit that is missing would leave none.
      if (agent.sizes) votes.push(closedVote(agent.name, symbol, time, why));
    }
  }
  const scored = symbol.learning.pass(time, symbol.price, votes);
  const weights = symbol.learning.weights();
  const { decision: taken, course } = coordinate({
    symbol: symbol.symbol,
    time,
    votes,
    agents: bot.agentNames,
    candidates: symbol.sleeves.map((sleeve) => sleeve.strategy),
    course: symbol.course,
    params: paramsInForce(bot, symbol),
    volatility: volatilityOf(symbol),
    isUnread,
  });
  const { stance, conviction, exposure, shares, levels, vetoes, reason } = taken;
  const plain: Decision = { symbol: symbol.symbol, time, stance, conviction, exposure, shares, levels, votes, vetoes, reason, weights };
  const decision = scored || malformed ? { ...plain, ...(scored ? { scored } : {}), ...(malformed ? { malformed } : {}) } : plain;
  symbol.course = course;
  symbol.decision = decision;
  return decision;
}

/** What counts in place of a limit that could not be read: nothing new. */
function closedVote(agent: string, { symbol, candles }: SymbolState, time: number, why: string): Vote {
  const reason = `its answer could not be used (${why}), so nothing new is bought`;
  return { agent, symbol, time, expires: time + candles.timeframe, score: 0, confidence: 0, size: 0, reason, evidence: {} };
}

/** How a symbol's votes become a decision now: the plan, with the weights that its council has learned. */
export function paramsInForce(bot: Bot, symbol: SymbolState): CoordinatorParams {
  const weights = symbol.learning.weights();
  const known = inForce.get(weights);
  if (known) return known;
  const params = { ...bot.plan.coordinator, weights: { ...bot.sizers, ...weights } };
  inForce.set(weights, params);
  return params;
}

/** By the learned weights, which are the same object until something is learned. */
const inForce = new WeakMap<Readonly<Record<string, number>>, CoordinatorParams>();

/** ATR whose bars are short enough to be of now. */
const ATR_PERIOD = 14;
/** A bar of a random walk spans sqrt(8 / pi) standard moves on average (Feller, 1951). */
const SPAN = Math.sqrt(8 / Math.PI);

/** One standard move of a symbol over the horizon of its votes, fraction of the price; NaN before its ATR is warm. */
export function volatilityOf({ indicators, price, learning }: SymbolState): number {
  return (indicators.atr(ATR_PERIOD) / price / SPAN) * Math.sqrt(learning.horizon);
}

/** A budget moves only by more than this share, so that orders are not resized with every tick of equity. */
const BUDGET_BAND = 0.2;

/** Hands a sleeve its mode and budget; true when either changed. */
export function assign(bot: Bot, sleeve: SleeveState, decision: Decision): boolean {
  const { view } = sleeve;
  view.decision = decision;
  if (sleeve.strategy.byHand) return assignByHand(bot, sleeve, decision);
  if (decision.stance === "hold") return false;
  const share = decision.shares[sleeve.account.strategy] ?? 0;
  const mode = decision.stance === "halt" || bot.hold === "flatten" ? "exit" : share > 0 ? "active" : "wind-down";
  const symbolShare = Math.min(1 / bot.symbols.size, bot.profile?.maxSymbolShare ?? 1);
  const budget = mode === "active" ? equityOf(bot) * symbolShare * decision.exposure * share : view.budget;
  const moved = Math.abs(budget - view.budget) > BUDGET_BAND * view.budget;
  if (mode === view.mode && !moved) return false;
  view.mode = mode;
  if (moved) view.budget = budget;
  return true;
}

/** Who trades by hand has no share that could be taken away: only what sells everything stops it. */
function assignByHand(bot: Bot, { view }: SleeveState, decision: Decision): boolean {
  const mode = decision.stance === "halt" || bot.hold === "flatten" ? "exit" : "active";
  if (mode === view.mode) return false;
  view.mode = mode;
  return true;
}

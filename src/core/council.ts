import type { Observation, Opinion, Vote } from "./agent.ts";
import type { Bot, RulesInForce, SleeveState, SymbolState } from "./bot.ts";
import { coordinate, weightsOf } from "./coordinator.ts";
import type { Decision } from "./decision.ts";
import { drawdownOf } from "./drawdown.ts";
import { opinionProblem } from "./opinion-check.ts";
import { RISK_PROFILES } from "./risk-profiles.ts";
import { cashFloor, idleBudgetOf, reachOf } from "./treasury-claims.ts";
import { cashOf, equityOf, inventoryOf } from "./valuation.ts";

/** Asks every agent, pools the votes and keeps the decision; `inventory` is what all base held is worth now, quote. */
export function decide(bot: Bot, symbol: SymbolState, time: number, inventory: number): Decision {
  const equity = cashOf(bot) + inventory;
  bot.peakEquity = Math.max(bot.peakEquity, equity);
  const { isUnread = false, profile } = bot.plan;
  const seen = look(bot, symbol, time, equity, inventory, isUnread);
  // An agent knows the table by its profile's name; what is not as the table says has to be shown.
  const limits = bot.profile === profile && profile === (profile && RISK_PROFILES[profile.name]) ? null : bot.profile;
  const observation = limits === null ? seen : { ...seen, limits };
  const votes: Vote[] = [];
  let malformed: { agent: string; why: string }[] | null = null;
  for (const agent of bot.plan.agents) {
    if (symbol.candles.length < agent.warmup) continue;
    const opinion = agent.vote(observation);
    if (opinion === null) continue;
    const why = opinionProblem(opinion);
    if (why === null) votes.push(isUnread ? signedBare(opinion, agent.name, symbol, time) : { ...opinion, agent: agent.name, symbol: symbol.symbol, time, expires: time + symbol.candles.timeframe });
    else {
      (malformed ??= []).push({ agent: agent.name, why });
      // A view that is missing leaves the others'; a limit that is missing would leave none.
      if (agent.sizes) votes.push(closedVote(agent.name, symbol, time, why));
    }
  }
  const scored = symbol.learning.pass(time, symbol.price, votes);
  const inForce = rulesInForce(bot, symbol);
  const { decision: taken, course } = coordinate({
    symbol: symbol.symbol,
    time,
    votes,
    agents: bot.agentNames,
    candidates: symbol.candidates,
    course: symbol.course,
    params: inForce.params,
    weights: inForce.inOrder,
    learned: inForce.learned,
    volatility: volatilityOf(symbol),
    isUnread,
  });
  const decision = scored || malformed ? { ...taken, ...(scored ? { scored } : {}), ...(malformed ? { malformed } : {}) } : taken;
  symbol.course = course;
  symbol.decision = decision;
  return decision;
}

/**
 * What the agents are shown. Where nobody will read what they make of it, one object of a symbol serves for all of its decisions: an agent
 * has nothing to keep of what it was shown.
 */
function look(bot: Bot, symbol: SymbolState, time: number, equity: number, inventory: number, isUnread: boolean): Observation {
  const drawdown = drawdownOf(bot, equity);
  const exposure = inventoryOf(symbol) / equity;
  const totalExposure = inventory / equity;
  const outside = bot.outside.view(symbol.symbol, time);
  if (symbol.shown === null) {
    const { candles, indicators } = symbol;
    const shown = { symbol: symbol.symbol, time, candles, indicators, outside, account: { equity, drawdown, exposure, totalExposure }, isUnread };
    if (isUnread) symbol.shown = shown;
    return shown;
  }
  const { shown } = symbol;
  const { account } = shown;
  shown.time = time;
  shown.outside = outside;
  account.equity = equity;
  account.drawdown = drawdown;
  account.exposure = exposure;
  account.totalExposure = totalExposure;
  return shown;
}

/** A signed opinion that nobody will read: the kinds that agents give have their fields written out, since spreading an object costs more than many a vote. */
function signedBare(opinion: Opinion, agent: string, { symbol, candles }: SymbolState, time: number): Vote {
  const { score, confidence, reason, evidence, levels, veto, ranging, size } = opinion;
  const expires = time + candles.timeframe;
  if (veto === undefined && levels === undefined) {
    if (ranging === undefined) return size === undefined ? { score, confidence, reason, evidence, agent, symbol, time, expires } : { score, confidence, reason, evidence, size, agent, symbol, time, expires };
    if (size === undefined) return { score, confidence, reason, evidence, ranging, agent, symbol, time, expires };
  } else if (veto === undefined && levels !== undefined && ranging === undefined && size === undefined) return { score, confidence, reason, evidence, levels, agent, symbol, time, expires };
  return { ...opinion, agent, symbol, time, expires };
}

/** What counts in place of a limit that could not be read: nothing new. */
function closedVote(agent: string, { symbol, candles }: SymbolState, time: number, why: string): Vote {
  const reason = `its answer could not be used (${why}), so nothing new is bought`;
  return { agent, symbol, time, expires: time + candles.timeframe, score: 0, confidence: 0, size: 0, reason, evidence: {} };
}

/** How a symbol's votes become a decision now: the plan, with the weights that its council has learned. */
export function rulesInForce(bot: Bot, symbol: SymbolState): RulesInForce {
  const weights = symbol.learning.weights();
  if (symbol.inForce?.learned !== weights) {
    const params = { ...bot.plan.coordinator, weights: { ...bot.sizers, ...weights } };
    symbol.inForce = { learned: weights, params, inOrder: weightsOf(bot.agentNames, params) };
  }
  return symbol.inForce;
}

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

/** Hands a sleeve its mode and budget of an account that is worth `equity` now, quote; true when either changed. */
export function assign(bot: Bot, sleeve: SleeveState, decision: Decision, equity: number): boolean {
  const { view } = sleeve;
  view.decision = decision;
  if (sleeve.strategy.byHand) return assignByHand(bot, sleeve, decision);
  if (sleeve.strategy.isForAccount) return assignForAccount(bot, sleeve, decision, equity);
  const usesIdle = bot.plan.treasury !== undefined && bot.plan.treasury.idle.length > 0;
  if (decision.stance !== "hold") give(bot, sleeve, decision, equity);
  else if (!usesIdle) return false;
  const { given } = sleeve;
  const extra = usesIdle ? idleBudgetOf(bot, sleeve) : 0;
  const mode = extra > 0 && given.mode === "wind-down" ? "active" : given.mode;
  const budget = extra > 0 ? extra + (given.mode === "active" ? given.budget : 0) : given.budget;
  const moved = Math.abs(budget - view.budget) > BUDGET_BAND * view.budget;
  if (mode === view.mode && !moved) return false;
  view.mode = mode;
  if (moved) view.budget = budget;
  return true;
}

/** What the council gives a strategy, idle cash left out. */
function give(bot: Bot, sleeve: SleeveState, decision: Decision, equity: number): void {
  const { given } = sleeve;
  const share = decision.shares[sleeve.account.strategy] ?? 0;
  const mode = decision.stance === "halt" || bot.hold === "flatten" ? "exit" : share > 0 ? "active" : "wind-down";
  given.mode = mode;
  if (mode !== "active") return;
  const symbolShare = Math.min(1 / bot.sharers, bot.profile?.maxSymbolShare ?? 1);
  const reached = Math.min(symbolShare * decision.exposure, reachOf(bot, equity) / bot.sharers);
  const budget = equity * bot.unclaimed * reached * share;
  if (Math.abs(budget - given.budget) > BUDGET_BAND * given.budget) given.budget = budget;
}

/**
 * Who decides how much of everything has its share of the account whatever the stance. A veto sells the symbol, a council
 * that leans down buys no more of it, and the exposure that the decision allows scales what is wanted of it.
 */
function assignForAccount(bot: Bot, { account, view, given }: SleeveState, decision: Decision, equity: number): boolean {
  const mode = decision.stance === "halt" || bot.hold === "flatten" ? "exit" : decision.stance === "reduce" ? "wind-down" : "active";
  const budget = equity * (bot.claims[account.strategy]?.[account.symbol] ?? 0) * decision.exposure;
  const moved = Math.abs(budget - view.budget) > BUDGET_BAND * view.budget;
  if (mode === view.mode && !moved) return false;
  given.mode = view.mode = mode;
  if (moved) given.budget = view.budget = budget;
  return true;
}

/** Hands the sleeves of a symbol their budgets when trading begins without a council: equal parts of what those for the whole account leave. */
export function startBudgets(bot: Bot, { symbol, sleeves }: SymbolState): void {
  const equity = equityOf(bot);
  const reach = equity - cashFloor(bot, equity);
  const sharing = sleeves.filter(({ strategy }) => !strategy.byHand && !strategy.isForAccount).length;
  const share = 1 / (bot.symbols.size * sharing);
  for (const { strategy, view } of sleeves) {
    if (strategy.byHand) view.budget = 0;
    else view.budget = strategy.isForAccount ? reach * (bot.claims[strategy.name]?.[symbol] ?? 0) : reach * bot.unclaimed * share;
  }
}

/** Who trades by hand has no share that could be taken away: only what sells everything stops it. */
function assignByHand(bot: Bot, { view }: SleeveState, decision: Decision): boolean {
  const mode = decision.stance === "halt" || bot.hold === "flatten" ? "exit" : "active";
  if (mode === view.mode) return false;
  view.mode = mode;
  return true;
}

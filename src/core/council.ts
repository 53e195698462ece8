import type { Vote } from "./agent.ts";
import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import { coordinate } from "./coordinator.ts";
import type { Decision } from "./decision.ts";
import { equityOf, inventoryOf, totalInventory } from "./valuation.ts";

/** Asks every agent, pools the votes and keeps the decision. */
export function decide(bot: Bot, symbol: SymbolState, time: number): Decision {
  const equity = equityOf(bot);
  bot.peakEquity = Math.max(bot.peakEquity, equity);
  const observation = {
    symbol: symbol.symbol,
    time,
    candles: symbol.candles,
    indicators: symbol.indicators,
    account: {
      equity,
      drawdown: bot.peakEquity > 0 ? 1 - equity / bot.peakEquity : 0,
      exposure: inventoryOf(symbol) / equity,
      totalExposure: totalInventory(bot) / equity,
    },
  };
  const votes: Vote[] = [];
  for (const agent of bot.plan.agents) {
    if (symbol.candles.length < agent.warmup) continue;
    const opinion = agent.vote(observation);
    if (opinion !== null) {
      votes.push({ ...opinion, agent: agent.name, symbol: symbol.symbol, time, expires: time + symbol.candles.timeframe });
    }
  }
  const { decision, course } = coordinate({
    symbol: symbol.symbol,
    time,
    votes,
    agents: bot.agentNames,
    candidates: symbol.sleeves.map((sleeve) => sleeve.strategy),
    course: symbol.course,
    params: bot.plan.coordinator,
  });
  symbol.course = course;
  symbol.decision = decision;
  return decision;
}

/** A budget moves only by more than this share, so that orders are not resized with every tick of equity. */
const BUDGET_BAND = 0.2;

/** Hands a sleeve its mode and budget; true when either changed. */
export function assign(bot: Bot, sleeve: SleeveState, decision: Decision): boolean {
  const { view } = sleeve;
  view.decision = decision;
  if (decision.stance === "hold") return false;
  const share = decision.shares[sleeve.account.strategy] ?? 0;
  const mode = decision.stance === "halt" || bot.hold === "flatten" ? "exit" : share > 0 ? "active" : "wind-down";
  const symbolShare = Math.min(1 / bot.symbols.size, bot.plan.profile?.maxSymbolShare ?? 1);
  const budget = mode === "active" ? equityOf(bot) * symbolShare * decision.exposure * share : view.budget;
  const moved = Math.abs(budget - view.budget) > BUDGET_BAND * view.budget;
  if (mode === view.mode && !moved) return false;
  view.mode = mode;
  if (moved) view.budget = budget;
  return true;
}

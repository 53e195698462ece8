import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import { type Claim, floorOf, idleBudget } from "./treasury.ts";
import { cashOf, equityOf } from "./valuation.ts";

/** Cash that has to stay free, quote, when the account is worth `equity`. */
export function cashFloor({ plan, profile }: Bot, equity: number): number {
  return floorOf(equity, profile?.reserve ?? 0, plan.treasury?.reserve);
}

/** Share of equity that budgets may reach, all symbols together; 1 unless the reserve leaves less than the exposure that the profile allows. */
export function reachOf(bot: Bot, equity: number): number {
  const room = equity > 0 ? Math.max(0, 1 - cashFloor(bot, equity) / equity) : 1;
  return room < (bot.profile?.maxExposure ?? 1) ? room : 1;
}

/** What a sleeve may have in the market of what nobody else has a claim on, quote; 0 where its owner allowed nothing. */
export function idleBudgetOf(bot: Bot, sleeve: SleeveState): number {
  const idle = bot.plan.treasury?.idle ?? [];
  const { account } = sleeve;
  if (!idle.some(({ strategy, symbols }) => strategy === account.strategy && (symbols?.includes(account.symbol) ?? true))) return 0;
  const claims: Claim[] = [];
  let own: Claim | null = null;
  for (const place of bot.symbols.values()) {
    for (const one of place.sleeves) {
      const claim = claimOf(bot, place, one);
      claims.push(claim);
      if (one === sleeve) own = claim;
    }
  }
  if (own === null) return 0;
  const equity = equityOf(bot);
  const { quoteScale } = account.instrument;
  const free = bot.ledger.quoteFree / quoteScale;
  const inMarket = equity - cashOf(bot) + bot.ledger.quoteReserved / quoteScale;
  const room = (bot.profile?.maxExposure ?? 1) * equity - inMarket;
  return idleBudget(idle, own, claims, equity, Math.min(free - cashFloor(bot, equity), room));
}

/** What leans down or holds the bot back keeps idle cash idle: the owner allowed its use, not the overruling of a council. */
function claimOf(bot: Bot, { symbol, decision, suspended, instrument }: SymbolState, { account, given, orders }: SleeveState): Claim {
  let reserved = 0;
  for (const order of orders.live.values()) if (order.desired.side === "buy") reserved += order.reserved;
  const isOpen = bot.hold === "run" && !suspended && decision !== null && decision.stance !== "halt" && decision.stance !== "reduce";
  return { strategy: account.strategy, symbol, budget: given.mode === "active" ? given.budget : 0, used: (account.cost + reserved) / instrument.quoteScale, isOpen };
}

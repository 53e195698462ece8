import { type Bot } from "../../core/bot.ts";
import { baseOf } from "../../core/instrument.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import { cashOf, inventoryOf } from "../../core/valuation.ts";
import type { BalanceRow, Position, StatusView } from "../../ports/operator.ts";
import { statusOf } from "../trade/report.ts";
import { type Watched, heldOf, money, priceOrNull, quoteName } from "./watched.ts";

/** How the bot stands. */
export function statusView({ session, parts }: Watched): StatusView {
  const { bot } = session;
  const report = statusOf(session);
  return {
    ...report,
    bot: parts.botId,
    mode: parts.mode,
    venue: parts.venue.name,
    time: parts.venue.now(),
    quote: quoteName(bot),
    onStop: parts.definition.trade.onStop,
    ...(parts.outside ? { outside: parts.outside() } : {}),
    exposure: report.equity > 0 ? (report.equity - report.cash) / report.equity : 0,
    symbols: [...bot.symbols.values()].map((state, i) => ({
      symbol: state.symbol,
      base: state.instrument.base,
      price: priceOrNull(state),
      held: heldOf(state),
      worth: worthOf(inventoryOf(state)),
      stance: state.decision?.stance ?? null,
      openOrders: report.symbols[i]?.openOrders ?? 0,
    })),
  };
}

/** Something held before the first price is worth nothing known. */
const worthOf = (value: number): number => (Number.isFinite(value) ? value : 0);

/** The bot's own books by asset: quote first, then the bases. */
export function balanceRows(bot: Bot): readonly BalanceRow[] {
  const quote = { asset: quoteName(bot), free: money(bot, bot.ledger.quoteFree), reserved: money(bot, bot.ledger.quoteReserved), worth: cashOf(bot) };
  const bases = [...bot.symbols.values()].map((state): BalanceRow => {
    const { instrument, sleeves } = state;
    const free = baseOf(instrument, sleeves.reduce((sum, { account }) => sum + account.baseFree, 0));
    const reserved = baseOf(instrument, sleeves.reduce((sum, { account }) => sum + account.baseReserved, 0));
    const price = priceOrNull(state);
    return { asset: instrument.base, free, reserved, worth: price === null ? null : (free + reserved) * price };
  });
  return [quote, ...bases];
}

/** What each strategy holds of each symbol; also those that hold nothing and may. */
export function positions(bot: Bot): readonly Position[] {
  return [...bot.symbols.values()].flatMap((state) =>
    state.sleeves.map(({ account, view }): Position => {
      const { instrument } = state;
      const held = baseOf(instrument, baseUnitsOf(account));
      const cost = money(bot, account.cost + account.dustCost);
      const worth = held === 0 ? 0 : worthOf(held * state.price);
      return {
        symbol: state.symbol,
        base: instrument.base,
        strategy: account.strategy,
        held,
        cost,
        average: held > 0 ? cost / held : null,
        worth,
        openProfit: worth - cost,
        budget: view.budget,
      };
    }),
  );
}

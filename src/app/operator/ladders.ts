import type { Bot, SleeveState, SymbolState } from "../../core/bot.ts";
import { type Instrument, baseOf, priceOf, quantityOf } from "../../core/instrument.ts";
import type { DesiredOrder } from "../../core/order.ts";
import { toSteps } from "../../core/reconcile.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { DcaView, GridView } from "../../ports/operator.ts";
import { money, priceOrNull } from "./watched.ts";

/** Every grid of the bot, one a symbol; `open` are the orders that have not come to their end. */
export function gridViews(bot: Bot, open: readonly OrderRow[]): readonly GridView[] {
  return sleevesOf(bot, "grid").map(([state, sleeve]) => {
    const levels = sleeve.strategy.ladder();
    const price = priceOrNull(state);
    const [lowest, highest] = [levels[0], levels.at(-1)];
    const resting = new Set(open.filter((row) => row.symbol === state.symbol && row.strategy === "grid" && (row.state === "OPEN" || row.state === "PARTIAL")).map(({ key }) => key));
    const orders = sleeve.strategy.desired().flatMap((wish) => {
      const { price: at, quantity } = asSent(state.instrument, wish);
      return at === null ? [] : [{ side: wish.side, price: at, quantity, resting: resting.has(wish.key) }];
    });
    return {
      ...common(bot, state, sleeve),
      levels,
      inRange: price === null || lowest === undefined || highest === undefined ? null : price >= lowest && price <= highest,
      orders: orders.toSorted((a, b) => b.price - a.price),
      filledCells: [...sleeve.account.lots.values()].filter(({ units }) => units > 0).length,
      trips: tripsOf(bot, sleeve),
    };
  });
}

/** Every DCA deal of the bot, one a symbol. */
export function dcaViews(bot: Bot): readonly DcaView[] {
  return sleevesOf(bot, "dca").map(([state, sleeve]) => {
    const own = common(bot, state, sleeve);
    const price = priceOrNull(state);
    const wanted = sleeve.strategy.desired();
    const exit = wanted.find(({ side, type }) => side === "sell" && type === "limit");
    // A trailing exit rests nowhere: the level that starts it is watched.
    const takeProfit = (exit ? asSent(state.instrument, exit).price : null) ?? (own.held > 0 ? (sleeve.strategy.watch()?.above ?? null) : null);
    return {
      ...own,
      average: own.held > 0 ? own.cost / own.held : null,
      takeProfit,
      toTakeProfit: takeProfit === null || price === null ? null : takeProfit / price - 1,
      rungs: wanted
        .filter(({ side }) => side === "buy")
        .map((wish) => asSent(state.instrument, wish))
        .sort((a, b) => (b.price ?? Number.POSITIVE_INFINITY) - (a.price ?? Number.POSITIVE_INFINITY)),
      deals: tripsOf(bot, sleeve),
    };
  });
}

/** Price (null at the market) and quantity as the venue gets them. */
function asSent(instrument: Instrument, wish: DesiredOrder): { readonly price: number | null; readonly quantity: number } {
  const { ticks, steps } = toSteps(instrument, wish);
  return { price: wish.type === "limit" ? priceOf(instrument, ticks) : null, quantity: quantityOf(instrument, steps) };
}

function sleevesOf(bot: Bot, strategy: string): readonly (readonly [SymbolState, SleeveState])[] {
  return [...bot.symbols.values()].flatMap((state) => state.sleeves.filter(({ account }) => account.strategy === strategy).map((sleeve) => [state, sleeve] as const));
}

function common(bot: Bot, state: SymbolState, { account, view, strategy }: SleeveState) {
  return {
    symbol: state.symbol,
    base: state.instrument.base,
    price: priceOrNull(state),
    mode: view.mode,
    // What is left of closed lots is no part of a grid or a deal: it is in the balance.
    held: baseOf(state.instrument, [...account.lots.values()].reduce((sum, { units }) => sum + units, 0)),
    cost: money(bot, account.cost),
    budget: view.budget,
    closedProfit: money(bot, account.closedProfit),
    warnings: strategy.warnings(),
  };
}

function tripsOf(bot: Bot, { account }: SleeveState): number {
  return bot.ledger.roundTrips.filter(({ symbol, strategy }) => symbol === account.symbol && strategy === account.strategy).length;
}

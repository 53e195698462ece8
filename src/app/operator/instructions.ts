import { complaint, paramsInstruction } from "../../core/instruction.ts";
import { quantityOf } from "../../core/instrument.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { InstructionRow, OperatorOrders, OrderDraft, OrderPreview, ParamsPreview } from "../../ports/operator.ts";
import { failureText } from "./health.ts";
import { handOf, instructionOf, type Now, orderPreview } from "./order-preview.ts";
import { type Change, paramsPreview } from "./params-preview.ts";
import { profilePreview } from "./profile-preview.ts";
import { type Watched, priceOrNull, symbolOf } from "./watched.ts";

/** What an operator can order a running bot to do. What a preview refuses is refused here too, in the same words. */
export function ordersOf({ session, parts: { venue } }: Watched): OperatorOrders {
  const { bot } = session;
  const nowOf = (symbol: string): Now => {
    const state = symbolOf(bot, symbol);
    return { time: venue.now(), last: session.extremes(symbol, 0).last?.price ?? priceOrNull(state) };
  };
  const preview = (draft: OrderDraft): OrderPreview => orderPreview({ bot, draft, ...nowOf(draft.symbol) });
  const foresee = (change: Change): ParamsPreview => paramsPreview(bot, change, nowOf(change.symbol));
  const assertAlive = (): void => {
    if (session.failure !== null) throw new RunError(`The bot has stopped and sends nothing more (${failureText(session.failure)}). Look at its orders at the exchange.`);
  };
  return {
    previewOrder: preview,
    order(draft, by) {
      assertAlive();
      refuse("The order", preview(draft).refusals);
      const hand = handOf(symbolOf(bot, draft.symbol));
      const id = hand?.strategy.instructions?.nextId() ?? 1;
      refuse("The order", session.instruct(draft.symbol, hand?.account.strategy ?? "", { ...instructionOf(draft, id) }, by));
      return id;
    },
    cancelInstruction(symbol, id, by) {
      assertAlive();
      const hand = handOf(symbolOf(bot, symbol));
      refuse("The cancel", session.instruct(symbol, hand?.account.strategy ?? "", { do: "cancel", id }, by));
    },
    instructions: () => instructionRows(session),
    previewParams: (strategy, symbol, params) => foresee({ strategy, symbol, params }),
    setParams(strategy, symbol, params, by) {
      assertAlive();
      refuse("The change", foresee({ strategy, symbol, params }).refusals);
      const instruction = paramsInstruction.safeParse({ do: "params", params });
      if (!instruction.success) throw new UserError(`The change is refused: ${complaint(instruction.error)}.`);
      refuse("The change", session.instruct(symbol, strategy, instruction.data, by));
    },
    previewProfile: (name) => profilePreview(bot, name),
    setProfile(name, by) {
      assertAlive();
      refuse("The profile", profilePreview(bot, name).refusals);
      refuse("The profile", session.profile(name, by));
    },
  };
}

function refuse(what: string, why: readonly string[]): void {
  if (why.length > 0) throw new UserError(`${what} is refused: ${why.join("; ")}.`, why);
}

/** Orders by hand that are not done, oldest first. */
function instructionRows({ bot, desk }: Watched["session"]): readonly InstructionRow[] {
  const open = new Set(desk.open().flatMap(({ symbol, strategy, key, state }) => (state === "OPEN" || state === "PARTIAL" ? [`${symbol} ${strategy} ${key}`] : [])));
  const rows = [...bot.symbols.values()].flatMap((state): InstructionRow[] => {
    const hand = handOf(state);
    const { symbol, instrument } = state;
    return (hand?.strategy.instructions?.pending() ?? []).map(({ key, ...pending }) => {
      const live = key === null ? undefined : hand?.orders.live.get(key);
      const steps = live ? live.filledBefore + live.filled : key === null ? 0 : (hand?.orders.partial.get(key) ?? 0);
      const isOpen = key !== null && open.has(`${symbol} ${hand?.account.strategy ?? ""} ${key}`);
      return { ...pending, symbol, base: instrument.base, quote: instrument.quote, state: key === null ? "waiting" : isOpen ? "resting" : "planned", filled: quantityOf(instrument, steps) };
    });
  });
  return rows.toSorted((a, b) => a.given - b.given || a.symbol.localeCompare(b.symbol) || a.id - b.id);
}

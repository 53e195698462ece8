import type { Bot, SleeveState, SymbolState } from "./bot.ts";
import { isRecord, type PendingInstruction } from "./instruction.ts";
import { type Notice, type RefreshOutput, refresh, tellOwner } from "./refresh.ts";
import { profileUnder } from "./profile-overrides.ts";
import type { RiskProfileName } from "./risk-profiles.ts";

/** An instruction of the owner to one strategy, as plain data; the time is epoch milliseconds. */
interface Instruct {
  readonly symbol: string;
  readonly strategy: string;
  readonly instruction: unknown;
  readonly time: number;
}

/** The key of notices about an instruction, which has no order yet. */
export const INSTRUCTION = "instruction";

/** Hands an instruction to its strategy. What is not taken is told, never thrown: it came from a person. */
export function instruct(bot: Bot, event: Instruct, output: RefreshOutput): void {
  const why = take(bot, event, output);
  if (why !== null) tellOwner(output, refused(event.symbol, event.strategy, why));
}

/** Why an instruction is not taken, a sentence; null when it is in force. */
function take(bot: Bot, { symbol: name, strategy, instruction, time }: Instruct, output: RefreshOutput): string | null {
  const symbol = bot.symbols.get(name);
  if (!symbol) return `the bot does not trade ${name}`;
  const sleeve = symbol.sleeves.find(({ account }) => account.strategy === strategy);
  if (!sleeve) return `the bot runs no ${strategy}`;
  const { instructions, byHand } = sleeve.strategy;
  if (!instructions) return `${strategy} takes no instructions`;
  const isOrder = byHand === true && isRecord(instruction) && (instruction["do"] === "buy" || instruction["do"] === "sell");
  // An order that is sent hours later, when someone resumes, is not the one that was given.
  if (isOrder && bot.hold !== "run") return "the bot is held and sends nothing new: resume it first";
  sleeve.view.time = time;
  sleeve.view.price = symbol.price;
  const { refused: why } = instructions.take(instruction, time);
  // A strategy that has yet to see a price wants nothing.
  if (why === null && Number.isFinite(symbol.price)) refresh(bot, symbol, sleeve, output);
  return why;
}

/** Puts other limits in force: the gate goes by them at once, the council from its next decision. */
export function changeProfile(bot: Bot, name: RiskProfileName, output: RefreshOutput): void {
  if (bot.profile === null) {
    tellOwner(output, refused("", "", "the bot has no council: no risk profile applies"));
    return;
  }
  bot.profile = profileUnder(bot.plan, name);
  for (const symbol of bot.symbols.values()) for (const sleeve of symbol.sleeves) sleeve.view.limits = bot.profile;
}

function refused(symbol: string, strategy: string, detail: string): Notice {
  return { type: "refused", symbol, strategy, key: INSTRUCTION, reason: "instruction", detail };
}

/** Tells strategies that trade by hand of their orders that were turned down: they are not tried again. */
export function hearRefusals(bot: Bot, time: number, output: RefreshOutput): void {
  // A refresh may add notices: the list grows while it is read.
  for (let i = 0; i < output.notices.length; i++) {
    const { type, symbol: name, strategy, key } = output.notices[i] as Notice;
    if (type !== "refused" && type !== "rejected") continue;
    const symbol = bot.symbols.get(name);
    const sleeve = symbol?.sleeves.find(({ account }) => account.strategy === strategy);
    if (!symbol || !sleeve?.strategy.byHand) continue;
    if (sleeve.strategy.evolve({ type: "refused", time, key })) refresh(bot, symbol, sleeve, output);
  }
}

const NONE: readonly PendingInstruction[] = [];

/** Orders of a person that a strategy has not done. */
export function waitingOf({ strategy }: SleeveState): readonly PendingInstruction[] {
  return strategy.byHand ? (strategy.instructions?.pending() ?? NONE) : NONE;
}

/** Tells of orders of a person that waited before a bar closed and are given up with it: nobody else would. */
export function tellLapsed({ symbol }: SymbolState, sleeve: SleeveState, before: readonly PendingInstruction[], output: RefreshOutput): void {
  const still = new Set(waitingOf(sleeve).map(({ id }) => id));
  for (const { id, side } of before) {
    if (still.has(id)) continue;
    const detail = sleeve.view.mode === "exit" ? "everything is being sold" : "it was not done in time and is given up";
    tellOwner(output, { type: "lapsed", symbol, strategy: sleeve.account.strategy, key: `${side}/${id}`, reason: "lapsed", detail });
  }
}

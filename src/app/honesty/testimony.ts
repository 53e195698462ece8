import type { Catalogue } from "../definition/load.ts";
import type { AgentEntry } from "../../core/agent.ts";
import type { DesiredOrder } from "../../core/order.ts";
import type { StrategyView, Watch } from "../../core/strategy.ts";
import { type StrategyEntry, strategyWith } from "../../core/strategy-entry.ts";

/** Who said something. */
export interface Witness {
  readonly kind: "agent" | "strategy";
  readonly name: string;
}

/** One thing that an agent or a strategy said, in the order in which it was said. */
export interface Statement extends Witness {
  readonly symbol: string;
  /** Epoch milliseconds of the event that it answers. */
  readonly time: number;
  /** Whether it answers a bar that has closed, rather than what the market did after it. */
  readonly atClose: boolean;
  /** A vote as JSON, `abstains`, or what changed in the orders or levels that a strategy wants. */
  readonly said: string;
}

/** What a statement begins with when its witness threw an error. */
export const THROWS = "throws:";
/** What an agent says that has no vote. */
export const ABSTAINS = "abstains";

/** Hears every statement of a run. */
export type Listener = (statement: Statement) => void;

/** Does what an agent or a strategy is asked for, in circumstances of its own. */
export type Circumstances = <Result>(act: () => Result) => Result;

const asEver: Circumstances = (act) => act();

/** The same agents and strategies, overheard: they act as before, and all that they say is passed on. */
export function overheard({ agents, strategies }: Catalogue, listen: Listener, within: Circumstances = asEver): Catalogue {
  return { agents: agents.map((entry) => overheardAgent(entry, listen, within)), strategies: strategies.map((entry) => overheardStrategy(entry, listen, within)) };
}

function overheardAgent(entry: AgentEntry, listen: Listener, within: Circumstances): AgentEntry {
  return {
    ...entry,
    start(params) {
      const agent = entry.start(params);
      return {
        ...agent,
        vote(observation) {
          const tell = (said: string): void => listen({ kind: "agent", name: entry.name, symbol: observation.symbol, time: observation.time, atClose: true, said });
          const opinion = attempt(() => within(() => agent.vote(observation)), tell);
          tell(opinion === null ? ABSTAINS : JSON.stringify(opinion));
          return opinion;
        },
      };
    },
  };
}

/** An error is something said, too: who looks for what is not there throws. */
function attempt<Result>(act: () => Result, tell: (said: string) => void): Result {
  try {
    return act();
  } catch (error) {
    tell(`${THROWS} ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

function overheardStrategy(entry: StrategyEntry, listen: Listener, within: Circumstances): StrategyEntry {
  return {
    ...entry,
    start(params, view) {
      let atClose = true;
      const tell = (said: string): void => listen({ kind: "strategy", name: entry.name, symbol: view.symbol, time: view.time, atClose, said });
      const strategy = attempt(() => within(() => entry.start(params, view)), tell);
      let orders: ReadonlyMap<string, string> = new Map();
      let levels = "";
      return strategyWith(strategy, {
        evolve(event) {
          atClose = event.type === "candle" || event.type === "mode";
          return attempt(() => within(() => strategy.evolve(event)), tell);
        },
        // Compared in full, so that each change is heard of.
        changes: () => null,
        desired() {
          const wanted = attempt(() => within(() => strategy.desired()), tell);
          const now = new Map(wanted.map((order) => [order.key, orderText(order, view)]));
          const change = changeOf(orders, now);
          orders = now;
          if (change !== "") tell(change);
          return wanted;
        },
        watch() {
          const watched = attempt(() => within(() => strategy.watch()), tell);
          const now = watchText(watched);
          if (now !== levels) tell(now);
          levels = now;
          return watched;
        },
      });
    },
  };
}

function orderText({ side, type, quantity, price, key }: DesiredOrder, { symbol }: StrategyView): string {
  return `${side} ${quantity} ${symbol.split("/")[0] ?? ""} ${price === undefined ? `at the ${type}` : `at ${price}`} (${key})`;
}

/** What is wanted now and was not, and the other way round; empty when nothing changed. */
function changeOf(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  for (const [key, text] of before) if (now.get(key) !== text) parts.push(`no longer ${text}`);
  for (const [key, text] of now) if (before.get(key) !== text) parts.push(text);
  return parts.join("; ");
}

function watchText(watch: Watch | null): string {
  const { below, above } = watch ?? {};
  const parts = [...(below === undefined ? [] : [`below ${below}`]), ...(above === undefined ? [] : [`above ${above}`])];
  return parts.length === 0 ? "" : `wants to be woken ${parts.join(" or ")}`;
}

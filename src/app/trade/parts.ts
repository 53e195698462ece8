import type { AgentEntry } from "../../core/agent.ts";
import type { Bot } from "../../core/bot.ts";
import type { OrderState } from "../../core/order-state.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import type { Journal, OrderRow } from "../../ports/journal.ts";
import type { OutsideStatus } from "../../ports/outside-status.ts";
import type { Venue } from "../../ports/venue.ts";
import type { Definition } from "../definition/schema.ts";
import type { KeyOnDuty } from "../keys/on-duty.ts";
import type { TradeMode } from "../definition/trade-schema.ts";
import type { Consequences, JournaledEvent } from "./journaled.ts";
import type { Patience } from "./patience.ts";
import type { VenueAlert } from "./venue-state.ts";

/** What a running bot tells whoever shows it. */
export interface SessionListener {
  /** The bot is there, and nothing has happened to it yet in this process. */
  ready?(bot: Bot): void;
  event(event: JournaledEvent, consequences: Consequences): void;
  state(row: OrderRow, from: OrderState, why: string): void;
  alert(alert: VenueAlert | { readonly kind: "stale" | "fresh" | "gap" | "error" | "outside" | "egress"; readonly message: string }): void;
}

/** What a session is made of. */
export interface SessionParts {
  readonly botId: string;
  readonly mode: TradeMode;
  readonly definition: Definition;
  readonly agents: readonly AgentEntry[];
  readonly strategies: readonly StrategyEntry[];
  readonly venue: Venue;
  readonly journal: Journal;
  readonly patience: Patience;
  /** Wall clock, epoch milliseconds: what waits are measured by. */
  readonly clock: () => number;
  readonly listener: SessionListener;
  /** How what is looked at outside stands; absent when nothing is. */
  readonly outside?: () => OutsideStatus;
  /** The stored key that trades now, looked up anew; absent where the environment holds the keys. */
  readonly key?: () => Promise<KeyOnDuty | null>;
}

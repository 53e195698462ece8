/** The life of an order between the journal and a venue. */
export const ORDER_STATES = [
  /** Durable, not sent. */
  "INTENT",
  /** Claimed by the sender: it may be on the wire. */
  "SENDING",
  "OPEN",
  "PARTIAL",
  /** A cancel is claimed: it may be on the wire. */
  "CANCELING",
  /** Sent, and nobody knows what became of it. Keeps its level and its money. */
  "UNKNOWN",
  "FILLED",
  "CANCELED",
  "REJECTED",
  "EXPIRED",
  /** Looked for often and long enough: it never reached the book. */
  "NOT_PLACED",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/**
 * The states that one event can lead to. What ended stays ended, but for two things: a late fill can complete it, and
 * evidence of an order that was thought not to be there makes it UNKNOWN, so that it is looked up.
 */
export const ORDER_TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  INTENT: ["SENDING", "NOT_PLACED", "UNKNOWN", "FILLED"],
  SENDING: ["OPEN", "PARTIAL", "FILLED", "CANCELED", "REJECTED", "EXPIRED", "UNKNOWN"],
  OPEN: ["PARTIAL", "FILLED", "CANCELING", "CANCELED", "REJECTED", "EXPIRED", "UNKNOWN"],
  PARTIAL: ["FILLED", "CANCELING", "CANCELED", "EXPIRED", "UNKNOWN"],
  CANCELING: ["FILLED", "CANCELED", "REJECTED", "EXPIRED", "UNKNOWN"],
  UNKNOWN: ["OPEN", "PARTIAL", "FILLED", "CANCELED", "REJECTED", "EXPIRED", "NOT_PLACED"],
  FILLED: [],
  CANCELED: ["FILLED"],
  EXPIRED: ["FILLED"],
  REJECTED: ["UNKNOWN", "FILLED"],
  NOT_PLACED: ["UNKNOWN", "FILLED"],
};

/** States in which an order has come to its end; a late fill may still arrive. */
export const ENDED_STATES: readonly OrderState[] = ["FILLED", "CANCELED", "REJECTED", "EXPIRED", "NOT_PLACED"];

/** Whether an order in this state has come to its end and needs no money set aside. */
export function isEnded(state: OrderState): boolean {
  return ENDED_STATES.includes(state);
}

/** Whether an order can get from one state to another by any number of events; every state reaches itself. */
export function canReach(from: OrderState, to: OrderState): boolean {
  const seen = new Set<OrderState>([from]);
  for (const state of seen) for (const next of ORDER_TRANSITIONS[state]) seen.add(next);
  return seen.has(to);
}

/** What the machine knows of an order; quantities in steps. `filledSteps` counts booked fills only. */
export interface OrderProgress {
  readonly state: OrderState;
  readonly steps: number;
  readonly filledSteps: number;
}

/** What can happen to an order. */
export type OrderEvent =
  /** The sender took the submit out of the outbox. */
  | { readonly type: "submit-claimed" }
  /** The sender took a cancel out of the outbox. */
  | { readonly type: "cancel-claimed" }
  /** One execution, deduplicated by its trade id. */
  | { readonly type: "filled"; readonly steps: number }
  /** What the venue says of the order, over any channel, possibly late; `filledSteps` is the venue's cumulative fill. */
  | { readonly type: "reported"; readonly status: "open" | "filled" | "canceled" | "expired" | "rejected"; readonly filledSteps: number }
  /** A definite refusal of the submit. */
  | { readonly type: "submit-refused" }
  /** The venue would not cancel, or knows no such order: what became of it must be looked up. */
  | { readonly type: "cancel-refused" }
  /** A submit or cancel without a definite answer. */
  | { readonly type: "unanswered" }
  /** Looked for often and long enough without being found; also an intent that is given up before it was sent. */
  | { readonly type: "not-placed" };

/** What the operator should hear of: the order did something that its state had ruled out. */
export type OrderSurprise =
  /** A fill after the end; it counts. */
  | "late-fill"
  /** The venue knows an order that was thought not to be there. */
  | "there-after-all"
  /** More filled than was ordered: nothing is changed, and trading must stop. */
  | "overfilled"
  /** An answer that the known facts contradict; it is not believed. */
  | "contradiction";

/** The order after an event. */
export interface OrderOutcome {
  /** The same object when nothing changed. */
  readonly order: OrderProgress;
  /** Steps that the venue reports as filled and that are not booked: fetch the trades, then apply the report again. */
  readonly missingSteps: number;
  readonly surprise: OrderSurprise | null;
}

/**
 * The order after an event, which may be late, doubled or out of order. Only fills move `filledSteps`, and only up. An
 * end that the venue reports while fills are missing waits for them, so that what is left is not ordered anew too early.
 */
export function advanceOrder(order: OrderProgress, event: OrderEvent): OrderOutcome {
  switch (event.type) {
    case "submit-claimed":
      return moveFrom(order, ["INTENT"], "SENDING");
    case "cancel-claimed":
      return moveFrom(order, ["OPEN", "PARTIAL"], "CANCELING");
    case "filled":
      return fill(order, event.steps);
    case "reported":
      return report(order, event.status, event.filledSteps);
    case "submit-refused":
      return refuse(order);
    case "cancel-refused":
      return moveFrom(order, ["CANCELING"], "UNKNOWN");
    case "unanswered":
      // An order that the stream has already shown (OPEN, PARTIAL) does not become unknown when the answer gets lost.
      return moveFrom(order, ["SENDING", "CANCELING"], "UNKNOWN");
    case "not-placed":
      return order.filledSteps > 0 ? outcome(order, 0, "contradiction") : moveFrom(order, ["INTENT", "UNKNOWN"], "NOT_PLACED");
  }
}

function outcome(order: OrderProgress, missingSteps = 0, surprise: OrderSurprise | null = null): OrderOutcome {
  return { order, missingSteps, surprise };
}

function inState(order: OrderProgress, state: OrderState): OrderProgress {
  return order.state === state ? order : { ...order, state };
}

function moveFrom(order: OrderProgress, from: readonly OrderState[], to: OrderState): OrderOutcome {
  return outcome(from.includes(order.state) ? inState(order, to) : order);
}

/** States that say that the order is not at the venue. */
const ABSENT_STATES: readonly OrderState[] = ["INTENT", "REJECTED", "NOT_PLACED"];

function fill(order: OrderProgress, steps: number): OrderOutcome {
  if (!Number.isSafeInteger(steps) || steps <= 0) throw new RangeError(`a fill of ${steps} steps is none`);
  const filledSteps = order.filledSteps + steps;
  if (filledSteps > order.steps) return outcome(order, 0, "overfilled");
  const absent = ABSENT_STATES.includes(order.state);
  const surprise = absent ? "there-after-all" : isEnded(order.state) ? "late-fill" : null;
  return outcome({ ...order, filledSteps, state: stateAfterFill(order, filledSteps, absent) }, 0, surprise);
}

function stateAfterFill(order: OrderProgress, filledSteps: number, absent: boolean): OrderState {
  if (filledSteps === order.steps) return "FILLED";
  if (absent) return "UNKNOWN";
  // A fill proves that the order was there, not that it still rests: CANCELING and UNKNOWN wait for a report.
  return order.state === "SENDING" || order.state === "OPEN" ? "PARTIAL" : order.state;
}

function report(order: OrderProgress, status: (OrderEvent & { type: "reported" })["status"], reported: number): OrderOutcome {
  if (reported > order.steps) return outcome(order, 0, "overfilled");
  const missing = Math.max(0, reported - order.filledSteps);
  if (ABSENT_STATES.includes(order.state)) {
    if (status === "rejected" && missing === 0) return outcome(order);
    return outcome(inState(order, "UNKNOWN"), missing, "there-after-all");
  }
  if (isEnded(order.state)) return outcome(order, missing, missing > 0 ? "late-fill" : null);
  const live = order.filledSteps > 0 ? "PARTIAL" : "OPEN";
  // A snapshot from before the cancel must not undo it; after a look-up that found it UNKNOWN becomes live again.
  if (status === "open") return outcome(order.state === "CANCELING" ? order : inState(order, live), missing);
  if (missing > 0) {
    // The missing fills complete a full order by themselves; any other end needs the report once more.
    if (reported === order.steps) return outcome(order.state === "SENDING" ? inState(order, live) : order, missing);
    return outcome(inState(order, "UNKNOWN"), missing);
  }
  // Filled without a single fill makes no sense; believing it would free the order's money.
  if (status === "filled" && order.filledSteps === 0) return outcome(inState(order, "UNKNOWN"), 0, "contradiction");
  return outcome(inState(order, endOf(status, order.filledSteps)));
}

/** The end that a report means when every fill is booked; a full order is FILLED by its last fill already. */
function endOf(status: "filled" | "canceled" | "expired" | "rejected", filledSteps: number): OrderState {
  if (status === "rejected" && filledSteps === 0) return "REJECTED";
  // "filled" short of the quantity (a market order that ran out of money): the rest is never going to fill.
  return status === "expired" ? "EXPIRED" : "CANCELED";
}

function refuse(order: OrderProgress): OrderOutcome {
  if (order.filledSteps > 0) return outcome(order, 0, "contradiction");
  if (order.state === "SENDING" || order.state === "UNKNOWN") return outcome(inState(order, "REJECTED"));
  return outcome(order, 0, order.state === "REJECTED" ? null : "contradiction");
}

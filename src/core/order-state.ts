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

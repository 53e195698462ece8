/** What a key may be used for. */
export type KeyScope = "read" | "trade";

/**
 * Where a key stands in its life: `added` (stored, never asked about), `verified` (the exchange answered for it), `active` (in use), `draining` (its
 * successor is in use; it still reads and cancels), `disabled` (used for nothing).
 */
export type KeyState = "added" | "verified" | "active" | "draining" | "disabled";

/** What is known of a key of an exchange, without anything secret. Times are epoch milliseconds. */
export interface ExchangeKey {
  /** Short, unique in its store, never used again. */
  readonly id: string;
  readonly label: string;
  /** As in a definition: `binance`, `kraken`. */
  readonly exchange: string;
  /** Which account of the exchange, in the owner's words: `main` unless told. */
  readonly account: string;
  readonly scope: KeyScope;
  readonly state: KeyState;
  readonly created: number;
  readonly lastUsed: number | null;
  readonly expires: number | null;
}

/** What opens an account. Nothing of it is printed, logged, or put into a URL. */
export interface KeySecrets {
  readonly apiKey: string;
  readonly secret: string;
  /** OKX and KuCoin ask for one. */
  readonly password?: string;
}

/** A key with what it opens. */
export interface StoredKey extends ExchangeKey {
  readonly secrets: KeySecrets;
}

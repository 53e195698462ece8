import type { KeySecrets } from "../core/keys/key.ts";
import type { AccountEvidence } from "../core/keys/rotation-evidence.ts";
import type { Answer, KeyPermissions, VenueFailure } from "./venue.ts";

/** What an exchange answers to a key. */
export interface KeyProbe {
  readonly permissions: Answer<KeyPermissions>;
  readonly account: Answer<AccountEvidence>;
  /** Of the exchange's own test of an order, which places none; `null` where it has no such test. */
  readonly testOrder: Answer<"accepted"> | null;
}

/** A venue whose key can be changed while it trades. At most one key is open beside the one in use. */
export interface KeySwitch {
  /** Asks the exchange with a key by a client of its own: what is in use is not touched, and no order is placed. */
  probe(secrets: KeySecrets, symbols: readonly string[]): Promise<KeyProbe>;
  /** Asks with a key for nothing but what tells of the account. */
  accountOf(secrets: KeySecrets, symbols: readonly string[]): Promise<Answer<AccountEvidence>>;
  /** Asks with a key for nothing but its permissions: whether the exchange still knows it. */
  permissionsOf(secrets: KeySecrets): Promise<Answer<KeyPermissions>>;
  /** What the key in use was last told of its account's number; `null` when nothing was. */
  accountUid(): string | null;
  /** When the key in use was last answered with something other than a failure, by the local clock, epoch milliseconds; `null` before. */
  lastUsed(): number | null;
  /** Opens a key beside the one in use, with a stream of the account where one is listened to. After a failure all is as before. */
  open(secrets: KeySecrets): Promise<Answer<undefined>>;
  /** From now on everything is sent with the key that was opened; the other one is beside it then. Throws when none was opened. */
  take(): void;
  /** Lets the key beside finish what it has sent, and closes it and its stream. */
  leave(): Promise<void>;
  /** Nothing goes out with a key any more; every call that needs one answers `denied` with this reason. */
  seal(reason: string): void;
  /**
   * Who is asked when the exchange refuses the key in use, before the call fails. Answers whether another key is in use
   * now, so that the call, which did nothing, is made once more. `null`: nobody.
   */
  whenDenied(ask: ((failure: VenueFailure) => Promise<boolean>) | null): void;
}

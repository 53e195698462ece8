import { setTimeout as sleep } from "node:timers/promises";
import type { StoredKey } from "../../core/keys/key.ts";
import { isSameAccount, type KeyPair, keyOf, rotated, type RotationEvent, type RotationStage, stageOf } from "../../core/keys/rotation.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import type { KeySwitch } from "../../ports/key-switch.ts";
import type { VenueFailure } from "../../ports/venue.ts";
import { type VerifyParts, verifySuccessor } from "./rotation-verify.ts";

/** Something that the owner should hear of a rotation; `alert` is for what went otherwise than planned. */
export interface RotationNews {
  readonly level: "info" | "alert";
  readonly text: string;
}

/** What a rotation works with. Times in milliseconds. */
export interface RotationParts extends Omit<VerifyParts, "sameAccount"> {
  readonly store: KeyStore;
  readonly venue: KeySwitch;
  /** The key that the venue was opened with. */
  readonly inUse: string;
  readonly tell: (news: RotationNews) => void;
  /** Uses the key in use while it is watched, where nobody else does. */
  readonly touch?: () => Promise<unknown>;
  /** Hears which key is in use each time that another one is. */
  readonly taken?: (id: string) => void;
  /** Hears that no key is left to use. */
  readonly sealed?: (why: string) => void;
  readonly clock: () => number;
}

/** How long a new key is watched before the old one is disabled, and how often both are looked at. Milliseconds. */
export interface Monitoring {
  readonly forMs: number;
  readonly everyMs: number;
}

/** How a rotation ended; `running` when the watch was broken off before. */
export type RotationEnd = "finished" | "rolled-back" | "running";

/** Changes the key of a venue that may be trading. Each step is in the store before it is taken, so that whoever comes after a crash finds one key in use. */
export class Rotation {
  readonly #parts: RotationParts;
  #inUse: string;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: RotationParts) {
    this.#parts = parts;
    this.#inUse = parts.inUse;
    parts.venue.whenDenied((failure) => this.#denied(failure));
  }

  /** The id of the key that the venue uses. */
  get inUse(): string {
    return this.#inUse;
  }

  /** Verifies the new key and switches to it; `sameAccount` is the owner's word, for where nothing can be compared. Returns the stage that it has come to; throws a `UserError`, with all as it was, when the new key does not do. */
  begin(pair: KeyPair, sameAccount = false): Promise<RotationStage> {
    return this.#alone(() => this.#begin(pair, sameAccount));
  }

  /** Watches both keys until the new one has worked for long enough, is rolled back, or the signal says stop. */
  async watch(pair: KeyPair, { forMs, everyMs }: Monitoring, signal: AbortSignal): Promise<RotationEnd> {
    const began = this.#parts.clock();
    for (;;) {
      const stage = await this.#alone(() => this.#look(pair, began, forMs));
      if (stage !== "monitored") return stage === "finished" ? "finished" : "rolled-back";
      if (signal.aborted) return "running";
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Puts the old key back in use. Throws a `UserError` when that cannot be done any more. */
  rollBack(pair: KeyPair, why: string): Promise<void> {
    return this.#alone(() => this.#rollBack(pair, why));
  }

  /** Follows what others did to the store: takes the key that is in use there, and uses none any more when the own one is disabled. */
  follow(): Promise<void> {
    return this.#alone(() => this.#follow());
  }

  /** Takes disabled keys out of the store that the exchange does not know any more; the ids of those that it still does. */
  clearRevoked(): Promise<readonly string[]> {
    return this.#alone(() => this.#clearRevoked());
  }

  async #begin(pair: KeyPair, sameAccount: boolean): Promise<RotationStage> {
    const { store, venue, tell } = this.#parts;
    const keys = await store.keys();
    const stage = stageOf(keys, pair);
    if (stage === "monitored" || stage === "finished") {
      if (this.#inUse !== pair.to) await this.#use(keyOf(keys, pair.to));
      return stage;
    }
    const [from, to] = [keyOf(keys, pair.from), keyOf(keys, pair.to)];
    if (to.expires !== null && to.expires <= this.#parts.clock()) {
      throw new UserError(`Key ${to.id} expired on ${new Date(to.expires).toISOString().slice(0, 10)}, as was said when it was added: it does not take the place of key ${from.id}, which stays in use. Name another with --to, or store one with --add.`);
    }
    const { problems, notes } = await verifySuccessor(from, to, { ...this.#parts, sameAccount });
    if (problems.length > 0) {
      if (stage !== "added") await this.#change(pair, "rolled-back");
      throw new UserError([`Key ${to.id} does not take the place of key ${from.id}, which stays in use:`, ...problems].join("\n  - "), problems);
    }
    await this.#change(pair, "verified");
    for (const text of notes) tell({ level: "info", text });
    const opened = await venue.open(to.secrets);
    if (!opened.ok) {
      await this.#change(pair, "rolled-back");
      throw new UserError(`Key ${to.id} does not take the place of key ${from.id}, which stays in use: ${opened.failure.message}`);
    }
    try {
      await this.#change(pair, "switched");
    } catch (error) {
      await venue.leave();
      throw error;
    }
    this.#take(to.id);
    tell({ level: "info", text: `Key ${to.id} is in use. Key ${from.id} drains: it sends nothing new.` });
    await venue.leave();
    return "monitored";
  }

  async #look(pair: KeyPair, began: number, forMs: number): Promise<RotationStage> {
    const { store, venue, check, clock, tell } = this.#parts;
    const keys = await store.keys();
    // The key that was rolled back is only stored again; another process may have ended the rotation.
    if (keys.find(({ id }) => id === pair.from)?.state !== "draining") return keys.find(({ id }) => id === pair.to)?.state === "active" ? "finished" : "added";
    const [from, to] = [keyOf(keys, pair.from), keyOf(keys, pair.to)];
    await this.#parts.touch?.();
    const next = await venue.permissionsOf(to.secrets);
    const faults = next.ok ? check(to, next.value) : next.failure.kind === "denied" ? [next.failure.message] : [];
    const old = await venue.permissionsOf(from.secrets);
    const isOldGone = !old.ok && old.failure.kind === "denied";
    if (faults.length > 0 && !isOldGone) {
      await this.#rollBack(pair, faults.join(" "));
      return "added";
    }
    const used = venue.lastUsed();
    const hasWorked = next.ok && faults.length === 0 && used !== null && used >= began && clock() - began >= forMs;
    if (isOldGone && next.ok) {
      await this.#settle(pair, used);
      tell({ level: "info", text: `${from.exchange} does not know key ${from.id} any more, so it is disabled. Key ${to.id} goes on alone.` });
      await this.#clearRevoked();
      return "finished";
    }
    if (!hasWorked) return "monitored";
    await this.#settle(pair, used);
    tell({ level: "info", text: `Key ${to.id} has worked without an error; key ${from.id} is disabled. Revoke it at ${from.exchange} now: it is taken out of the store as soon as ${from.exchange} refuses it.` });
    return "finished";
  }

  async #settle(pair: KeyPair, used: number | null): Promise<void> {
    await this.#parts.store.change((keys) => rotated(keys, pair, "settled").map((key) => (key.id === pair.to ? { ...key, lastUsed: used ?? key.lastUsed } : key)));
  }

  async #rollBack(pair: KeyPair, why: string): Promise<void> {
    const { store, venue, tell } = this.#parts;
    const keys = await store.keys();
    const stage = stageOf(keys, pair);
    if (stage === "finished") throw new UserError(`Key ${pair.from} is disabled, and a disabled key is never used again. To leave key ${pair.to}, make a new key at ${keyOf(keys, pair.to).exchange} and rotate to it.`);
    const from = keyOf(keys, pair.from);
    if (this.#inUse !== from.id) {
      const opened = await venue.open(from.secrets);
      if (!opened.ok) throw new RunError(`Key ${from.id} cannot be put back in use: ${opened.failure.message}. Key ${pair.to} stays in use.`);
    }
    try {
      await this.#change(pair, "rolled-back");
    } catch (error) {
      await venue.leave();
      throw error;
    }
    if (this.#inUse !== from.id) {
      this.#take(from.id);
      await venue.leave();
    }
    tell({ level: "alert", text: `Key ${from.id} is in use again, key ${pair.to} is not: ${why}` });
  }

  /** The exchange refuses the key in use. Whether another one is in use after this. */
  #denied(failure: VenueFailure): Promise<boolean> {
    const refused = this.#inUse;
    return this.#alone(async () => {
      if (this.#inUse !== refused) return true;
      const { store, venue, tell } = this.#parts;
      const keys = await store.keys();
      const key = keyOf(keys, refused);
      const mates = keys.filter((one) => one.id !== refused && isSameAccount(one, key));
      const active = mates.find(({ state }) => state === "active");
      // Another process has changed the keys meanwhile.
      if (key.state !== "active" && active) return this.#use(active);
      const from = mates.find(({ state }) => state === "draining");
      if (key.state !== "active" || !from) return false;
      const old = await venue.permissionsOf(from.secrets);
      if (!old.ok) {
        tell({ level: "alert", text: `Key ${refused} is refused (${failure.message}), and key ${from.id} cannot be put back: ${old.failure.message}` });
        return false;
      }
      await this.#rollBack({ from: from.id, to: refused }, `${key.exchange} refuses it: ${failure.message}`);
      return true;
    });
  }

  async #follow(): Promise<void> {
    const { store, venue, tell } = this.#parts;
    const keys = await store.keys();
    const key = keys.find(({ id }) => id === this.#inUse);
    if (!key || key.state === "active") return;
    const active = keys.find((one) => one.state === "active" && isSameAccount(one, key));
    if (active) {
      if (await this.#use(active)) tell({ level: "info", text: `Key ${active.id} is in use in place of key ${key.id}, which is ${key.state}.` });
      return;
    }
    if (key.state !== "disabled") return;
    const text = `Key ${key.id} was disabled, and there is no other for the account ${key.account} of ${key.exchange}: nothing is sent any more.`;
    venue.seal(text);
    tell({ level: "alert", text });
    this.#parts.sealed?.(text);
  }

  async #use(key: StoredKey): Promise<boolean> {
    const { venue } = this.#parts;
    const opened = await venue.open(key.secrets);
    if (!opened.ok) return false;
    this.#take(key.id);
    await venue.leave();
    return true;
  }

  #take(id: string): void {
    this.#parts.venue.take();
    this.#inUse = id;
    this.#parts.taken?.(id);
  }

  async #clearRevoked(): Promise<readonly string[]> {
    const { store, venue, tell } = this.#parts;
    const keys = await store.keys();
    const { exchange } = keyOf(keys, this.#inUse);
    const known: string[] = [];
    for (const key of keys.filter((one) => one.exchange === exchange && one.state === "disabled")) {
      const answer = await venue.permissionsOf(key.secrets);
      if (answer.ok || answer.failure.kind !== "denied") {
        known.push(key.id);
        continue;
      }
      await this.#change({ from: key.id, to: key.id }, "revoked");
      tell({ level: "info", text: `${exchange} refuses key ${key.id}: it is revoked, and taken out of the store.` });
    }
    return known;
  }

  async #change(pair: KeyPair, event: RotationEvent): Promise<void> {
    await this.#parts.store.change((keys) => rotated(keys, pair, event));
  }

  /** One thing after the other: a look, a refusal and the owner's word may come at once. */
  #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const run = this.#work.then(work, work);
    this.#work = run.catch(() => undefined);
    return run;
  }
}

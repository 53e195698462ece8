import { UserError } from "../user-error.ts";
import type { ExchangeKey, KeyState } from "./key.ts";

/** The key in use and the one that takes its place, by their ids. */
export interface KeyPair {
  readonly from: string;
  readonly to: string;
}

/** How far a rotation has come: the new key is stored, has been verified, is in use while the old one drains, or the old one is disabled. */
export type RotationStage = "added" | "verified" | "monitored" | "finished";

/** What happens to a rotation. Each is one durable change of the store. */
export type RotationEvent =
  /** The new key is of the same account and may do what the old one may. */
  | "verified"
  /** The new key takes over; the old one reads and cancels only. */
  | "switched"
  /** The new key has worked for long enough, or the exchange does not know the old one any more. */
  | "settled"
  /** The new key failed, or the owner thought better of it. */
  | "rolled-back"
  /** The exchange answers the old key, which is disabled, with an authentication error. */
  | "revoked";

interface Step {
  readonly stages: readonly RotationStage[];
  readonly from: KeyState;
  readonly to: KeyState;
}

/** What both keys are after an event, and the stages in which it may happen. */
const STEPS: Readonly<Record<Exclude<RotationEvent, "revoked">, Step>> = {
  verified: { stages: ["added", "verified"], from: "active", to: "verified" },
  switched: { stages: ["verified"], from: "draining", to: "active" },
  settled: { stages: ["monitored"], from: "disabled", to: "active" },
  // The new key has to be verified again before anything else is done with it.
  "rolled-back": { stages: ["added", "verified", "monitored"], from: "active", to: "added" },
};

const STAGES: readonly (readonly [KeyState, KeyState, RotationStage])[] = [
  ["active", "added", "added"],
  ["active", "verified", "verified"],
  ["draining", "active", "monitored"],
  ["disabled", "active", "finished"],
];

/** How far the rotation of a pair has come. Throws a `UserError` for two keys of which one cannot take the other's place. */
export function stageOf(keys: readonly ExchangeKey[], pair: KeyPair): RotationStage {
  const from = keyOf(keys, pair.from);
  const to = keyOf(keys, pair.to);
  if (from.id === to.id) throw new UserError(`Key ${from.id} cannot take its own place. Name the new one with --to.`);
  if (from.exchange !== to.exchange || from.account !== to.account) {
    throw new UserError(`Key ${from.id} is of the account ${from.account} of ${from.exchange}, key ${to.id} of ${to.account} of ${to.exchange}. A key is replaced by one of the same account.`);
  }
  if (from.scope !== to.scope) throw new UserError(`Key ${from.id} is stored to ${from.scope}, key ${to.id} to ${to.scope}. Store the new one with --scope ${from.scope}.`);
  const stage = STAGES.find(([old, next]) => old === from.state && next === to.state)?.[2];
  if (stage === undefined) throw new UserError(`Key ${from.id} is ${from.state} and key ${to.id} is ${to.state}: ${adviceFor(from, to)}`);
  const third = stage === "finished" ? undefined : keys.find((key) => key.id !== from.id && key.id !== to.id && isSameAccount(key, from) && (key.state === "active" || key.state === "draining"));
  if (third) throw new UserError(`Key ${third.id} of the same account is ${third.state}: end its rotation first, with \`caucus keys rotate ${third.id}\` or --roll-back.`);
  return stage;
}

function adviceFor(from: ExchangeKey, to: ExchangeKey): string {
  if (to.state === "disabled") return `a disabled key is never used again. Make a new one at ${to.exchange} and add it.`;
  if (from.state === "disabled") return "the old one is not in use any more, so there is nothing to rotate. Run the bot with the new one.";
  return "only a key that is in use (active) is rotated, to one that is not yet.";
}

/** The keys after an event of a rotation. Throws a `UserError`, and so changes nothing, where it may not happen. */
export function rotated<Key extends ExchangeKey>(keys: readonly Key[], pair: KeyPair, event: RotationEvent): readonly Key[] {
  if (event === "revoked") return withoutRevoked(keys, pair.from);
  const { stages, ...states } = STEPS[event];
  const stage = stageOf(keys, pair);
  if (!stages.includes(stage)) throw new UserError(`The rotation of key ${pair.from} to key ${pair.to} ${STAGE_WORDS[stage]}: it cannot be ${event} now.`);
  const after = keys.map((key) => (key.id === pair.from ? { ...key, state: states.from } : key.id === pair.to ? { ...key, state: states.to } : key));
  assertOneInUse(after, keyOf(after, pair.to));
  return after;
}

const STAGE_WORDS: Readonly<Record<RotationStage, string>> = {
  added: "has not begun",
  verified: "has come to the verified new key",
  monitored: "is watched, the old key still there",
  finished: "has ended",
};

function withoutRevoked<Key extends ExchangeKey>(keys: readonly Key[], id: string): readonly Key[] {
  const key = keyOf(keys, id);
  if (key.state !== "disabled") throw new UserError(`Key ${id} is ${key.state}: only a disabled key is taken out when ${key.exchange} does not know it any more.`);
  return keys.filter((one) => one.id !== id);
}

/** Rotations that were broken off after the switch: the old key drains, the new one is in use. At most one per account and scope. */
export function unfinishedRotations(keys: readonly ExchangeKey[]): readonly KeyPair[] {
  return keys.flatMap((from) => {
    if (from.state !== "draining") return [];
    const to = keys.find((key) => key.state === "active" && isSameAccount(key, from));
    return to ? [{ from: from.id, to: to.id }] : [];
  });
}

/** The keys with one of them disabled, whatever it was. A key that drains is not left without a key in use beside it: it is disabled too. */
export function disabled<Key extends ExchangeKey>(keys: readonly Key[], ids: readonly string[]): readonly Key[] {
  for (const id of ids) keyOf(keys, id);
  const lost = keys.filter(({ id, state }) => state === "active" && ids.includes(id));
  return keys.map((key) => {
    const drainsAlone = key.state === "draining" && lost.some((one) => isSameAccount(one, key));
    return ids.includes(key.id) || drainsAlone ? { ...key, state: "disabled" } : key;
  });
}

/** A key by its id. Throws a `UserError` that names those that there are. */
export function keyOf<Key extends ExchangeKey>(keys: readonly Key[], id: string): Key {
  const key = keys.find((one) => one.id === id);
  if (key) return key;
  throw new UserError(`There is no key ${id}. ${keys.length === 0 ? "The store is empty: `caucus keys add` puts one in." : `There are ${keys.map((one) => one.id).join(", ")}.`}`);
}

/** Whether two keys are for the same account and the same use, of which at most one is active. */
export function isSameAccount(a: ExchangeKey, b: ExchangeKey): boolean {
  return a.exchange === b.exchange && a.account === b.account && a.scope === b.scope;
}

/** Two keys in use would send the same order twice; none would leave the orders alone. */
function assertOneInUse(keys: readonly ExchangeKey[], like: ExchangeKey): void {
  const count = keys.filter((key) => key.state === "active" && isSameAccount(key, like)).length;
  if (count !== 1) throw new Error(`${count} keys of the account ${like.account} of ${like.exchange} would be in use`);
}

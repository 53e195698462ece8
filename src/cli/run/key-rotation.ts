import { setTimeout as sleep } from "node:timers/promises";
import type { KeyRequest } from "../../adapters/control/protocol.ts";
import type { Definition } from "../../app/definition/schema.ts";
import { judgeKey, problemsOf } from "../../app/keys/permissions.ts";
import { type Monitoring, Rotation, type RotationNews } from "../../app/keys/rotation.ts";
import type { CancelReport } from "../../app/keys/rotation-disable.ts";
import type { Session } from "../../app/trade/session.ts";
import { disabled, type KeyPair, unfinishedRotations } from "../../core/keys/rotation.ts";
import { UserError } from "../../core/user-error.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import type { KeySwitch } from "../../ports/key-switch.ts";
import type { Line } from "./lines.ts";

/** The stored key that a bot was started with; its store stays open, so that keys can be changed while it runs. */
export interface StoredKeyInUse {
  readonly store: KeyStore;
  /** Another one after a rotation. */
  id: string;
}

/** What a running bot needs to change its keys. */
export interface KeyRunParts {
  readonly venue: KeySwitch;
  /** `null`: the keys are those of the environment. */
  readonly stored: StoredKeyInUse | null;
  readonly definition: Definition;
  readonly tell: (news: RotationNews) => void;
  /** Ends the run. */
  readonly stop: () => void;
}

/** What a running bot does with its keys. */
export interface KeyRun {
  /** The bot trades: looking after its keys begins. */
  open(session: Session): void;
  answer(request: KeyRequest): Promise<Record<string, unknown>>;
  /** Why the run has to end, for the owner; `null` while it may go on. */
  halted(): string | null;
  close(): Promise<void>;
}

/** How long a new key is watched when nobody said, and between two looks, ms. */
export const MONITOR: Monitoring = { forMs: 15 * 60_000, everyMs: 30_000 };
const FOLLOW_EVERY = 60_000;
const CLEAR_EVERY = 3_600_000;
/** The longest that orders are waited for when keys are disabled, ms. */
const LONGEST_CANCEL = 20_000;

const ENVIRONMENT = "This bot trades with the key of its environment, which it cannot change while it runs. Put the key into the key store (caucus keys add) and start the bot with it; or set the new one in the environment and start the bot again: its orders stay.";

/** Answers for the keys of a running bot, goes on with a rotation that was broken off, and follows what others do to the store. */
export function keyRun({ venue, stored, definition, tell, stop }: KeyRunParts): KeyRun {
  const ending = new AbortController();
  const jobs = new Set<Promise<unknown>>();
  let watched: KeyPair | null = null;
  let reason: string | null = null;
  let session: Session | null = null;
  const rotation = stored && new Rotation({
    store: stored.store, venue, inUse: stored.id, symbols: definition.symbols, tell, clock: () => Date.now(), taken: (id) => (stored.id = id),
    sealed: (why) => {
      reason = why;
      setImmediate(stop);
    },
    check: (key, permissions) => problemsOf(judgeKey(permissions, { scope: key.scope, acknowledged: definition.trade.key.acknowledge, now: Date.now() })),
  });
  const spawn = (work: () => Promise<unknown>): void => {
    const job = work().catch((error: unknown) => tell({ level: "alert", text: error instanceof Error ? error.message : "looking after the keys failed" })).finally(() => jobs.delete(job));
    jobs.add(job);
  };
  const watch = (own: Rotation, pair: KeyPair, monitoring: Monitoring): void => {
    if (watched !== null) return;
    watched = pair;
    spawn(() => own.watch(pair, monitoring, ending.signal).finally(() => (watched = null)));
  };
  const timers: NodeJS.Timeout[] = [];
  const resume = async (own: Rotation, { store }: StoredKeyInUse): Promise<void> => {
    for (const pair of unfinishedRotations(await store.keys())) if (pair.to === own.inUse) watch(own, pair, MONITOR);
  };

  const disable = async (keys: readonly string[], by: string): Promise<CancelReport> => {
    const own = rotation?.inUse ?? null;
    if (own !== null && !keys.includes(own)) throw new UserError(`This bot trades with key ${own}, which is not to be disabled.`);
    if (session === null) throw new UserError("The bot is still starting. Ask it again, or stop it.");
    const report = await cancelAll(session, by);
    reason = `${own === null ? "The key of the environment" : `Key ${own}`} was disabled by ${by}. The bot has halted; ${report.left.length === 0 ? "none of its orders is left" : `what it could not cancel: ${report.left.join("; ")}`}. Revoke the key at ${definition.trade.exchange}.`;
    venue.seal(reason);
    tell({ level: "alert", text: reason });
    try {
      if (stored && own !== null) await stored.store.change((all) => disabled(all, [own]));
      return report;
    } finally {
      // Once it is answered.
      setImmediate(stop);
    }
  };

  return {
    open: (started) => {
      session = started;
      if (!rotation) return;
      // While it started nobody could tell it.
      spawn(() => rotation.follow());
      spawn(() => resume(rotation, stored));
      // Also takes up a watch again that an error has ended.
      timers.push(setInterval(() => spawn(() => rotation.follow().then(() => resume(rotation, stored))), FOLLOW_EVERY));
      timers.push(setInterval(() => spawn(() => rotation.clearRevoked()), CLEAR_EVERY));
    },
    halted: () => reason,
    answer: async (request) => {
      if (request.command === "key") return { exchange: definition.trade.exchange, key: rotation?.inUse ?? null, watched };
      if (request.command === "disable-key") return { ...(await disable(request.keys, request.by)) };
      if (!rotation) throw new UserError(ENVIRONMENT);
      const pair = { from: request.from, to: request.to };
      if (request.command === "roll-back-key") {
        await rotation.rollBack(pair, `${request.by} said so.`);
        return { stage: "rolled-back" };
      }
      const own = rotation.inUse;
      if (own !== pair.from && own !== pair.to) throw new UserError(`The bot trades with key ${own}, and not with ${pair.from}.`);
      const stage = await rotation.begin(pair, request.sameAccount);
      if (stage === "monitored") watch(rotation, pair, monitoringOf(request.monitorMs));
      return { stage };
    },
    close: async () => {
      ending.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.allSettled(jobs);
    },
  };
}

/** Tells what happens to keys: what went as planned as a line of the log, the rest as an alert. */
export function keyNews(world: { readonly venue: { now(): number } }, log: { readonly line: (line: Line) => void }, alert: (message: string) => void): (news: RotationNews) => void {
  return ({ level, text }) => (level === "alert" ? alert(text) : log.line({ time: world.venue.now(), level: "info", kind: "key", text, data: {} }));
}

/** How a new key is watched for so long, ms. */
export function monitoringOf(forMs: number): Monitoring {
  return { forMs, everyMs: Math.max(10, Math.min(MONITOR.everyMs, Math.floor(forMs / 10))) };
}

/** Takes all orders of a session back, and waits until none is left or it takes too long. */
async function cancelAll(session: Session, by: string): Promise<CancelReport> {
  const before = session.desk.open().filter(({ state }) => state !== "INTENT").length;
  session.command("cancel", by);
  const ends = performance.now() + LONGEST_CANCEL;
  while (performance.now() < ends && session.failure === null && (session.desk.open().length > 0 || !session.settled())) await sleep(20);
  const left = session.desk.open().map(({ symbol, side, key, state, clientOrderId }) => `${symbol} ${side} ${key} (${clientOrderId}, ${state})`);
  return { canceled: Math.max(0, before - left.length), left };
}

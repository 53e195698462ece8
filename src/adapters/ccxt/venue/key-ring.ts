import type { Exchange } from "ccxt";
import type { KeySecrets } from "../../../core/keys/key.ts";
import type { AccountEvidence } from "../../../core/keys/rotation-evidence.ts";
import type { KeyProbe, KeySwitch } from "../../../ports/key-switch.ts";
import type { Answer, KeyPermissions, VenueFailure } from "../../../ports/venue.ts";
import type { Call, Caller } from "./call.ts";
import { type ExchangeAccess, openExchange } from "./exchange.ts";
import { probeAccount, probeKey, readPermissions, uidOf } from "./probe.ts";
import type { Streams } from "./streams.ts";

/** A client with one key, and what it has on the wire. */
interface Holder {
  readonly client: Exchange;
  lastUsed: number | null;
  readonly calls: Set<Promise<unknown>>;
}

/** The keys of a venue: the one that everything is sent with, and at most one beside it. */
export class KeyRing implements KeySwitch {
  readonly #access: ExchangeAccess;
  readonly #caller: Caller;
  readonly #streams: () => Streams | null;
  #inUse: Holder;
  #beside: Holder | null = null;
  #sealed: string | null = null;
  #uid: string | null = null;
  #ask: ((failure: VenueFailure) => Promise<boolean>) | null = null;
  #asking: Promise<boolean> | null = null;

  constructor(client: Exchange, access: ExchangeAccess, caller: Caller, streams: () => Streams | null) {
    this.#inUse = { client, lastUsed: null, calls: new Set() };
    this.#access = access;
    this.#caller = caller;
    this.#streams = streams;
  }

  /** The client of the key in use. */
  get client(): Exchange {
    return this.#inUse.client;
  }

  /** Makes a call with the key in use; once more when it was refused and another key is in use by then. */
  async call<Value>(call: Call<Value>): Promise<Answer<Value>> {
    const holder = this.#inUse;
    const first = await this.#counted(holder, call);
    // A refused call has done nothing, an order too: it may be made again.
    if (first.ok || first.failure.kind !== "denied" || this.#sealed !== null) return first;
    if (holder === this.#inUse && !(await this.#hasChanged(holder, first.failure))) return first;
    return this.#counted(this.#inUse, call);
  }

  /** Notes what an answer says of the account's number, if it says something. */
  heard(answer: unknown): void {
    this.#uid = uidOf(answer) ?? this.#uid;
  }

  accountUid(): string | null {
    return this.#uid;
  }

  lastUsed(): number | null {
    return this.#inUse.lastUsed;
  }

  async probe(secrets: KeySecrets, symbols: readonly string[]): Promise<KeyProbe> {
    return this.#with(secrets, (client) => probeKey({ client, caller: this.#caller, exchange: this.#access.exchange, symbols }));
  }

  async accountOf(secrets: KeySecrets, symbols: readonly string[]): Promise<Answer<AccountEvidence>> {
    return this.#with(secrets, (client) => probeAccount({ client, caller: this.#caller, exchange: this.#access.exchange, symbols }));
  }

  async permissionsOf(secrets: KeySecrets): Promise<Answer<KeyPermissions>> {
    const client = await this.#stranger(secrets);
    const answer = await readPermissions(() => client, this.#caller, this.#access.exchange);
    forget(client);
    return answer;
  }

  async open(secrets: KeySecrets): Promise<Answer<undefined>> {
    await this.leave();
    const client = await this.#sibling(secrets);
    const reason = await this.#streams()?.openOwn(client, this.#access.deadlineMs);
    if (typeof reason === "string") {
      forget(client);
      return { ok: false, failure: { kind: "unknown", message: `the stream of the account did not open with the new key: ${reason}` } };
    }
    this.#beside = { client, lastUsed: null, calls: new Set() };
    return { ok: true, value: undefined };
  }

  take(): void {
    if (this.#beside === null) throw new Error("no key was opened beside the one in use");
    [this.#inUse, this.#beside] = [this.#beside, this.#inUse];
    this.#streams()?.speakFor(this.#inUse.client);
  }

  async leave(): Promise<void> {
    const holder = this.#beside;
    if (holder === null) return;
    this.#beside = null;
    while (holder.calls.size > 0) await Promise.allSettled(holder.calls);
    await this.#streams()?.closeOwn(holder.client);
    forget(holder.client);
  }

  seal(reason: string): void {
    this.#sealed = reason;
    void this.#streams()?.closeOwn(this.#inUse.client);
    void this.leave();
    forget(this.#inUse.client);
  }

  whenDenied(ask: ((failure: VenueFailure) => Promise<boolean>) | null): void {
    this.#ask = ask;
  }

  async #counted<Value>(holder: Holder, call: Call<Value>): Promise<Answer<Value>> {
    if (this.#sealed !== null) return { ok: false, failure: { kind: "denied", message: this.#sealed } };
    const answer = this.#caller.call(call);
    holder.calls.add(answer);
    try {
      const result = await answer;
      if (result.ok) holder.lastUsed = Date.now();
      return result;
    } finally {
      holder.calls.delete(answer);
    }
  }

  async #hasChanged(holder: Holder, failure: VenueFailure): Promise<boolean> {
    const ask = this.#ask;
    if (ask === null) return false;
    // Many calls are refused at once; one answer is for all.
    this.#asking ??= ask(failure).catch(() => false).finally(() => (this.#asking = null));
    return (await this.#asking) && holder !== this.#inUse;
  }

  async #with<Value>(secrets: KeySecrets, ask: (client: Exchange) => Promise<Value>): Promise<Value> {
    const client = await this.#sibling(secrets);
    try {
      return await ask(client);
    } finally {
      forget(client);
    }
  }

  /** A client with another key that knows what the one in use does of markets, too; to read them again takes long where there are many. */
  async #sibling(secrets: KeySecrets): Promise<Exchange> {
    const client = await this.#stranger(secrets);
    const markets: unknown = this.client.markets;
    if (typeof markets === "object" && markets !== null) client.setMarkets(Object.values(markets) as Parameters<Exchange["setMarkets"]>[0]);
    return client;
  }

  /** A client with another key by the same clock, and under the same rate for all requests of this address. */
  async #stranger({ apiKey, secret, password }: KeySecrets): Promise<Exchange> {
    const { exchange, urls, deadlineMs, recvWindow, rateLimit, keepAliveMs } = this.#access;
    const client = await openExchange({
      exchange, deadlineMs, recvWindow, keepAliveMs, apiKey, secret,
      ...(password === undefined ? {} : { password }),
      ...(urls === undefined ? {} : { urls }),
      ...(rateLimit === undefined ? {} : { rateLimit }),
    });
    const known = this.client;
    client.throttle = known.throttle.bind(known);
    const ahead: unknown = known.options["timeDifference"];
    client.options["timeDifference"] = ahead;
    return client;
  }
}

/** Nothing can be signed with a client any more; what needs no key still works. */
function forget(client: Exchange): void {
  client.apiKey = "";
  client.secret = "";
  client.password = "";
}

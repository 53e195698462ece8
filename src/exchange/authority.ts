import { createHmac, timingSafeEqual } from "node:crypto";
import type { ExchangeClock } from "./clock.ts";
import type { Engine } from "./engine/model.ts";
import { Refusal } from "./refusal.ts";

/** Longest recvWindow, and the one of a request that names none, milliseconds. */
const LONGEST_WINDOW = 60_000;
const USUAL_WINDOW = 5_000;

/** What a signed request claims. */
export interface Claim {
  readonly apiKey: string | undefined;
  /** The text that was signed. */
  readonly payload: string;
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly recvWindow: string | undefined;
}

/** The account of an API key; refuses with -2014 (no key) or -2015 (unknown or revoked). */
function identify(engine: Engine, apiKey: string | undefined): { readonly id: number; readonly secret: string; readonly mayTrade: boolean } {
  if (!apiKey || !/^[\w-]{1,128}$/.test(apiKey)) throw new Refusal(-2014, "API-key format invalid.");
  const account = engine.accountOf(apiKey);
  if (!account) throw new Refusal(-2015, "Invalid API-key, IP, or permissions for action.");
  return account;
}

/** The account id of a signed request, after Binance's checks: parameters, key, time window, signature. */
export function authorize(engine: Engine, clock: ExchangeClock, claim: Claim): number {
  const timestamp = mandatory("timestamp", claim.timestamp);
  const signature = mandatory("signature", claim.signature);
  if (!/^\d{1,16}$/.test(timestamp)) throw illegal("timestamp", "^[0-9]{1,20}$");
  if (claim.recvWindow !== undefined && !/^\d{1,16}(\.\d{1,3})?$/.test(claim.recvWindow)) throw illegal("recvWindow", "^[0-9]{1,20}$");
  const recvWindow = Number(claim.recvWindow ?? USUAL_WINDOW);
  if (recvWindow > LONGEST_WINDOW) throw new Refusal(-1131, `recvWindow must be less than ${LONGEST_WINDOW}.`);
  const account = identify(engine, claim.apiKey);
  const time = Number(timestamp);
  if (!clock.accepts(time, recvWindow)) {
    throw new Refusal(
      -1021,
      time > clock.now()
        ? "Timestamp for this request was 1000ms ahead of the server's time."
        : "Timestamp for this request is outside of the recvWindow.",
    );
  }
  const right = createHmac("sha256", account.secret).update(claim.payload).digest();
  const given = Buffer.from(signature, "hex");
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new Refusal(-1022, "Signature for this request is not valid.");
  }
  return account.id;
}

/** Refuses a key that may read only with -2015, as Binance does. */
export function authorizeTrading(engine: Engine, apiKey: string): void {
  if (!identify(engine, apiKey).mayTrade) throw new Refusal(-2015, "Invalid API-key, IP, or permissions for action.");
}

function mandatory(name: string, value: string | undefined): string {
  if (!value) throw new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  return value;
}

function illegal(name: string, range: string): Refusal {
  return new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
}

/** The text that was signed: query and body one after the other, without the signature. */
export function signedPayload(query: string, body: string): string {
  return without(query) + without(body);
}

function without(part: string): string {
  return part.split("&").filter((pair) => !pair.startsWith("signature=")).join("&");
}

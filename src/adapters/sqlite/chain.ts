import { hash } from "node:crypto";

/** The hash before the first row of a chain; the journal's name is in it, so that rows of another journal do not fit. */
export function firstHash(chain: string, journal: string): string {
  return sha256(`${chain}|${journal}`);
}

/** The hash of an event: sha256 over seq|time|type|payload|previous hash. A type holds no "|", which keeps the text unambiguous. */
export function eventHash(event: { readonly sequence: number; readonly time: number; readonly type: string; readonly payload: string }, previous: string): string {
  return sha256(`${event.sequence}|${event.time}|${event.type}|${event.payload}|${previous}`);
}

/** The hash of a row of fills or postings: sha256 over its fields as a JSON array|previous hash. */
export function rowHash(fields: readonly (string | number)[], previous: string): string {
  return sha256(`${JSON.stringify(fields)}|${previous}`);
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

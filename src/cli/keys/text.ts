import { plain, wrap } from "../../adapters/report/terminal.ts";
import type { KeyFinding } from "../../app/keys/permissions.ts";
import type { PublicKey } from "../../app/keys/roster.ts";
import { DAY } from "../../core/timeframe.ts";
import { renderTable } from "../table.ts";

/** Whole days until an instant, rounded down; negative once it is over, null where there is none. */
export function daysUntil(instant: number | null, now: number): number | null {
  return instant === null ? null : Math.floor((instant - now) / DAY);
}

const date = (time: number): string => new Date(time).toISOString().slice(0, 10);

function expiryText(expires: number | null, now: number): string {
  const days = daysUntil(expires, now);
  if (expires === null || days === null) return "-";
  if (days < 0) return `expired ${date(expires)}`;
  return days === 0 ? "today" : `in ${days} day${days === 1 ? "" : "s"}`;
}

/** The keys as a table. */
export function listText(keys: readonly PublicKey[], now: number): string {
  if (keys.length === 0) return "The key store is empty. caucus keys add puts a key in.\n";
  const rows = keys.map((key) => [key.id, plain(key.label), plain(`${key.exchange}/${key.account}`), key.scope, key.state, key.lastUsed === null ? "never" : date(key.lastUsed), expiryText(key.expires, now)]);
  return renderTable(["id", "label", "account", "scope", "state", "last used", "expires"], rows);
}

/** The keys one after the other, with all that is known of each. */
export function publicText(keys: readonly PublicKey[]): string {
  const time = (at: number | null): string => (at === null ? "-" : new Date(at).toISOString());
  return keys
    .map(({ id, label, apiKey, exchange, account, scope, state, created, lastUsed, expires }) =>
      [["id", id], ["label", label], ["api key", apiKey], ["exchange", exchange], ["account", account], ["scope", scope], ["state", state], ["created", time(created)], ["last used", time(lastUsed)], ["expires", time(expires)]]
        .map(([name = "", value = ""]) => `${name.padEnd(11)}${plain(value)}\n`)
        .join(""),
    )
    .join("\n");
}

/** What an exchange says that a key may do, right by right, and what to do about it. */
export function findingsText(findings: readonly KeyFinding[], columns: number): string {
  const rows = findings.map(({ name, said, field, ok }) => [name, said, ok ? "ok" : "not ok", field]);
  const lines = renderTable(["right", "given", "", "said by"], rows).split("\n").filter((line) => line !== "").map((line) => `  ${line}\n`);
  const notes = findings.filter(({ text }) => text !== "").flatMap(({ name, text }) => wrap(`${name}: ${text}`, columns - 4).map((line, at) => `${at === 0 ? "  - " : "    "}${line}\n`));
  return [...lines, ...notes].join("");
}

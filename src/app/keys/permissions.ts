import type { KeyScope } from "../../core/keys/key.ts";
import type { ExtraRight, KeyPermissions } from "../../ports/venue.ts";

/** What a definition may say that it knows of its key and accepts. */
export const ACKNOWLEDGEABLE = ["any-ip", "internal-transfer", "universal-transfer", "margin", "futures", "options", "portfolio-margin"] as const satisfies readonly ("any-ip" | ExtraRight)[];
export type Acknowledged = (typeof ACKNOWLEDGEABLE)[number];

/** One line of what a key may do, and whether that is as it has to be. */
export interface KeyFinding {
  readonly rule: "read" | "trade" | "withdraw" | ExtraRight | "ip" | "expires";
  /** The same for people: `internal transfers`. */
  readonly name: string;
  /** In the venue's own words. */
  readonly field: string;
  readonly said: "yes" | "no" | "not said" | "bundled";
  readonly ok: boolean;
  /** What is wrong and what to do about it, or why it is accepted; empty where there is nothing to say. */
  readonly text: string;
}

/** What a key is judged by. */
export interface KeyDemands {
  readonly scope: KeyScope;
  readonly acknowledged: readonly Acknowledged[];
  /** Epoch milliseconds. */
  readonly now: number;
}

const NAMES: Readonly<Record<ExtraRight, string>> = {
  "internal-transfer": "internal transfers",
  "universal-transfer": "universal transfers",
  margin: "margin",
  futures: "futures",
  options: "options",
  "portfolio-margin": "portfolio margin",
};

/** What a key may do, right by right, against what its scope demands. What the venue does not say counts against it. */
export function judgeKey(permissions: KeyPermissions, demands: KeyDemands): readonly KeyFinding[] {
  const { read, withdraw, fields, extra } = permissions;
  const { scope } = demands;
  return [
    finding("read", "reading", fields.read, read, read === true ? null : read === null ? unsaid(fields.read) : "This key cannot read. Allow reading for it."),
    finding("trade", "spot trading", fields.trade, permissions.trade, tradeProblem(permissions, scope)),
    finding("withdraw", "withdrawals", fields.withdraw, withdraw, withdrawProblem(permissions, scope)),
    ...extra.map((right) => extraFinding(right, demands)),
    ipFinding(permissions, demands),
    ...(permissions.expires === null ? [] : [expiryFinding(permissions.expires, demands.now)]),
  ];
}

/** What stands against a key, a sentence or two each; empty when nothing does. */
export function problemsOf(findings: readonly KeyFinding[]): readonly string[] {
  return findings.filter(({ ok }) => !ok).map(({ text }) => text);
}

function finding(rule: KeyFinding["rule"], name: string, field: string, granted: boolean | null, problem: string | null): KeyFinding {
  return { rule, name, field, said: wordOf(granted), ok: problem === null, text: problem ?? "" };
}

function wordOf(granted: boolean | "bundled" | null): KeyFinding["said"] {
  if (granted === null) return "not said";
  return granted === "bundled" ? "bundled" : granted ? "yes" : "no";
}

function unsaid(field: string): string {
  return `The venue does not say whether this key may do that (${field} is not in its answer), so it is not used. Look at the key's permissions there, and make a new key if they are as they should be.`;
}

function tradeProblem({ trade, fields }: KeyPermissions, scope: KeyScope): string | null {
  if (scope === "read") return trade === true ? "This key can trade, and it is kept as one that only reads. Make a key that can only read." : trade === null ? unsaid(fields.trade) : null;
  if (trade === null) return unsaid(fields.trade);
  return trade ? null : "This key cannot trade. Allow spot trading for it (and nothing else).";
}

function withdrawProblem({ withdraw, fields }: KeyPermissions, scope: KeyScope): string | null {
  if (withdraw === true) return `This key can withdraw. Make one that can only ${scope === "read" ? "read" : "read and trade"}: nothing is done with this one.`;
  return withdraw === null ? `The venue does not say whether this key can withdraw (${fields.withdraw} is not in its answer), so it is not used. Check its permissions there.` : null;
}

function extraFinding({ right, field, granted }: KeyPermissions["extra"][number], { scope, acknowledged }: KeyDemands): KeyFinding {
  const name = NAMES[right];
  const base = { rule: right, name, field, said: wordOf(granted) };
  if (granted === false) return { ...base, ok: true, text: "" };
  // Something that can be switched off at the venue is never accepted: nothing that runs here needs it.
  if (granted === true) return { ...base, ok: false, text: `This key may do ${name} (${field}), which nothing here uses. Switch that off for the key at the venue.` };
  if (acknowledged.includes(right)) return { ...base, ok: true, text: "acknowledged" };
  if (granted === "bundled") {
    if (scope === "read") return { ...base, ok: true, text: "comes with every key of this venue" };
    return { ...base, ok: false, text: `This venue allows ${name} to every key like this one (${field}); it cannot be switched off. If you accept that, add ${right} to trade.key.acknowledge in the definition.` };
  }
  return { ...base, ok: false, text: `The venue does not say whether this key may do ${name} (${field} is not in its answer). Look there; if it may not, add ${right} to trade.key.acknowledge in the definition.` };
}

function ipFinding({ ipRestricted, fields }: KeyPermissions, { scope, acknowledged }: KeyDemands): KeyFinding {
  const base = { rule: "ip", name: "known addresses only", field: fields.ip, said: wordOf(ipRestricted) } as const;
  if (ipRestricted === true) return { ...base, ok: true, text: "" };
  if (acknowledged.includes("any-ip")) return { ...base, ok: true, text: "acknowledged" };
  const problem = ipRestricted === false ? `This key works from any address (${fields.ip})` : `The venue does not say whether this key works from known addresses only (${fields.ip} is not in its answer)`;
  if (scope === "read") return { ...base, ok: true, text: `${problem}: restrict it if you can.` };
  return { ...base, ok: false, text: `${problem}: whoever copies it can trade with it. Restrict it to the bot's address at the venue, or add any-ip to trade.key.acknowledge in the definition.` };
}

function expiryFinding(expires: number, now: number): KeyFinding {
  const day = new Date(expires).toISOString().slice(0, 10);
  const over = expires <= now;
  return { rule: "expires", name: "lapses at the venue", field: day, said: "yes", ok: !over, text: over ? `The venue ended this key, or its leave to trade, on ${day}. Renew it there, or make a new one.` : `on ${day}` };
}

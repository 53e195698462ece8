import { BroadcastChannel } from "node:worker_threads";
import { constants } from "node:os";
import { join } from "node:path";
import type { Egress, Refusal } from "../../ports/egress.ts";
import { findBindings } from "./bindings.ts";
import { guardInternals } from "./internals.ts";
import { freeze } from "./primordials.ts";
import { CEILING, commas, guardPrograms } from "./programs.ts";
import { createReports } from "./reports.ts";
import { createRules } from "./rules.ts";
import { guardNames, guardWire } from "./wire.ts";

/** The checkout: the program in it is the one that may be started beside this one. */
const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Where threads tell what they were refused. */
const CHANNEL = "caucus egress";

let installed = false;

/**
 * Closes this process: from now on nothing is reached but what is added through the door that comes back, and it comes back
 * once. Has to be called before any package is loaded. Nothing of it can be undone.
 */
export function closeEgress(): Egress {
  if (installed) throw new Error("egress: this process is closed already");
  installed = true;
  const ceiling = process.env[CEILING];
  const rules = createRules(ceiling === undefined ? null : ceiling.split(",").join("\n"));
  const { setImmediate: later } = globalThis;
  const reports = createReports((work) => void later(work));
  const refused = process.platform === "win32" ? -4_092 : -constants.errno.EACCES;
  const bindings = findBindings();
  guardWire(bindings, rules, reports, refused);
  guardNames(bindings, rules, reports, refused);
  const programs = guardPrograms(bindings, { own: join(ROOT, "bin", "caucus.js"), rules, reports, refused });
  let hears = false;
  const ceilingOfThread = (): string => {
    if (!hears) hearThreads(reports.refuse);
    hears = true;
    return commas(rules.text());
  };
  guardInternals({ root: ROOT, ceiling: ceilingOfThread, reports });

  let sealed = false;
  const open = (entry: string): void => {
    if (sealed) throw new RangeError(`egress: ${entry} comes after the list was closed`);
  };
  return freeze({
    allow: (entries: readonly string[]): void => {
      for (let at = 0; at < entries.length; at += 1) {
        const entry = entries[at] ?? "";
        open(entry);
        if (!rules.add(entry)) throw new RangeError(ceiling === undefined ? `egress: ${entry} is no host with a port, such as api.example.com:443` : `egress: ${entry} is not among what the process that started this one may reach`);
      }
    },
    allowSocket: (path: string): void => {
      open(path);
      rules.addPath(path);
    },
    allowProgram: (path: string): void => {
      open(path);
      programs.add(path);
    },
    seal: (): void => {
      sealed = true;
    },
    entries: () => rules.text().split("\n").filter((entry) => entry !== ""),
    refusals: reports.all,
    listen: reports.listen,
  });
}

/** Closes a thread to what its process could reach when the thread was made. */
export function closeThread(): void {
  const entries = (process.env[CEILING] ?? "").split(",").filter((entry) => entry !== "" && !entry.startsWith("unix:"));
  const egress = closeEgress();
  egress.allow(entries);
  egress.seal();
  let channel: BroadcastChannel | null = null;
  egress.listen(({ kind, target }) => {
    channel ??= quietChannel();
    channel.postMessage({ kind, target });
  });
}

/** A channel between threads that keeps nobody running. */
function quietChannel(): BroadcastChannel {
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  return channel;
}

function hearThreads(refuse: (kind: Refusal["kind"], target: string) => void): void {
  quietChannel().onmessage = (event: unknown) => {
    const { kind, target } = (event as { readonly data: { readonly kind?: unknown; readonly target?: unknown } }).data;
    if (typeof kind === "string" && typeof target === "string") refuse(kind as Refusal["kind"], `thread:${target}`);
  };
}

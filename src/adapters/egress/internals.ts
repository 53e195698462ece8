import crypto from "node:crypto";
import module, { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import worker from "node:worker_threads";
import type { Native } from "./bindings.ts";
import { apply, construct, endsWith, indexOf, pin, startsWith } from "./primordials.ts";
import { CEILING, pinProcess } from "./programs.ts";
import type { Reports } from "./reports.ts";

/** Packages with native code that are known; what is native of others is not loaded. */
const ADDONS = ["@resvg", "@msgpackr-extract", "bufferutil"];

/**
 * Stands before the ways by which code gets out of what is guarded: threads, which have bindings of their own, native code,
 * and Node's doors to its internals. `ceiling` gives what a thread that is made now may reach.
 */
export function guardInternals({ root, ceiling, reports }: { readonly root: string; readonly ceiling: () => string; readonly reports: Reports }): void {
  guardThreads(ceiling);
  const refuse = (what: string) => (): Native => function (): never {
    reports.refuse("internals", what);
    throw new Error(`egress: ${what} is not available in this program`);
  };
  // A thread of module hooks is none of those above.
  pin(module, "register", refuse("module.register")());
  for (const name of ["binding", "_linkedBinding", "_debugProcess"]) pinProcess(name, refuse(`process.${name}`));
  pin(crypto, "setEngine", refuse("crypto.setEngine")());
  guardAddons(root, reports);
  guardLazily(refuse);
  syncBuiltinESMExports();
}

function guardThreads(ceiling: () => string): void {
  const { Worker } = worker;
  const first = join(import.meta.dirname, "thread.ts");
  const Guarded = function (this: unknown, script: unknown, given: unknown): object {
    const options = { ...(given as Record<string, unknown> | undefined) };
    // A thread has an environment of its own: what it may reach is told there, and Node would run what NODE_OPTIONS names first.
    const wanted = typeof options["env"] === "object" && options["env"] !== null ? options["env"] : process.env;
    const env = { ...wanted, NODE_OPTIONS: "", [CEILING]: ceiling() };
    return construct(Worker, [script, { ...options, env, execArgv: ["--require", first] }], (new.target as Native | undefined) ?? Guarded) as object;
  };
  Guarded.prototype = Worker.prototype;
  pin(Guarded, "prototype", Worker.prototype);
  pin(Worker.prototype, "constructor", Guarded);
  pin(worker, "Worker", Guarded);
}

function guardAddons(root: string, reports: Reports): void {
  const modules = join(root, "node_modules", "/");
  pinProcess("dlopen", (own) =>
    function (this: unknown, target: unknown, path: unknown, flags: unknown): unknown {
      if (typeof path === "string" && endsWith(path, ".node") && startsWith(path, modules) && indexOf(path, "..") < 0) {
        for (let at = 0; at < ADDONS.length; at += 1) {
          if (indexOf(path, `/node_modules/${ADDONS[at] ?? "?"}/`) >= 0 || indexOf(path, `\\node_modules\\${ADDONS[at] ?? "?"}\\`) >= 0) return apply(own, this, flags === undefined ? [target, path] : [target, path, flags]);
        }
      }
      reports.refuse("native", typeof path === "string" ? path : "?");
      throw new Error("egress: this native code is not among what may be loaded");
    });
}

/** SQLite can load libraries, and the inspector looks into Node's own closures. */
function guardLazily(refuse: (what: string) => () => Native): void {
  const sqlite = process.getBuiltinModule("node:sqlite") as { readonly DatabaseSync?: { readonly prototype: object } } | undefined;
  if (sqlite?.DatabaseSync) {
    for (const name of ["loadExtension", "enableLoadExtension"]) pin(sqlite.DatabaseSync.prototype, name, refuse(`sqlite ${name}`)());
  }
  const inspector = process.getBuiltinModule("node:inspector") as object | undefined;
  if (inspector) for (const name of ["Session", "open"]) pin(inspector, name, refuse(`inspector.${name}`)());
}

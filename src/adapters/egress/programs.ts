import type { Bindings, Native } from "./bindings.ts";
import { apply, bare, create, defineProperty, indexOf, pin, slice, startsWith } from "./primordials.ts";
import type { Reports } from "./reports.ts";
import type { Rules } from "./rules.ts";
import { replace } from "./wire.ts";

/** The variable in which a child is told the most that it may reach, entries with commas between them. */
export const CEILING = "CAUCUS_EGRESS_CEILING";
/** Variables that put other code into a child than its own. */
const INJECTING = ["NODE_OPTIONS=", "NODE_PATH=", "LD_", "DYLD_", "NODE_REPL", "NODE_V8_COVERAGE="];

/** Programs that may be started. */
export interface Programs {
  add(path: string): void;
}

interface SpawnOptions {
  readonly file?: unknown;
  readonly args?: unknown;
  readonly envPairs?: unknown;
}

/**
 * Stands before the start of other programs: a `curl` would be outside this list. Only this very program may be started by
 * this very Node, with what this process may reach as the most that it may reach, and programs that were added.
 */
export function guardPrograms({ process: child, spawnSync }: Bindings, parts: { readonly own: string; readonly rules: Rules; readonly reports: Reports; readonly refused: number }): Programs {
  const { own, rules, reports, refused } = parts;
  const node = process.execPath;
  const added = bare<true>();
  const inherited = bare<true>();
  for (const [name, value] of Object.entries(process.env)) inherited[`${name}=${value ?? ""}`] = true;

  const mayInject = (pair: string): boolean => {
    for (let at = 0; at < INJECTING.length; at += 1) if (startsWith(pair, INJECTING[at] ?? "?")) return inherited[pair] === true;
    return true;
  };
  /** The environment of our own child; null when something in it would run other code. */
  const environment = (pairs: unknown): string[] | null => {
    if (typeof pairs !== "object" || pairs === null) return null;
    const list = pairs as Record<number, unknown> & { readonly length: number };
    const kept: string[] = [];
    let size = 0;
    for (let at = 0; at < list.length; at += 1) {
      const pair = list[at];
      if (typeof pair !== "string" || !mayInject(pair)) return null;
      if (startsWith(pair, `${CEILING}=`)) continue;
      define(kept, size, pair);
      size += 1;
    }
    define(kept, size, `${CEILING}=${commas(rules.text())}`);
    return kept;
  };
  /** What a child may be started with, copies that nobody else holds; null when it may not. */
  const checked = ({ file, args, envPairs }: SpawnOptions): SpawnOptions | null => {
    const words = copyOf(args);
    if (typeof file === "string" && added[file]) return { file, args: words, envPairs };
    const pairs = file === node && words !== null && words[1] === own ? environment(envPairs) : null;
    if (pairs !== null) return { file: node, args: words, envPairs: pairs };
    reports.refuse("program", typeof file === "string" ? file : "?");
    return null;
  };

  replace(child, "spawn", (spawn) =>
    function (this: unknown, first: unknown, args: unknown, folder: unknown, envPairs: unknown, stdio: unknown, flags: unknown, user: unknown, group: unknown): unknown {
      // Node 24 has had both: everything in one object, and later one after another.
      const options = typeof first === "object" && first !== null ? (first as SpawnOptions) : null;
      const good = checked(options === null ? { file: first, args, envPairs } : { ...options });
      if (good === null) return refused;
      if (options !== null) return apply(spawn, this, [{ ...options, ...good }]);
      return apply(spawn, this, [good.file, good.args, folder, good.envPairs, stdio, flags, user, group]);
    });
  replace(spawnSync, "spawn", (spawn) =>
    function (this: unknown, given: unknown): unknown {
      const good = checked({ ...(given as SpawnOptions) });
      return good === null ? { pid: 0, output: null, status: null, signal: null, error: refused } : apply(spawn, this, [{ ...(given as SpawnOptions), ...good }]);
    });
  pinProcess("execve", () => function (path: unknown): never {
    reports.refuse("program", typeof path === "string" ? path : "?");
    throw new Error("egress: this process does not become another program");
  });
  return { add: (path) => (added[path] = true) };
}

/** Puts an element at a place of an array, whatever has become of arrays' prototype. */
function define(list: string[], at: number, value: string): void {
  const descriptor = create(null) as PropertyDescriptor;
  descriptor.value = value;
  descriptor.writable = true;
  descriptor.enumerable = true;
  descriptor.configurable = true;
  defineProperty(list, at, descriptor);
}

function copyOf(args: unknown): string[] | null {
  if (typeof args !== "object" || args === null) return null;
  const list = args as Record<number, unknown> & { readonly length: number };
  const copy: string[] = [];
  for (let at = 0; at < list.length; at += 1) {
    const word = list[at];
    if (typeof word !== "string") return null;
    define(copy, at, word);
  }
  return copy;
}

/** A list as it goes into an environment: commas instead of ends of lines. */
export function commas(text: string): string {
  let rest = text;
  let joined = "";
  for (let end = indexOf(rest, "\n"); end >= 0; end = indexOf(rest, "\n")) {
    joined = `${joined}${slice(rest, 0, end)},`;
    rest = slice(rest, end + 1);
  }
  return `${joined}${rest}`;
}

/** Puts a function in the place of one of `process`, for good; nothing happens where Node has none. */
export function pinProcess(name: string, make: (own: Native) => Native): void {
  const owner = process as unknown as Record<string, Native | undefined>;
  const own = owner[name];
  if (typeof own === "function") pin(owner, name, make(own));
}

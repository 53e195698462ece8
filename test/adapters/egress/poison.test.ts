import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Refusal } from "../../../src/ports/egress.ts";
import { ROOT } from "../../cli/caucus.ts";
import { WAYS } from "./poison/package.ts";
import { openSinks, type Sinks } from "./poison/sinks.ts";

const KEY = "canary7f3a";
let sinks: Sinks | null = null;

afterEach(async () => {
  await sinks?.close();
  sinks = null;
});

/** Runs the poisoned program; gives what it printed last and which ways the sinks heard of. */
async function poisoned(how: "open" | "closed", flags: readonly string[] = [], only = ""): Promise<{ readonly heard: string[]; readonly raw: string; readonly out: string }> {
  const open = await openSinks();
  sinks = open;
  const target = { tcp: open.tcp, udp: open.udp, path: open.path, allowed: open.allowed, program: join(ROOT, "bin", "caucus.js") };
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, "poison", "victim.ts"), how, KEY, JSON.stringify(target), only], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  await new Promise((done) => child.on("close", done));
  if (out === "" && how === "closed") throw new Error(err);
  const raw = open.heard();
  const numbers = new Set([...raw.matchAll(new RegExp(`${KEY}-(\\d+)-x`, "g"))].map(([, number]) => Number(number)));
  return { heard: Object.keys(WAYS).filter((_, at) => numbers.has(at)), raw, out };
}

describe("a poisoned package with a key", () => {
  it("gets the key out of an open process in every way that it tries", async () => {
    const { heard } = await poisoned("open");
    expect(Object.keys(WAYS).filter((way) => !heard.includes(way))).toEqual([]);
  }, 120_000);

  it("gets it out of a closed process in none of them, while hosts on the list answer, and every try is noted", async () => {
    const { heard, raw, out } = await poisoned("closed");
    expect(heard).toEqual([]);
    expect(raw).toBe("");
    const { hello, refusals } = JSON.parse(out) as { readonly hello: string; readonly refusals: readonly Refusal[] };
    expect(hello).toBe("hello");
    expect(new Set(refusals.map(({ kind }) => kind))).toEqual(new Set(["address", "socket", "name", "program", "internals"]));
  }, 120_000);
});

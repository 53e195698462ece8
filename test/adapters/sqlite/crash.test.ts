import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { freshPath, open } from "./fixture.ts";

const APPENDER = fileURLToPath(new URL("./appender.ts", import.meta.url));
const KILLS = 30;

/** What a process acknowledged: the hash of each event by its sequence, and the requests that it claimed. */
interface Acknowledged {
  readonly events: Map<number, string>;
  readonly claims: Map<number, string>;
}

/** Runs the appender and kills it as soon as it has said `lines` lines; returns everything that it said, whole lines only. */
async function runAndKill(path: string, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [APPENDER, path], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split("\n").length > lines) child.kill("SIGKILL");
  });
  const signal = await new Promise((resolve) => child.once("close", (_, by) => resolve(by)));
  expect(signal, errors).toBe("SIGKILL");
  return said.split("\n").slice(0, -1);
}

function note(acknowledged: Acknowledged, lines: readonly string[]): void {
  for (const line of lines) {
    const [kind, number, value] = line.split(" ");
    if (kind === "event") acknowledged.events.set(Number(number), value!);
    if (kind === "claim") acknowledged.claims.set(Number(number), value!);
  }
}

describe("a process that is killed while it writes", () => {
  it(`leaves, each of ${KILLS} times, a journal that opens at once, is sound and holds all that was acknowledged`, async () => {
    const path = freshPath();
    const random = createRandom(20_261_121);
    const acknowledged: Acknowledged = { events: new Map(), claims: new Map() };
    for (let kill = 0; kill < KILLS; kill++) {
      // From the first line, before the file is there, to some rounds of orders later.
      note(acknowledged, await runAndKill(path, 1 + (kill % 5 === 0 ? random.integer(3) : random.integer(60))));
      const journal = open(path, { name: "crash" });
      expect(journal.verify(), `after kill ${kill}`).toBeNull();
      const hashes = new Map([...journal.entries(1)].map(({ sequence, hash }) => [sequence, hash]));
      expect(hashes.size).toBe(journal.lastSequence);
      for (const [sequence, hash] of acknowledged.events) expect(hashes.get(sequence), `event ${sequence} after kill ${kill}`).toBe(hash);
      const waiting = new Set(journal.outbox("waiting").map(({ id }) => id));
      for (const id of acknowledged.claims.keys()) expect(waiting.has(id), `claim ${id} after kill ${kill}`).toBe(false);
      for (const order of journal.orders()) expect(journal.fillsOf(order.clientOrderId).reduce((sum, { steps }) => sum + steps, 0)).toBe(order.filledSteps);
      journal.close();
    }
    expect(acknowledged.events.size).toBeGreaterThan(100);
    expect(acknowledged.claims.size).toBeGreaterThan(30);
  }, 120_000);
});

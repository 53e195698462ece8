import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type ControlDoor, openControl, socketPath } from "../../../src/adapters/control/socket.ts";

const folders: string[] = [];
const doors: ControlDoor[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function opened(): Promise<{ readonly path: string; readonly asked: unknown[] }> {
  const folder = mkdtempSync(join(tmpdir(), "caucus-door-"));
  folders.push(folder);
  const asked: unknown[] = [];
  doors.push(await openControl(folder, (request) => (asked.push(request), Promise.resolve({ well: true }))));
  return { path: socketPath(folder), asked };
}

/** What comes back for a line, as text; empty when the door is shut. */
function said(path: string, line: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(path, () => socket.write(line));
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

it("is open to its owner alone", async () => {
  const { path } = await opened();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("carries out nothing that it does not know, word for word", async () => {
  const { path, asked } = await opened();
  for (const line of ["nonsense", "{}", '{"command":"withdraw"}', '{"command":"status","by":"me","amount":1}', "[1]"]) expect(await said(path, `${line}\n`)).toContain("error");
  expect(asked).toEqual([]);
});

it("shuts the door on whoever talks without end", async () => {
  const { path, asked } = await opened();
  expect(await said(path, "x".repeat(1_000_000))).toBe("");
  expect(asked).toEqual([]);
});

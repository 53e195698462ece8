import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, it } from "vitest";
import { UserError } from "../../src/core/user-error.ts";
import { openSandbox } from "../../src/exchange/process.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { clientOf, closeAll, START } from "./fixture.ts";

const children: ChildProcess[] = [];

afterEach(async () => {
  await closeAll();
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

it("runs as a process of its own, trades with the real client, and ends on SIGTERM", async () => {
  const child = spawn(process.execPath, ["src/exchange/process.ts", "--port", "0", "--speed", "0", "--days", "1"], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url, wsUrl, now } = JSON.parse(line) as { url: string; wsUrl: string; now: number };
  expect(now).toBe(START);

  const client = await clientOf({ url, wsUrl } as Exchange, { apiKey: "sandbox-key", secret: "sandbox-secret" });
  const order = await client.createOrder("BTC/USDT", "market", "buy", 0.01);
  expect(order.filled).toBeGreaterThan(0);
  expect((await client.fetchBalance())["USDT"]!.total).toBeLessThan(10_000);

  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

it.each([
  ["--port", "70000", /--port/],
  ["--markets", "BTC", /such as BTC\/USDT=40000/],
  ["--colour", "red", /colour/],
])("refuses %s %s with a sentence", async (flag, value, message) => {
  const opened = openSandbox([flag, value]);
  await expect(opened).rejects.toThrow(UserError);
  await expect(opened).rejects.toThrow(message);
});

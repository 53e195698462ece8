import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, closeAll, openDoor, probes, runningBot, texts } from "./door.ts";
import { startBotApi } from "./bot-api/server.ts";

afterEach(closeAll);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("a webhook", () => {
  it("is registered over failures, takes what Telegram delivers, and nothing from those who do not know its secret", async () => {
    const bot = await runningBot();
    onTestFinished(bot.end);
    const port = await freePort();
    const { commands, ran } = probes();
    const server = await startBotApi();
    server.fault({ method: "setWebhook", times: 2, as: 502 });
    const webhook = { url: "https://bot.example.org/caucus", host: "127.0.0.1", port };
    const { door } = await openDoor(bot.operator, commands, { api: server, settings: { ...SETTINGS, webhook } });
    await until("it is registered", () => server.webhook() !== null);
    expect(server.webhook()).toMatchObject({ url: webhook.url, secret: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    const to = `http://127.0.0.1:${port}`;
    expect(await server.deliver(to, { message: server.message(ANN, "/pause") }, "wrong")).toBe(403);
    expect(await server.deliver(to, { message: server.message(ANN, "/pause") }, "")).toBe(403);
    expect((await fetch(`${to}/elsewhere`, { method: "POST", body: "{}" })).status).toBe(403);
    expect((await fetch(`${to}/caucus`)).status).toBe(403);
    const secret = server.webhook()!.secret;
    const large = await fetch(`${to}/caucus`, { method: "POST", headers: { "x-telegram-bot-api-secret-token": secret }, body: "x".repeat(1_100_000) }).then(({ status }) => status);
    expect(large).toBe(413);
    expect(await fetch(`${to}/caucus`, { method: "POST", headers: { "x-telegram-bot-api-secret-token": secret }, body: "{torn" }).then(({ status }) => status)).toBe(415);
    expect(ran).toEqual([]);
    expect(await server.deliver(to, { message: server.message(ANN, "/status") })).toBe(200);
    await until("it is answered", () => texts(server, ANN).includes("hold: run"));
    await door.close(200);
    await expect(fetch(to)).rejects.toThrow();
    await server.close();
  });

  it("whose port is taken is said, and nothing else suffers", async () => {
    const bot = await runningBot();
    onTestFinished(bot.end);
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const webhook = { url: "https://bot.example.org/caucus", host: "127.0.0.1", port: (taken.address() as AddressInfo).port };
    const { api, door, warnings } = await openDoor(bot.operator, probes().commands, { settings: { ...SETTINGS, webhook } });
    await until("it is said", () => warnings.some((text) => /nothing can listen on 127\.0\.0\.1:\d+.*EADDRINUSE/.test(text)));
    door.tell({ kind: "fill", key: "a", text: "still told", urgent: true });
    await until("it is told", () => texts(api, ANN).some((text) => text.includes("still told")));
    taken.close();
  });
});

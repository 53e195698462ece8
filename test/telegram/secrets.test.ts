import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { TelegramCommand } from "../../src/adapters/telegram/command.ts";
import { errorText, redactor } from "../../src/core/redact.ts";
import { UserError } from "../../src/core/user-error.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, closeAll, openDoor, runningBot, texts } from "./door.ts";
import { TOKEN } from "./bot-api/server.ts";

afterEach(closeAll);

const KEY = "canaryKey/With+Odd=Characters&<more>";
const SECRET = 'canary"Secret\\withEscapes';
const CANARIES = [TOKEN, TOKEN.slice(10), KEY, SECRET, encodeURIComponent(KEY), encodeURIComponent(TOKEN), JSON.stringify(SECRET).slice(1, -1), Buffer.from(KEY).toString("base64")];

function clean(...said: readonly string[]): void {
  for (const text of said) for (const canary of CANARIES) expect(text).not.toContain(canary);
}

const all = `${TOKEN} ${KEY} ${SECRET} https://api.telegram.org/bot${TOKEN}/getMe?key=${encodeURIComponent(KEY)} ${JSON.stringify({ SECRET })}`;
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const leaks: readonly TelegramCommand[] = [
  { name: "text", role: "viewer", description: "d", run: () => Promise.resolve({ html: escape(all) }) },
  { name: "error", role: "viewer", description: "d", run: () => Promise.reject(new Error(all, { cause: all })) },
  { name: "user", role: "viewer", description: "d", run: () => Promise.reject(new UserError(all, [all])) },
  { name: "thrown", role: "viewer", description: "d", run: () => Promise.reject(all as unknown as Error) },
  { name: "button", role: "viewer", description: "d", run: () => Promise.resolve({ html: "b", buttons: [[{ text: KEY, action: { command: "error", argument: SECRET } }]] }) },
  { name: "paper", role: "viewer", description: "d", run: () => Promise.resolve({ html: "d", document: { name: `${KEY}.txt`, bytes: Buffer.from(all) } }) },
  { name: "bad", role: "viewer", description: "d", run: () => Promise.resolve({ html: `<b>${all}` }) },
  { name: "propose", role: "viewer", description: "d", run: () => Promise.resolve({ html: escape(all), carryOut: () => Promise.reject(new Error(all)) }) },
  { name: "offer", role: "viewer", description: "d", run: () => Promise.resolve({ html: "offer", carryOut: () => Promise.resolve({ html: `offered ${escape(all)}` }) }) },
  { name: "done", role: "viewer", description: "d", run: () => Promise.resolve({ html: "done" }) },
];

describe("secrets", () => {
  it("are in no text, file, button, journal entry, log line or file of the door, through every error path", async () => {
    const bot = await runningBot();
    onTestFinished(bot.end);
    const { api, door, journal, warnings, folder } = await openDoor(bot.operator, leaks, { secrets: [KEY, SECRET] });
    for (const as of ["drop", "html", 401, 404, 409, 502, "hang"] as const) api.fault({ method: "*", times: 2, as });
    for (const { name } of leaks) api.write(ANN, `/${name} ${all}`);
    api.write(ANN, `/nothere ${all}`);
    api.write(ANN, all);
    door.tell({ kind: "trouble", key: all, text: all, urgent: true });
    await until("all are answered", () => api.chat(ANN).length >= leaks.length + 2);
    for (const sent of api.chat(ANN)) for (const { data } of sent.buttons[0] ?? []) api.press(ANN, sent, data);
    await until("the button and the confirmation fail", () => journal.filter(({ outcome }) => String(outcome).startsWith("failed")).length >= 5);
    await until("all is sent", () => texts(api, ANN).filter((text) => text.startsWith("That did not work")).length >= 4);
    await until("the offer is carried out", () => texts(api, ANN).some((text) => text.startsWith("offered")));
    await door.close(1_000);
    expect(api.chat(ANN).length).toBeGreaterThan(leaks.length + 2);
    expect(warnings.length).toBeGreaterThan(3);
    clean(...api.bodies, ...warnings, ...journal.map((entry) => JSON.stringify(entry)));
    for (const { file } of api.chat(ANN)) clean(Buffer.from(file?.bytes ?? []).toString());
    const files = readdirSync(folder);
    expect(files).toContain("telegram.sqlite");
    for (const name of files) clean(readFileSync(join(folder, name)).toString("latin1"));
  });

  it("are in no warning when the journal fails with them in its words, and the answer comes all the same", async () => {
    const bot = await runningBot();
    onTestFinished(bot.end);
    const { api, warnings } = await openDoor(bot.operator, leaks, {
      secrets: [KEY, SECRET],
      journal: () => {
        throw new Error(all);
      },
    });
    api.write(ANN, "/done");
    await until("it is answered", () => texts(api, ANN).includes("done"));
    expect(warnings.join()).toMatch(/could not be journaled: \[redacted\]/);
    clean(...warnings);
  });

  it("are in no warning when Telegram cannot be reached at all", async () => {
    const bot = await runningBot();
    onTestFinished(bot.end);
    const { warnings } = await openDoor(bot.operator, leaks, { apiRoot: "http://127.0.0.1:9", settings: { ...SETTINGS, users: [] } });
    await until("it has failed", () => warnings.length > 0);
    expect(warnings.join()).toMatch(/Telegram does not answer.*ECONNREFUSED/);
    clean(...warnings);
  });

  it("are taken out whole wherever they stand, and other text stays as it is", () => {
    const redact = redactor([KEY, SECRET]);
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...CANARIES.slice(2)), fc.string(), (before, canary, after) => {
        expect(redact(`${before}${canary}${after}`)).not.toContain(canary);
      }),
    );
    expect(redact("BTC/USDT buy 0.0089211 at 48,409.65 [1234567:8]")).toBe("BTC/USDT buy 0.0089211 at 48,409.65 [1234567:8]");
    expect(redact(`x${TOKEN}y 987654321:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`)).not.toMatch(/AAA|canary/i);
    expect(errorText({ odd: 1 }, redact)).toBe("unknown error");
  });
});

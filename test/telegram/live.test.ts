import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Live, Reply, TelegramCommand } from "../../src/adapters/telegram/command.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, HASTE, closeAll, openDoor, runningBot, texts, type Doorway, type RunningBot } from "./door.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
afterAll(() => bot.end());
afterEach(closeAll);

const PATIENCE = { ...HASTE, edits: 30 };
const edits = ({ api }: Doorway): number => api.calls.filter(({ method, status }) => method === "editMessageText" && status === 200).length;

/** A command with work behind it that the test leads by the hand. */
function work() {
  let show: (html: string) => void = () => undefined;
  let finish: (reply: Reply | null) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  let signal: AbortSignal | null = null;
  const live: Live = (shown, ended) => {
    show = shown;
    signal = ended;
    return new Promise((resolve, reject) => {
      finish = resolve;
      fail = reject;
      ended.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    });
  };
  const command: TelegramCommand = {
    name: "job", role: "viewer", description: "works",
    run: ({ argument }) => Promise.resolve(argument === "stop" ? { html: "stopping" } : { html: "0 %", live, buttons: [[{ text: "Stop it", action: { command: "job", argument: "stop" } }]] }),
  };
  return { command, show: (html: string) => show(html), finish: (reply: Reply | null) => finish(reply), fail: (error: Error) => fail(error), signal: () => signal };
}

async function begun(changes: Parameters<typeof openDoor>[2] = {}) {
  const job = work();
  const doorway = await openDoor(bot.operator, [job.command], { patience: PATIENCE, ...changes });
  doorway.api.write(ANN, "/job");
  await until("it has begun", () => texts(doorway.api, ANN).includes("0 %"));
  return { ...doorway, job };
}

describe("a message with work behind it", () => {
  it("shows in its place how far the work is, keeps its button meanwhile, and ends with a message of its own", async () => {
    const { api, job, journal } = await begun();
    const message = api.chat(ANN).at(-1)!;
    job.show("<b>50 %</b>");
    await until("it is shown", () => message.text === "50 %");
    expect(message.buttons[0]![0]!.text).toBe("Stop it");
    job.show("done");
    job.finish({ html: "the <i>result</i>" });
    await until("it has ended", () => message.text === "done" && message.buttons.length === 0 && texts(api, ANN).includes("the result"));
    expect(texts(api, ANN)).toEqual(["done", "the result"]);
    expect(journal.map(({ command, outcome }) => `${String(command)} ${String(outcome)}`)).toEqual(["job answered", "job done"]);
  });

  it("is edited no more often than Telegram bears, and shows the newest", async () => {
    const doorway = await begun();
    for (let i = 1; i <= 200; i += 1) {
      doorway.job.show(`${i}`);
      await sleep(1);
    }
    await until("the newest is shown", () => texts(doorway.api, ANN).at(-1) === "200");
    const times = doorway.api.calls.filter(({ method }) => method === "editMessageText").map(({ at }) => at);
    // Both clocks count whole milliseconds.
    for (const [i, at] of times.entries()) if (i > 0) expect(at - times[i - 1]!).toBeGreaterThanOrEqual(PATIENCE.edits - 2);
    expect(times.length).toBeGreaterThan(1);
  });

  it("waits for as long as a 429 asks, together with everything else", async () => {
    const doorway = await begun();
    doorway.api.fault({ method: "editMessageText", times: 1, as: 429, retryAfter: 3_600 });
    doorway.job.show("50 %");
    await until("it was tried", () => doorway.api.calls.some(({ method }) => method === "editMessageText"));
    const before = doorway.journal.length;
    doorway.api.write(ANN, "/job stop");
    await until("it is dealt with", () => doorway.journal.length > before);
    doorway.job.show("60 %");
    expect(doorway.api.calls.filter(({ method }) => method === "editMessageText").length).toBe(1);
    expect(texts(doorway.api, ANN)).toEqual(["0 %"]);
  });

  it("gets through 429, 502, cut connections and no answer at all", async () => {
    const doorway = await begun();
    for (const as of [429, 502, "drop", "html", "hang"] as const) doorway.api.fault({ method: "editMessageText", times: 1, as, ...(as === 429 ? { retryAfter: 0.05 } : {}) });
    doorway.job.show("50 %");
    await until("it is shown", () => texts(doorway.api, ANN).at(-1) === "50 %");
    expect(edits(doorway)).toBe(1);
  });

  it("says why when the work fails, without secrets", async () => {
    const { api, job } = await begun({ secrets: ["canary-secret"] });
    job.show("at canary-secret");
    await until("it is shown", () => texts(api, ANN).at(-1) === "at [redacted]");
    job.fail(new Error("no candles <of> canary-secret"));
    await until("it is said", () => texts(api, ANN).length === 2 && texts(api, ANN)[0] !== "at [redacted]");
    expect(texts(api, ANN)).toEqual(["✖ It ended without a result.", "That did not work: no candles <of> [redacted]"]);
  });

  it("ends with the door, and says so", async () => {
    const { api, door, job } = await begun();
    await door.close(2_000);
    expect(job.signal()!.aborted).toBe(true);
    expect(texts(api, ANN)).toEqual(["⏹ The bot was stopped while this was going on: nothing came of it. Send the command again."]);
    expect(api.chat(ANN)[0]!.buttons).toEqual([]);
  });

  it("is told by the next process that its work died with the one before, once", async () => {
    const first = await begun();
    first.job.show("40 %");
    await until("it is shown", () => texts(first.api, ANN).at(-1) === "40 %");
    // As after a kill: nothing that the first one has to say still comes through, and its file is as it was.
    first.api.fault({ method: "*", times: 1_000_000, as: "drop" });
    await first.door.close(0);
    first.api.clearFaults();
    const second = await openDoor(bot.operator, [first.job.command], { patience: PATIENCE, api: first.api, folder: first.folder });
    await until("it is told", () => /nothing came of it/.test(texts(first.api, ANN)[0]!));
    expect(first.api.chat(ANN)[0]!.buttons).toEqual([]);
    await second.door.close(0);
    const third = await openDoor(bot.operator, [first.job.command], { patience: PATIENCE, api: first.api, folder: first.folder });
    first.api.write(ANN, "/job stop");
    await until("it answers", () => texts(first.api, ANN).length === 2);
    expect(third.warnings).toEqual([]);
    expect(first.api.chat(ANN)[0]!.edits).toBe(2);
  });

  it("is told of in a new message when the old one was never sent", async () => {
    const job = work();
    const first = await openDoor(bot.operator, [job.command], { patience: PATIENCE });
    first.api.fault({ method: "sendMessage", times: 1_000_000, as: "hang" });
    first.api.write(ANN, "/job");
    await until("it was tried", () => first.api.calls.some(({ method }) => method === "sendMessage"));
    await first.door.close(0);
    first.api.clearFaults();
    expect(job.signal()!.aborted).toBe(true);
    await openDoor(bot.operator, [job.command], { patience: PATIENCE, api: first.api, folder: first.folder });
    await until("it is told", () => texts(first.api, ANN).length > 0);
    expect(texts(first.api, ANN)).toEqual([expect.stringMatching(/nothing came of it/)]);
  });

  it("goes on when its message is gone", async () => {
    const { api, job } = await begun();
    api.chat(ANN)[0]!.deleted = true;
    job.show("50 %");
    await until("it was tried", () => api.calls.some(({ method }) => method === "editMessageText"));
    job.finish({ html: "the result" });
    await until("it has ended", () => texts(api, ANN).includes("the result"));
  });
});

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { tellDaily } from "../../src/adapters/telegram/daily.ts";
import { afterQuietHours, nextTimeOfDay } from "../../src/adapters/telegram/local-time.ts";
import { createNotifications, type Notification } from "../../src/adapters/telegram/notifications.ts";
import { Outbox } from "../../src/adapters/telegram/outbox.ts";
import { plainText } from "../../src/adapters/telegram/plain-text.ts";
import { redactor } from "../../src/core/redact.ts";
import { NOTICE_KINDS, type TelegramSettings } from "../../src/adapters/telegram/settings.ts";
import { openStore } from "../../src/adapters/telegram/store.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, closeAll, runningBot, scratchFolder } from "./door.ts";
import { parseHtml } from "./bot-api/html.ts";

afterEach(closeAll);

const NIGHT = Date.UTC(2024, 5, 1, 22, 30);
const HOUR = 3_600_000;
let now = NIGHT;
beforeEach(() => {
  now = NIGHT;
});

/** Notifications into an outbox of their own, read back at any time. */
function desk(changes: Partial<TelegramSettings> = {}) {
  const settings = { ...SETTINGS, users: [{ id: ANN.id, role: "owner" as const }], ...changes };
  const outbox = new Outbox(openStore(`${scratchFolder()}/telegram.sqlite`), settings.batchSeconds * 1_000);
  const notifications = createNotifications({ settings, outbox, redact: redactor([]), clock: () => now, warn: () => undefined });
  const tell = (...told: readonly Notification[]): void => {
    for (const one of told) notifications.tell(one);
    notifications.flush();
  };
  const due = (at: number): string[] => (outbox.next(at)?.html ?? "").split("\n").filter((line) => line !== "");
  return { tell, due, outbox };
}
const notice = (key: string, changes: Partial<Notification> = {}): Notification => ({ kind: "fill", key, text: key, urgent: false, ...changes });

describe("notifications", () => {
  it("are told of each kind that is switched on, and of no other", () => {
    for (const off of NOTICE_KINDS) {
      const { tell, due } = desk({ notify: { ...SETTINGS.notify, [off]: false } });
      tell(...NOTICE_KINDS.map((kind) => notice(kind, { kind, text: `told-${kind}.` })));
      const told = due(now + HOUR).join();
      expect(NOTICE_KINDS.filter((kind) => !told.includes(`told-${kind}.`))).toEqual([off]);
    }
  });

  it("wait for others to share their message, unless they are urgent", () => {
    const { tell, due } = desk({ batchSeconds: 30 });
    tell(notice("a"));
    expect(due(now + 29_000)).toEqual([]);
    expect(due(now + 30_000)).toHaveLength(1);
    now += 20_000;
    tell(notice("b"));
    expect(due(NIGHT + 30_000)).toHaveLength(2);
    tell(notice("c", { urgent: true }));
    expect(due(now)).toEqual([expect.stringContaining("c") as string]);
  });

  it("that wait for others are sent at once when the bot stops, those that wait for the morning are not", () => {
    const { tell, due, outbox } = desk({ batchSeconds: 30 });
    tell(notice("a"), notice("b"));
    outbox.release(now);
    expect(due(now)).toHaveLength(2);
    const night = desk({ batchSeconds: 30, quietHours: { from: "22:00", to: "07:00" } });
    night.tell(notice("a"));
    night.outbox.release(now);
    expect(night.due(now)).toEqual([]);
  });

  it("wait until the quiet hours are over, in the owner's zone, unless they are urgent", () => {
    const { tell, due } = desk({ timeZone: "Europe/Berlin", quietHours: { from: "23:00", to: "07:00" } });
    tell(notice("a"), notice("risk", { kind: "riskStop", urgent: true }));
    // 22:30 UTC is 00:30 in Berlin in June; 07:00 there is 05:00 UTC.
    expect(due(now).join()).toMatch(/^<b>🛑 Risk stop<\/b> 00:30 risk$/);
    expect(due(NIGHT + 6.5 * HOUR - 60_000)).toHaveLength(1);
    expect(due(NIGHT + 6.5 * HOUR)).toHaveLength(2);
  });

  it("fit into Telegram's 4096 characters and its HTML, whatever they say and however many wait", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 2_000 }), { minLength: 1, maxLength: 30 }), (texts) => {
        const { tell, outbox } = desk();
        tell(...texts.map((text, i) => notice(`${i}`, { text })));
        let lines = 0;
        for (let parcel = outbox.next(now); parcel !== null; parcel = outbox.next(now)) {
          const parsed = parseHtml(parcel.html);
          expect(parsed).toHaveProperty("text");
          expect(parcel.html.length).toBeLessThanOrEqual(4_096);
          lines += parcel.ids.length;
          outbox.done(parcel, now);
        }
        expect(lines).toBe(texts.length);
      }),
      { numRuns: 15 },
    );
  });

  it("with a picture are sent with it, in a message of their own", () => {
    const { tell, outbox } = desk();
    tell(notice("a"), notice("b", { picture: { name: "p.png", png: new Uint8Array([1]) } }), notice("c"));
    const first = outbox.next(now)!;
    expect([first.ids.length, first.attachment]).toEqual([2, null]);
    outbox.done(first, now);
    expect(outbox.next(now)).toMatchObject({ ids: [2], attachment: { name: "p.png", photo: true } });
  });

  it("of the day come once, at the time of day that was asked for", async () => {
    const bot = await runningBot();
    onTestFinished(bot.end);
    const told: Notification[] = [];
    const stop = new AbortController();
    const settings = { ...SETTINGS, summaryAt: "08:00" };
    now = Date.UTC(2024, 5, 1, 7, 59, 59, 990);
    const running = tellDaily({ settings, operator: bot.operator, clock: () => now, tell: (one) => void told.push(one), warn: (what) => expect.unreachable(what) }, stop.signal);
    now += 20;
    await until("it is told", () => told.length === 1);
    stop.abort();
    await running;
    expect(told).toEqual([{ kind: "daily", key: "daily:2024-06-01", urgent: false, picture: { name: "day.png", png: expect.any(Uint8Array) as Uint8Array }, text: expect.stringMatching(/^equity [\d.]+ USDT \(-?\d+\.\d\d % since the start\); profit of 24 h .*open orders/) as string }]);
  });
});

describe("times of day", () => {
  it("are the owner's: the next one lies within a day, and shows that time there", () => {
    expect(nextTimeOfDay("08:00", "UTC", NIGHT)).toBe(NIGHT + 9.5 * HOUR);
    expect(nextTimeOfDay("22:30", "UTC", NIGHT)).toBe(NIGHT + 24 * HOUR);
    expect(nextTimeOfDay("08:00", "Asia/Kolkata", NIGHT)).toBe(NIGHT + 4 * HOUR);
  });

  it("bound quiet hours over midnight and within a day", () => {
    const over = { from: "22:00", to: "07:00" };
    expect(afterQuietHours(over, "UTC", NIGHT)).toBe(NIGHT + 8.5 * HOUR);
    expect(afterQuietHours(over, "UTC", NIGHT - HOUR)).toBe(NIGHT - HOUR);
    expect(afterQuietHours({ from: "22:00", to: "23:00" }, "UTC", NIGHT)).toBe(NIGHT + 0.5 * HOUR);
    expect(afterQuietHours({ from: "22:00", to: "22:30" }, "UTC", NIGHT)).toBe(NIGHT);
    expect(afterQuietHours(undefined, "UTC", NIGHT)).toBe(NIGHT);
  });

  it("are right in the nights in which the clocks are changed", () => {
    const night = { from: "22:00", to: "07:00" };
    // Berlin: at one in the morning of UTC, forward on 31 March and back on 27 October.
    expect(afterQuietHours(night, "Europe/Berlin", Date.UTC(2024, 2, 30, 22))).toBe(Date.UTC(2024, 2, 31, 5));
    expect(afterQuietHours(night, "Europe/Berlin", Date.UTC(2024, 9, 26, 21))).toBe(Date.UTC(2024, 9, 27, 6));
    expect(nextTimeOfDay("08:00", "America/New_York", Date.UTC(2024, 10, 3, 2))).toBe(Date.UTC(2024, 10, 3, 13));
    // Half past two is not there on that day: within the hour that follows.
    expect(nextTimeOfDay("02:30", "Europe/Berlin", Date.UTC(2024, 2, 30, 22))).toBe(Date.UTC(2024, 2, 31, 1, 30));
  });
});

describe("plain text", () => {
  it("says what the HTML said, never longer than asked and never half of a character", () => {
    expect(plainText("<b>a &lt; b</b> &amp;amp; <a href=\"x\">c</a>", 100)).toBe("a < b &amp; c");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 4, max: 50 }), (text, most) => {
        const short = plainText(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        expect(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(short)).toBe(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(plainText(text, 100_000)) && short === plainText(text, 100_000));
      }),
    );
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { AlertStore, MOST_ALERTS } from "../../src/adapters/telegram/alerts/alert-store.ts";
import { alertLooks } from "../../src/adapters/telegram/alerts/alert-watch.ts";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { Outbox } from "../../src/adapters/telegram/outbox.ts";
import { redactor } from "../../src/core/redact.ts";
import { openStore } from "../../src/adapters/telegram/store.ts";
import { faultOf, seen } from "../adapters/telegram/telegram-html.ts";
import { withText } from "../adapters/telegram/commands/hostile.ts";
import { MINUTE, START, until } from "../app/trade/harness.ts";
import { desk, endAll, market } from "./alert-bench.ts";
import { ANN, HASTE, SETTINGS, TOM, VIC, openDoor, scratchFolder, texts } from "./door.ts";

afterEach(endAll);

const SOON = { ...HASTE, looks: 10 };

describe("a price alert", () => {
  it("comes once, also when the price went through and came back between two looks", async () => {
    const { operator, pass } = await market([100, 100, 108, 100, 100, 100]);
    const { look, ask, told, mine } = desk(operator);
    ask("btc > 107");
    ask("btc < 92");
    look();
    await pass(1);
    look();
    expect(told()).toEqual([]);
    await pass(4);
    expect(operator.extremes("BTC/USDT", 0).last!.price).toBeLessThan(101);
    look();
    const [message, ...more] = told();
    expect(more).toEqual([]);
    expect(message).toMatch(/^🔔 BTC\/USDT rose to 108\.\d\d USDT, 2024-01-01 01:0\d UTC\.\nNow (99|100)\.\d\d USDT\.\nYou asked \(alert 1\): BTC\/USDT above 107\.00 USDT\.\nSet it again: \/alert btc > 107$/);
    look();
    expect(told()).toEqual([]);
    expect(mine().map(({ id }) => id)).toEqual([2]);
  });

  it("does not come for what was before it was set, nor for the candle that it was set in", async () => {
    const { operator, pass } = await market([100, 108, 100, 100, 100]);
    const { look, ask, told } = desk(operator);
    await pass(3);
    const early = ask("btc > 107", ANN.id, START + 60 * MINUTE);
    ask("btc > 107");
    ask("btc > 107", ANN.id, START + 62 * MINUTE + 1);
    look();
    expect(told()).toEqual([expect.stringContaining(`(alert ${early})`) as string]);
    await pass(2);
    look();
    expect(told()).toEqual([]);
  });

  it("does not come for what is known already where the bot's clock lags behind the exchange's", async () => {
    const { operator: real, pass } = await market([100, 108, 100, 100]);
    await pass(4);
    const operator = { ...real, status: () => ({ ...real.status(), time: START }) };
    const { look, told, store } = desk(operator);
    await commands.find(({ name }) => name === "alert")!.run({ operator, argument: "btc > 107", alerts: store.desk(ANN.id, ANN.id), user: { ...ANN, name: "Ann", role: "viewer" }, now: 0, timeZone: "UTC" });
    expect(store.all()).toHaveLength(1);
    look();
    expect(told()).toEqual([]);
  });

  it("comes for what was reached while the bot was down", async () => {
    const { operator, pass, restart } = await market([...Array<number>(7).fill(100), 108, ...Array<number>(8).fill(100)]);
    const folder = scratchFolder();
    const before = desk(operator, folder);
    await pass(1);
    before.ask("btc > 107");
    before.look();
    expect(before.told()).toEqual([]);
    before.file.close();
    const { look, told } = desk(await restart(13), folder);
    look();
    expect(told()).toEqual([expect.stringMatching(/^🔔 BTC\/USDT rose to 108\.\d\d USDT, 2024-01-01 01:05 UTC\.\nNow (99|100)\.\d\d USDT\./) as string]);
  });

  it("of a move comes on either side", async () => {
    const { operator, pass } = await market([100, 100, 93, 93]);
    const { look, ask, told } = desk(operator);
    ask("btc 5%");
    ask("btc +5%");
    ask("btc -6%");
    await pass(3);
    look();
    expect(told()).toEqual([
      expect.stringMatching(/^🔔 BTC\/USDT fell to 9\d\.\d\d USDT.*5 % either way from \d+\.\d\d USDT: above 10\d\.\d\d USDT or below 9\d\.\d\d USDT\.\nSet it again: \/alert btc 5%$/s) as string,
      expect.stringContaining("/alert btc -6%") as string,
    ]);
  });
});

describe("alerts on the disk", () => {
  it("are in the outbox and off the list in one write, or neither", async () => {
    const { operator, pass } = await market([100, 108, 100]);
    const folder = scratchFolder();
    const first = desk(operator, folder);
    first.ask("btc > 107");
    await pass(3);
    // The process dies when the message is kept and the alert is not settled yet.
    first.file.exec("CREATE TEMP TRIGGER dies BEFORE DELETE ON alerts BEGIN SELECT raise(abort, 'killed'); END");
    expect(first.look).toThrow("killed");
    expect([first.outbox.waiting, first.mine().length]).toEqual([0, 1]);
    first.file.close();
    const second = desk(operator, folder);
    second.look();
    second.look();
    expect([second.outbox.waiting, second.mine().length]).toEqual([1, 0]);
    // It dies again, after the firing and before the sending.
    second.file.close();
    const third = desk(operator, folder);
    third.look();
    expect(third.told()).toHaveLength(1);
    third.look();
    expect(third.told()).toEqual([]);
  });

  it("of somebody who is no longer on the list are not sent, and kept for the case of a return", async () => {
    const { operator, pass } = await market([100, 108, 100]);
    const { look, ask, told, store } = desk(operator, scratchFolder(), SETTINGS.users.filter(({ id }) => id !== VIC.id));
    ask("btc > 107", VIC.id);
    ask("btc > 107", TOM.id);
    await pass(3);
    look();
    expect(told()).toHaveLength(1);
    expect(store.all().map(({ user }) => user)).toEqual([VIC.id]);
  });

  it("that cannot be read, or are of a symbol that is no longer traded, do not keep others from being told", async () => {
    const { operator, pass } = await market([100, 108, 100]);
    const { file, look, ask, told, store } = desk(operator);
    file.exec(`INSERT INTO alerts (user, chat, alert, since, council, told) VALUES (${ANN.id}, ${ANN.id}, '{"type":"moon"}', 0, NULL, 0), (${ANN.id}, ${ANN.id}, '{"type":"level","symbol":"DOGE/USDT","every":false}', 0, NULL, 0)`);
    ask("btc > 107");
    await pass(3);
    look();
    expect(told()).toHaveLength(1);
    expect(store.all()).toHaveLength(1);
  });
});

describe("/alert in a chat", () => {
  it("sets, lists and takes back, by a button too, and keeps what is set over a restart", async () => {
    const { operator, pass } = await market([100, 108, 100]);
    const { api, door, folder } = await openDoor(operator, commands, { patience: SOON });
    const ask = async (text: string, person = ANN): Promise<string> => {
      const count = api.chat(person).length;
      api.write(person, text);
      await until(`${text} is answered`, () => api.chat(person).length > count);
      return texts(api, person).at(-1)!;
    };
    expect(await ask("/alert")).toContain("You have no alerts.\nSay for example /alert btc > 70000");
    expect(await ask("/alert btc > 107")).toMatch(/^🔔 Alert 1: BTC\/USDT above 107\.00 USDT\.\nNow (99|100)\.\d\d USDT, \+\d\.\d\d % to go\.\nIt comes once\.$/);
    expect(await ask("/alert BTC above 107 usdt")).toContain("You have that already, as alert 1");
    expect(await ask("/alert btc below 90")).toContain("Alert 2");
    expect(await ask("/alert drawdown 10%")).toMatch(/Alert 3: the account is 10 % under its highest equity\.\nNow it is 0\.00 %\./);
    expect(await ask("/alert btc level")).toContain("No agents vote in this bot");
    expect(await ask("/alert off 1", TOM)).toContain("You have no alert 1");
    expect(await ask("/alert", TOM)).toContain("You have no alerts.");
    const list = await ask("/alert");
    expect(list).toContain("Your alerts 3 of at most 50");
    expect(list).toMatch(/2\. BTC\/USDT below 90\.00 USDT\. Now (99|100)\.\d\d USDT, -\d+\.\d\d % to go\./);
    const shown = api.chat(ANN).at(-1)!;
    expect(shown.buttons.flat().map(({ text }) => text)).toEqual(["✕ 1", "✕ 2", "✕ 3"]);
    api.press(ANN, shown, shown.buttons[0]![1]!.data);
    await until("the list shows what is left", () => texts(api, ANN).at(-1)!.startsWith("Alert 2 is off.\n🔔 Your alerts 2 of"));
    await door.close(100);
    const { door: again } = await openDoor(operator, commands, { api, folder, patience: SOON });
    expect(await ask("/alert")).toContain("Your alerts 2 of");
    await pass(3);
    await until("it is told", () => texts(api, ANN).some((text) => text.startsWith("🔔 BTC/USDT rose to 10")));
    expect(await ask("/alert off all")).toBe("Your alert is off.");
    expect(await ask("/alert off 9")).toContain("You have no alert 9");
    await again.close(100);
    expect(texts(api, ANN).filter((text) => text.includes("rose to"))).toHaveLength(1);
    expect(texts(api, TOM).some((text) => text.includes("rose to"))).toBe(false);
  });

  it("is silent to somebody who was taken off the list, also of what waited to be sent", async () => {
    const { operator, pass } = await market([100, 108, 100]);
    const { api, door, folder } = await openDoor(operator, commands, { patience: SOON });
    for (const person of [TOM, VIC]) api.write(person, "/alert btc > 107");
    await until("both are set", () => [TOM, VIC].every((person) => texts(api, person).some((text) => text.startsWith("🔔 Alert"))));
    api.fault({ method: "sendMessage", times: 1_000, as: 502 });
    await pass(3);
    await until("the alerts try to go out", () => api.calls.some(({ method, status }) => method === "sendMessage" && status === 502));
    await door.close(0);
    const refused = (): number => api.calls.filter(({ method, status }) => method === "sendMessage" && status === 502).length;
    const before = refused();
    await openDoor(operator, commands, { api, folder, patience: SOON, settings: { ...SETTINGS, users: SETTINGS.users.filter(({ id }) => id !== VIC.id) } });
    // What was on its way when the first door closed is refused too, before anything gets through.
    await until("the second door tries too", () => refused() > before + 2);
    api.clearFaults();
    // A look may come on the way up: what it tells then lies under the top.
    const rose = (person: typeof TOM): number => texts(api, person).filter((text) => text.includes("rose to 10")).length;
    await until("Tom is told", () => rose(TOM) > 0);
    api.write(TOM, "/alert");
    await until("what came after is sent too", () => texts(api, TOM).at(-1)!.startsWith("You have no alerts."));
    expect([rose(TOM), rose(VIC)]).toEqual([1, 0]);
  });

  it("keeps 50 for a user, in pages that fit into a message", async () => {
    const { operator } = await market([100]);
    const store = new AlertStore(openStore(`${scratchFolder()}/telegram.sqlite`));
    const alerts = store.desk(ANN.id, ANN.id);
    const run = async (argument: string) => {
      const answer = await commands.find(({ name }) => name === "alert")!.run({ operator, argument, alerts, user: { ...ANN, name: "Ann", role: "viewer" }, now: 0, timeZone: "UTC" });
      if ("carryOut" in answer) throw new Error("it proposes");
      expect(faultOf(answer.html), answer.html).toBe(null);
      return { text: seen(answer.html), buttons: answer.buttons ?? [] };
    };
    for (let i = 0; i < MOST_ALERTS; i += 1) expect((await run(`btc > ${200 + i}`)).text).toContain(`Alert ${i + 1}:`);
    expect((await run("btc > 300")).text).toContain("You have 50 alerts, and more cannot be kept.");
    expect(store.desk(TOM.id, TOM.id).add({ type: "drawdown", fraction: 0.5 }, 0, null)).toBe(51);
    const first = await run("");
    expect(first.text).toContain("50 of at most 50 page 1 of 7");
    const next = first.buttons.at(-1)!.find(({ text }) => text === "›")!;
    expect((await run(next.action.argument)).text).toMatch(/page 2 of 7[\s\S]*9\. BTC\/USDT above 208\.00/);
    expect((await run("off all")).text).toBe("All 50 alerts are off.");
    expect((await run("off")).text).toContain("/alert off 3");
  });

  it("is valid for Telegram whatever symbols and agents are called, as is /watch", async () => {
    const { operator: real } = await market([100]);
    for (const inside of ["</code></pre>&<>", "\ud800\u202e", "漢😀".repeat(100), "&".repeat(3_000)]) {
      const store = new AlertStore(openStore(`${scratchFolder()}/telegram.sqlite`));
      const alerts = store.desk(ANN.id, ANN.id);
      const operator = withText(real, inside);
      const symbol = operator.symbols[0]!;
      for (let i = 1; i < 10; i += 1) alerts.add({ type: "price", symbol, above: i, below: i / 2, moved: { fraction: 0.1, from: 3 } }, 0, null);
      for (const name of ["alert", "watch"]) {
        for (const argument of ["", inside, `${inside} > 5`, `off ${inside}`, "off 3", "list 2"]) {
          const { html } = await commands.find((one) => one.name === name)!.run({ operator, argument, alerts, user: { ...ANN, name: inside, role: "viewer" }, now: 0, timeZone: "UTC" });
          expect(faultOf(html), html).toBe(null);
        }
      }
      const outbox = new Outbox(openStore(`${scratchFolder()}/telegram.sqlite`));
      alertLooks({ store, operator, outbox, settings: SETTINGS, redact: redactor([]), clock: () => 0 })();
      for (let parcel = outbox.next(0); parcel !== null; parcel = outbox.next(0)) {
        expect(faultOf(parcel.html), parcel.html).toBe(null);
        outbox.done(parcel, 0);
      }
    }
  });
});

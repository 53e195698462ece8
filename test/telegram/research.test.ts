import { readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { childEnvironment, runChild } from "../../src/cli/run/child.ts";
import { researchOf, type RunResearch } from "../../src/cli/run/research.ts";
import { MINUTE, START, candlesOf, openExchange } from "../app/trade/harness.ts";
import { endAll, launch, scratch, until } from "../cli/bot-on-sandbox.ts";
import { type Person, startBotApi, TOKEN } from "./bot-api/server.ts";
import { ANN, EVE, HASTE, SETTINGS, TOM, VIC, closeAll, openDoor, runningBot, scratchFolder, texts, type RunningBot } from "./door.ts";

vi.setConfig({ testTimeout: 90_000 });

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
afterAll(() => bot.end());
const running: RunResearch[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
  await closeAll();
  await endAll();
});

const NOW = Date.UTC(2024, 0, 21);
const TINY = `
name: tiny
symbols: [BTC/USDT]
candles: synthetic:range?days=20&timeframe=15m
capital: 10000
agents: {}
strategies: { grid: { levels: 8 } }
telegram: {}
`;
const SEARCH = `${TINY}search: { trials: 4, folds: 2, parameters: { strategies.grid.levels: { from: 6, to: 12, step: 2 } } }\n`;

/** Research over a definition, in a replay that is at the end of its candles unless told otherwise. */
function researched(yaml: string, changes: Partial<Parameters<typeof researchOf>[0]> = {}): RunResearch & { readonly folder: string } {
  const folder = changes.folder ?? scratchFolder();
  const definition = loadDefinition({ text: yaml, name: "tiny.yaml", overrides: [], agents, strategies });
  const made = researchOf({ definition, mode: "replay", folder, dataDir: join(folder, "data"), now: () => NOW, ...changes });
  running.push(made);
  return Object.assign(made, { folder });
}

async function open(research: RunResearch, before: Parameters<typeof openDoor>[2] = {}) {
  const doorway = await openDoor(bot.operator, commands, { research, patience: { ...HASTE, edits: 100 }, ...before });
  const last = (person: Person): string => texts(doorway.api, person).at(-1) ?? "";
  const ask = async (text: string, person: Person = TOM): Promise<string> => {
    const count = doorway.api.chat(person).length;
    doorway.api.write(person, text);
    await until(`${text} is answered`, () => doorway.api.chat(person).length > count);
    return last(person);
  };
  const shows = async (pattern: RegExp, person: Person = TOM): Promise<void> => {
    // What fails says so in a message: no need to wait for what will not come.
    await until("it shows something", () => texts(doorway.api, person).some((text) => pattern.test(text) || /did not work/.test(text)), 60_000).catch((error: unknown) => { throw new Error(texts(doorway.api, person).join("\n---\n"), { cause: error }); });
    expect(texts(doorway.api, person).join("\n---\n")).toMatch(pattern);
  };
  return { ...doorway, ask, shows, last };
}

describe("/backtest", () => {
  it("runs the definition in a process of its own, says how far it is, and brings figures, picture and report", async () => {
    const research = researched(TINY);
    const { api, ask } = await open(research);
    expect(await ask("/backtest 10")).toMatch(/⏳ Backtest of all symbols, 10 days/);
    await until("the report has come", () => api.chat(TOM).some(({ file }) => file?.name === "backtest-tiny.html"), 60_000);
    const [progress, words, report] = api.chat(TOM);
    expect(progress!.edits).toBeGreaterThan(0);
    // The message says so last, since whoever waits wants the figures first.
    await until("its button is gone", () => /^✅/.test(progress!.text) && progress!.buttons.length === 0);
    expect(words!.method).toBe("sendPhoto");
    expect(words!.text).toMatch(/^Backtest BTC\/USDT 2024-01-11 00:00 UTC to 2024-01-21 00:00 UTC, 10 d\./);
    for (const figure of [/\nReturn +[+-]?\d+\.\d\d %/, /\nHolding +[+-]?\d+\.\d\d %/, /\nMax drawdown +-?\d+\.\d\d %/, /\nSharpe, annual +-?\d+\.\d\d/, /\n95 % of it +-?\d+\.\d\d to -?\d+\.\d\d/, /\nFees +\d+\.\d+ USDT/, /\nRound trips +\d+/, /Over all fill models: return .* to .*, drawdown/, /made-up candles that no exchange ever traded/, /promises nothing for the future/]) expect(words!.text).toMatch(figure);
    expect(Buffer.from(report!.file!.bytes).toString("utf8")).toMatch(/^<!doctype html>[\s\S]*report-data/i);
    // Also of a run that begins in the middle of its candles, holding is drawn.
    expect(Buffer.from(report!.file!.bytes).toString("utf8")).toMatch(/"hold":\[\d/);
    // What a job leaves behind is nothing.
    expect(readdirSync(join(research.folder, "research"))).toEqual([]);
  });

  it("takes what candles there are, and says when they are fewer than asked for", async () => {
    const { ask, shows } = await open(researched(TINY));
    await ask("/backtest btc 90");
    await shows(/2024-01-01 00:00 UTC to 2024-01-21 00:00 UTC, 20 d\. There are candles of 20 d only, not of 90 days\./);
  });

  it("says in a sentence what is wrong with the candles", async () => {
    const { api, ask, shows } = await open(researched(TINY, { now: () => Date.UTC(2023, 5, 1) }));
    await ask("/backtest");
    await shows(/That did not work: from, to: fewer than two candles of BTC\/USDT lie between them/);
    await until("its message says so too", () => /ended without a result/.test(texts(api, TOM)[0]!));
  });

  it.each([
    ["/backtest 0", /Days go from 1 to 730/],
    ["/backtest 731", /Days go from 1 to 730/],
    ["/backtest doge", /"doge" is not traded here/],
    ["/backtest btc 30 x", /Say \/backtest, \/backtest 90/],
    ["/backtest stop", /Nothing of yours is going on/],
    ["/optimize", /The definition has no search/],
    ["/optimize all", /what is searched stands in the definition/],
  ])("answers %s with a sentence", async (text, said) => {
    const { ask } = await open(researched(TINY));
    expect(await ask(text, ANN)).toMatch(said);
  });

  it("is for traders, and a search for owners", async () => {
    const { ask } = await open(researched(TINY));
    expect(await ask("/backtest", VIC)).toMatch(/needs the role trader/);
    expect(await ask("/optimize", TOM)).toMatch(/needs the role owner/);
  });

  it("runs one job of a user and two in all, and ends on its user's button", async () => {
    const settings = { ...SETTINGS, users: [...SETTINGS.users, { id: EVE.id, role: "trader" as const }] };
    const { api, ask, shows } = await open(researched(TINY.replace("days=20&timeframe=15m", "days=800&timeframe=1m"), { now: () => Date.UTC(2026, 2, 1) }), { settings });
    await ask("/backtest 730");
    expect(await ask("/backtest 30")).toMatch(/One of yours is going on/);
    await ask("/backtest 730", ANN);
    expect(await ask("/backtest 30", EVE)).toMatch(/2 are going on for others/);
    const progress = api.chat(TOM)[0]!;
    expect(progress.buttons[0]![0]!.text).toBe("Stop it");
    api.press(TOM, progress, progress.buttons[0]![0]!.data);
    await until("it has ended", () => progress.text === "⏹ Stopped by you." && progress.buttons.length === 0);
    await until("there is room", async () => /⏳/.test(await ask("/backtest 30", EVE)));
    await shows(/⏳/, ANN);
  });

  it("is killed when the bot stops", async () => {
    const research = researched(TINY.replace("days=20&timeframe=15m", "days=800&timeframe=1m"), { now: () => Date.UTC(2026, 2, 1) });
    const { api, ask, door } = await open(research);
    await ask("/backtest 730");
    await Promise.all([research.close(), door.close(5_000)]);
    expect(texts(api, TOM)).toEqual([expect.stringMatching(/The bot was stopped while this was going on/)]);
    expect(research.busy(TOM.id)).toBe("The bot is stopping.");
    expect(readdirSync(join(research.folder, "research"))).toEqual([]);
  });

  it("fetches the candles of a paper bot from its exchange and keeps them", async () => {
    const exchange = await openExchange(candlesOf(Array.from({ length: 3 * 1_440 }, (_, i) => 100 + 3 * Math.sin(i / 40))));
    exchange.engine.advance(START + 3 * 1_440 * MINUTE);
    const yaml = TINY.replace(/candles: .*\n/, "").replace("telegram: {}", `trade: { mode: paper, url: "${exchange.url}" }`);
    const research = researched(yaml, { mode: "paper", now: () => exchange.engine.now });
    try {
      const { ask, shows } = await open(research);
      await ask("/backtest 2");
      await shows(/Backtest BTC\/USDT .*, 2 d\./);
      expect(readdirSync(join(research.folder, "research"))).toEqual(["candles"]);
    } finally {
      await exchange.close();
    }
  });
});

describe("/optimize", () => {
  it("searches what the definition says, tells the verdict and the figures behind it, and applies nothing", async () => {
    const research = researched(SEARCH);
    const { api, ask } = await open(research);
    expect(await ask("/optimize", ANN)).toMatch(/⏳ Search of 4 sets of 1 parameter/);
    await until("the report has come", () => api.chat(ANN).some(({ file }) => file?.name === "optimize-tiny.html"), 60_000);
    const found = (): string | undefined => texts(api, ANN).find((text) => text.startsWith("Search BTC/USDT"));
    await until("the figures have come too", () => found() !== undefined, 60_000);
    const words = found()!;
    for (const figure of [/[🟢🔴] \S/u, /\nSets tried +4/, /\nEver tried on these +4/, /\nDeflated Sharpe +(\d\.\d\d|n\/a) of 1/, /\nOverfitting \(PBO\)/, /Nothing was changed\. This would run it/, /--set strategies\.grid\.levels=\d+/]) expect(words).toMatch(figure);
    expect(readdirSync(join(research.folder, "research"))).toEqual(["searches"]);
    // The same search again counts its trials once.
    await ask("/optimize", ANN);
    await until("it is done again", () => texts(api, ANN).filter((text) => /\nEver tried on these +4/.test(text)).length === 2, 60_000);
  });
});

describe("caucus run", () => {
  it("answers /backtest in a replay; when it is killed in the middle, its job dies with it and the next start says so", async () => {
    const cwd = await scratch();
    const api = await startBotApi();
    try {
      api.desk.chats.add(ANN.id);
      await writeFile(join(cwd, "slow.yaml"), `${TINY.replace("tiny", "slow").replace("days=20&timeframe=15m", "days=120").replace("agents: {}", "timeframe: { decision: 5m }").replace("telegram: {}", `telegram: {users: [{id: ${ANN.id}, role: owner}], batchSeconds: 0}`)}from: 2024-04-20\ntrade: {speed: 60}\n`);
      const start = () => launch(["run", "slow.yaml", "--state", "state", "--log", "text"], cwd, { CAUCUS_TELEGRAM_TOKEN: TOKEN, CAUCUS_TELEGRAM_API_ROOT: api.url });
      const first = start();
      const said = (pattern: RegExp): boolean => texts(api, ANN).some((text) => pattern.test(text));
      const soon = (pattern: RegExp): Promise<void> => until(`${String(pattern)} ${first.out()}${first.err()}`, () => said(pattern), 60_000);
      await soon(/Start/);
      api.write(ANN, "/backtest 1");
      await soon(/^Backtest BTC\/USDT 2024-04-19 .* to 2024-04-20 .*, 1 d\./);
      await until("its message says that it is done", () => said(/^✅/) && !said(/⏳/));
      api.write(ANN, "/backtest 100");
      await soon(/█.*backtest under all fill models/);
      const children = childrenOf(first.child.pid!);
      expect(children.length).toBe(1);
      first.child.kill("SIGKILL");
      await first.ended;
      await until("the job is gone", () => children.every((pid) => !isAlive(pid)));
      expect(said(/⏳/)).toBe(true);
      const second = start();
      await until(`it is told ${second.err()}`, () => said(/nothing came of it/) && !said(/⏳/), 60_000);
      second.child.kill("SIGTERM");
      await second.ended;
    } finally {
      await api.close();
    }
  });
});

/** Processes that a process has started and that still are. */
function childrenOf(parent: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => statOf(pid)?.parent === parent);
}

const isAlive = (pid: number): boolean => (statOf(pid)?.state ?? "Z") !== "Z";

function statOf(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const [state = "", parent = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

describe("a child of the bot", () => {
  it("gets nothing of the environment that opens an account, a chat or a model, whatever it is called", () => {
    const secrets = { CAUCUS_API_KEY: "a", CAUCUS_API_SECRET: "b", CAUCUS_API_SECRET_FILE: "c", CAUCUS_TELEGRAM_TOKEN: "d", OPENAI_API_KEY: "e", NODE_OPTIONS: "--inspect", MY_OWN: "f" };
    expect(childEnvironment({ PATH: "/bin", https_proxy: "http://p", CAUCUS_DATA: "data", ...secrets })).toEqual({ PATH: "/bin", https_proxy: "http://p", CAUCUS_DATA: "data", NO_COLOR: "1", CAUCUS_PROGRESS: "ipc" });
  });

  it("is told to end, and ends, when nobody waits for it any more", async () => {
    const stop = new AbortController();
    const going = runChild(["backtest", "--json", "--set", "candles=synthetic:mix?days=200", "--bounds"], { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(going).rejects.toThrow(/ended before it was done/);
  });

  it("says in its own words why it failed", async () => {
    const going = runChild(["backtest", "no-such-definition"], { signal: new AbortController().signal, onProgress: () => undefined });
    await expect(going).rejects.toThrow(/^There is no definition "no-such-definition"/);
  });
});

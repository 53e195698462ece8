import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "../../src/core/random.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { MINUTE } from "../app/trade/harness.ts";
import { openTortureExchange } from "./grid.ts";
import { type Doom, chooseDoom, chooseEarlyDoom, chooseFault, needsCancel, textOf } from "./plan.ts";
import { sins, truthOf } from "./truth.ts";
import { Victim } from "./victim.ts";

/** What a lane reports after each kill that was survived, and each that was not. */
export interface Kill {
  readonly doom: string;
  /** Whether it died while it recovered from the kill before. */
  readonly early: boolean;
  /** Empty when all agreed after the restart. */
  readonly problems: readonly string[];
}

export interface LaneOptions {
  readonly seed: number;
  /** Counts down over all lanes; false when enough have been killed. */
  readonly more: () => boolean;
  readonly report: (kill: Kill) => void;
  readonly restarts: () => void;
}

/** In memory where there is such a place: on a slow disk every commit waits for it, and kill -9 does not lose what the kernel has. */
const FOLDERS = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** Kills on one exchange; journals and lists of trades grow with every one. */
const KILLS_A_WORLD = 20;
const SETTLE_MS = 15_000;
/** A wait of this long for a missing order moves the market by a bar: what was turned down is tried again with the next decision. */
const NUDGE_MS = 700;
const STREAM_FAULTS = ["lose-next", "duplicate-next", "drop"] as const;
/** How long a bot may take to come to the point at which it is to die, ms. */
const DOOM_MS = 2_500;

/** Kills one bot after another on exchanges of its own, until there are enough. */
export async function runLane(options: LaneOptions): Promise<void> {
  for (let world = 0; options.more(); world++) {
    const seed = options.seed + 1_000 * world;
    const exchange = await openTortureExchange(seed);
    const folder = mkdtempSync(join(FOLDERS, "caucus-torture-"));
    const lane = new World(exchange, folder, createRandom(seed), options);
    try {
      await lane.run();
    } finally {
      await lane.close();
      await exchange.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** A death, in a few words. */
interface Death {
  readonly text: string;
  readonly early: boolean;
}

class World {
  readonly #exchange: Exchange;
  readonly #folder: string;
  readonly #random: Random;
  readonly #options: LaneOptions;
  /** Started in advance: half of a start is loading the client. */
  #spare = new Victim();

  constructor(exchange: Exchange, folder: string, random: Random, options: LaneOptions) {
    this.#exchange = exchange;
    this.#folder = folder;
    this.#random = random;
    this.#options = options;
  }

  async run(): Promise<void> {
    let dooms: Death[] = [];
    // Some die before they have ever stood: while the journal is begun, the first bars are shown, the first grid is sent.
    while (this.#random.uniform() < 0.5 && this.#options.more()) await this.#dieEarly(dooms);
    let victim = await this.#start();
    let isSound = await this.#judge(victim, dooms);
    for (let i = 0; isSound && i < KILLS_A_WORLD && this.#options.more(); i++) {
      dooms = [{ text: await this.#kill(victim), early: false }];
      this.#drift();
      while (this.#random.uniform() < 0.3 && this.#options.more()) await this.#dieEarly(dooms);
      victim = await this.#start();
      isSound = await this.#judge(victim, dooms);
    }
    await this.#end(victim);
  }

  async #dieEarly(dooms: Death[]): Promise<void> {
    const text = await this.#killEarly();
    if (text !== null) dooms.push({ text, early: true });
    if (this.#random.uniform() < 0.5) this.#drift();
  }

  /** Reports the deaths that a bot has come back from; false when it has not come back in order. */
  async #judge(victim: Victim, dooms: readonly Death[]): Promise<boolean> {
    const problems = [...(await this.#settle(victim)), ...sins(this.#exchange)];
    const told = dooms.length > 0 || problems.length === 0 ? dooms : [{ text: "none: it was the first start", early: false }];
    told.forEach(({ text, early }, n) => this.#options.report({ doom: text, early, problems: n === told.length - 1 ? problems : [] }));
    return problems.length === 0;
  }

  async close(): Promise<void> {
    await this.#end(this.#spare);
  }

  async #end(victim: Victim): Promise<void> {
    victim.kill();
    await victim.gone();
  }

  #next(): Victim {
    const next = this.#spare;
    this.#spare = new Victim();
    return next;
  }

  /** Starts a bot that is to live; a start that an error of the venue broke off is tried again, as its supervisor would. */
  async #start(): Promise<Victim> {
    const reasons: string[] = [];
    for (let tries = 0; tries < 15; tries++) {
      const victim = this.#next();
      await victim.warm();
      const outcome = await victim.start({ url: this.#exchange.url, wsUrl: this.#exchange.wsUrl, folder: this.#folder }, null);
      if (outcome === "ready") return victim;
      reasons.push(`${outcome}: ${victim.failure ?? victim.errors}`);
      await this.#end(victim);
      this.#options.restarts();
    }
    throw new Error(`the bot does not start any more: ${reasons.join(" | ")}`);
  }

  /** Lets a bot trade until it is dead. */
  async #kill(victim: Victim): Promise<string> {
    const doom = chooseDoom(this.#random);
    while (this.#random.uniform() < 0.5) this.#exchange.faults.add(chooseFault(this.#random));
    if (this.#random.uniform() < 0.15) this.#exchange.act({ action: STREAM_FAULTS[this.#random.integer(STREAM_FAULTS.length)] ?? "drop", count: 1 + this.#random.integer(3) });
    const forget = this.#arm(victim, doom);
    if (needsCancel(doom)) victim.tell({ type: "command", command: "cancel" });
    else if (this.#random.uniform() < 0.06) victim.tell({ type: "command", command: "flatten" });
    const text = await this.#stir(victim, doom);
    forget();
    return text;
  }

  #arm(victim: Victim, doom: Doom): () => void {
    if (doom.by === "point") victim.tell({ type: "die", death: doom.death });
    if (doom.by !== "deed") return () => undefined;
    let seen = 0;
    return this.#exchange.engine.subscribe((event) => {
      if (event.type !== "order" || event.execution !== doom.deed) return;
      seen += 1;
      // In the call in which the exchange did it: the answer has not been written yet.
      if (seen === doom.nth) victim.kill();
    });
  }

  /** Moves the market until the bot is dead. What does not come to its point is killed where it is. */
  async #stir(victim: Victim, doom: Doom): Promise<string> {
    const ends = performance.now() + (doom.by === "clock" ? doom.after : DOOM_MS);
    while (!victim.dead && performance.now() < ends) {
      const { engine } = this.#exchange;
      engine.advance(engine.now + 1_000 * (1 + this.#random.integer(60)));
      await victim.gone(3 + this.#random.integer(25));
    }
    const missed = !victim.dead && doom.by !== "clock";
    if (!victim.dead) await this.#end(victim);
    if (victim.failure !== null) return `${textOf(doom)} (ended by itself: ${victim.failure})`;
    return missed ? `by the clock (never came to: ${textOf(doom)})` : textOf(doom);
  }

  /** Starts a bot and kills it while it recovers; null when it never got so far, since the venue failed. */
  async #killEarly(): Promise<string | null> {
    const doom = chooseEarlyDoom(this.#random);
    const victim = this.#next();
    await victim.warm();
    if (this.#random.uniform() < 0.3) this.#exchange.faults.add(chooseFault(this.#random));
    const where = { url: this.#exchange.url, wsUrl: this.#exchange.wsUrl, folder: this.#folder };
    const outcome = await victim.start(where, doom.by === "point" ? doom.death : null, doom.by === "clock" ? doom.after : 2_000);
    if (outcome === "ready" && doom.by === "point") await victim.gone(300);
    const missed = !victim.dead && doom.by === "point";
    await this.#end(victim);
    if (outcome === "failed") {
      this.#options.restarts();
      return null;
    }
    return missed ? `by the clock (never came to: ${textOf(doom)})` : textOf(doom);
  }

  /** The market goes on while nobody is there. */
  #drift(): void {
    if (this.#random.uniform() < 0.3) return;
    const { engine } = this.#exchange;
    engine.advance(engine.now + this.#random.integer(40 * MINUTE));
  }

  /** Waits until the bot agrees with the exchange in everything; what still does not after a while is returned. */
  async #settle(victim: Victim): Promise<readonly string[]> {
    const ends = performance.now() + SETTLE_MS;
    let nudge = performance.now() + NUDGE_MS;
    for (;;) {
      if (victim.dead) return [`the bot ended by itself: ${victim.failure ?? victim.errors}`];
      const heard = await victim.compare({ type: "compare", truth: truthOf(this.#exchange), deep: false });
      if (heard?.hold !== undefined && heard.hold !== "run" && heard.problems.length === 0) {
        victim.tell({ type: "command", command: "run" });
        nudge = performance.now() + NUDGE_MS;
      } else if (heard?.problems.length === 0) {
        const deep = await victim.compare({ type: "compare", truth: truthOf(this.#exchange), deep: true });
        if (deep?.problems.length === 0) return [];
      }
      const now = performance.now();
      if (now > ends) return [...(heard?.problems ?? ["the bot does not answer"]), `the end of its log: ${victim.errors}`];
      if (now > nudge && heard?.problems.every((problem) => problem.includes("wanted"))) {
        const { engine } = this.#exchange;
        engine.advance(engine.now + 5 * MINUTE);
        nudge = now + NUDGE_MS;
      }
      await sleep(10);
    }
  }
}

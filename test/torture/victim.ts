import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Death } from "./deaths.ts";
import { type ChildMessage, type ParentMessage, replySchema } from "./messages.ts";

/** The longest that anything is waited for, ms: far beyond what a healthy bot needs. */
const LONGEST = 20_000;

/** How a wait for a bot's process ended. */
export type Outcome = "ready" | "dead" | "failed" | "late";

/** A bot's process, from the outside. */
export class Victim {
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #warm = false;
  #ready = false;
  #dead = false;
  #failure: string | null = null;
  #compared: Extract<ChildMessage, { type: "compared" }> | null = null;
  #errors = "";

  constructor() {
    this.#process = fork(join(import.meta.dirname, "bot.ts"), { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4_000);
    });
    this.#process.on("message", (raw) => this.#hear(replySchema.parse(raw)));
    this.#process.on("exit", () => {
      this.#dead = true;
      this.#wake();
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Why it ended by itself; null when it was killed or lives. */
  get failure(): string | null {
    return this.#failure;
  }

  /** The end of what it wrote to its standard error. */
  get errors(): string {
    return this.#errors;
  }

  async warm(): Promise<void> {
    await this.#until(() => this.#warm || this.#dead, LONGEST);
  }

  /** Begins the bot and waits until it trades or has ended, so long, ms. */
  async start(where: { readonly url: string; readonly wsUrl: string; readonly folder: string }, death: Death | null, longest = LONGEST): Promise<Outcome> {
    this.tell({ type: "start", ...where, death });
    await this.#until(() => this.#ready || this.#failure !== null || this.#dead, longest);
    if (this.#failure !== null) {
      await this.#until(() => this.#dead, LONGEST);
      return "failed";
    }
    if (this.#dead) return "dead";
    return this.#ready ? "ready" : "late";
  }

  tell(message: ParentMessage): void {
    // It may die while it is told: that is what it is here for.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  /** What does not agree with the truth, or null when it died before it could say. */
  async compare(message: Extract<ParentMessage, { type: "compare" }>): Promise<Extract<ChildMessage, { type: "compared" }> | null> {
    this.#compared = null;
    this.tell(message);
    await this.#until(() => this.#compared !== null || this.#dead || this.#failure !== null, LONGEST);
    return this.#compared;
  }

  /** Sends the signal that nobody can catch; it need not have arrived when this returns. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Waits until its process is gone; false after so long, ms. */
  async gone(longest = LONGEST): Promise<boolean> {
    await this.#until(() => this.#dead, longest);
    return this.#dead;
  }

  #hear(message: ChildMessage): void {
    if (message.type === "warm") this.#warm = true;
    else if (message.type === "ready") this.#ready = true;
    else if (message.type === "failed") this.#failure = message.message;
    else this.#compared = message;
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  #until(condition: () => boolean, longest: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (condition()) done();
      };
      const timer = setTimeout(done, longest);
      this.#waiting.add(look);
      look();
    });
  }
}

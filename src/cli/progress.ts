import cliProgress from "cli-progress";

/** Shows how far a long piece of work has come; says nothing when the terminal is none or the work is short. */
export interface Progress {
  /** Share done, 0..1, and a word on what is being done. */
  update(done: number, doing?: string): void;
  stop(): void;
}

const SHOW_AFTER = 1_000;

/** Between two messages to a parent process, ms. */
const TELL_EVERY = 200;
/** What a parent process sets (to `ipc`) that wants to hear of the progress. */
export const PROGRESS_WANTED = "CAUCUS_PROGRESS";

/** A progress bar on stderr, shown once the work has taken over a second and only on a terminal; or messages to the parent process that asks for them. */
export function createProgress(title: string): Progress {
  if (process.env[PROGRESS_WANTED] === "ipc" && process.send !== undefined) return toldProgress(process.send.bind(process));
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const started = Date.now();
  let bar: cliProgress.SingleBar | null = null;
  return {
    update(done, doing = "") {
      if (bar === null) {
        if (Date.now() - started < SHOW_AFTER) return;
        bar = new cliProgress.SingleBar({
          format: `${title} [{bar}] {percentage} % | {eta_formatted} left {doing}`,
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
          barsize: 24,
        });
        bar.start(1_000, 0, { doing });
      }
      bar.update(Math.floor(done * 1_000), { doing });
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}

/** Tells a parent process how far the work is. A parent that has gone wants nothing any more: the work ends as with Ctrl-C. */
function toldProgress(send: NonNullable<typeof process.send>): Progress {
  let told = 0;
  if (process.listenerCount("disconnect") === 0) {
    process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
    // Nor must listening for that keep a process alive whose work is done.
    process.channel?.unref();
  }
  return {
    update(done, doing = "") {
      if (Date.now() - told < TELL_EVERY || !process.connected) return;
      told = Date.now();
      send({ done, doing });
    },
    stop: () => {},
  };
}

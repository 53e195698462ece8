import cliProgress from "cli-progress";

/** Shows how far a long piece of work has come; says nothing when the terminal is none or the work is short. */
export interface Progress {
  /** Share done, 0..1, and a word on what is being done. */
  update(done: number, doing?: string): void;
  stop(): void;
}

const SHOW_AFTER = 1_000;

/** A progress bar on stderr, shown once the work has taken over a second and only on a terminal. */
export function createProgress(title: string): Progress {
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

import { type Kill, runLane } from "./lane.ts";

export interface TortureOptions {
  readonly kills: number;
  readonly seed: number;
  /** Exchanges, each with a bot that is killed again and again, at the same time. */
  readonly lanes: number;
  readonly progress?: (done: number, kill: Kill) => void;
}

export interface TortureResult {
  readonly kills: number;
  readonly failures: number;
  /** Every failed kill with what did not agree. */
  readonly problems: readonly string[];
  /** Starts that errors of the venue broke off. */
  readonly restarts: number;
  /** How often a bot died in which way. */
  readonly ways: ReadonlyMap<string, number>;
}

/** Kills bots with signal 9 until there were enough, and says how many did not come back in order. */
export async function torture({ kills, seed, lanes, progress }: TortureOptions): Promise<TortureResult> {
  let done = 0;
  let failures = 0;
  let restarts = 0;
  const problems: string[] = [];
  const ways = new Map<string, number>();
  const lane = (n: number): Promise<void> =>
    runLane({
      seed: seed + 100_000 * n,
      more: () => done < kills,
      restarts: () => void (restarts += 1),
      report: (kill) => {
        done += 1;
        if (kill.problems.length > 0) {
          failures += 1;
          problems.push(`${kill.doom}: ${kill.problems.join("; ")}`);
        }
        const way = `${kill.early ? "while it recovered: " : ""}${kill.doom.replace(/\d+/g, "n")}`;
        ways.set(way, (ways.get(way) ?? 0) + 1);
        progress?.(done, kill);
      },
    });
  await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
  return { kills: done, failures, problems, restarts, ways };
}

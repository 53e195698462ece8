import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { Sockets } from "../../../../src/adapters/ccxt/venue/sockets.ts";
import { Stream } from "../../../../src/adapters/ccxt/venue/stream.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Far fewer bytes a message than a promise has that is kept. */
const MOST_A_MESSAGE = 20;
const MESSAGES = 100_000;

describe("a stream that does not break", () => {
  it("keeps nothing of the messages that it passed on", async () => {
    const sockets = { run: (_watch: unknown, round: () => Promise<boolean>) => round(), drop: () => undefined, aliveAt: () => 0, isSubscribed: () => true } as unknown as Sockets;
    let count = 0;
    const heap: number[] = [];
    const round = (): Promise<boolean> => {
      count += 1;
      if (count === 1_000 || count === MESSAGES) {
        collect();
        heap.push(process.memoryUsage().heapUsed);
      }
      if (count === MESSAGES) stream.stop();
      return Promise.resolve(true);
    };
    const stream = new Stream(
      { rounds: [round], own: /./, liveness: "messages", acknowledged: false, staleAfterMs: 60_000, onDown: () => undefined, onUp: () => undefined },
      sockets,
    );
    await stream.run();
    expect(count).toBe(MESSAGES);
    expect((heap[1]! - heap[0]!) / MESSAGES).toBeLessThan(MOST_A_MESSAGE);
  });
});

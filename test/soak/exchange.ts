import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { Truth } from "../torture/messages.ts";

const answerSchema = z.object({ value: z.unknown() });
const openedSchema = z.object({ url: z.string(), wsUrl: z.string(), now: z.number() });
const truthSchema = z.custom<Truth>((value) => typeof value === "object" && value !== null);

/** The exchange of a soak, from outside: one question at a time. Times are epoch milliseconds. */
export async function startSoakExchange(options: { readonly symbols: readonly string[]; readonly hours: number; readonly seed: number }) {
  const child = fork(join(import.meta.dirname, "exchange-process.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced", execArgv: [] });
  const ask = async (message: object): Promise<unknown> => {
    const answered = once(child, "message");
    child.send(message);
    return answerSchema.parse((await answered)[0]).value;
  };
  const opened = openedSchema.parse(await ask({ type: "open", ...options }));
  return {
    ...opened,
    /** Lets something go wrong or not; how many things did. */
    misbehave: async () => z.number().parse(await ask({ type: "misbehave" })),
    /** Goes on to a time, or to the first trade before it; returns how far it came. */
    advance: async (to: number) => z.number().parse(await ask({ type: "advance", to })),
    /** No more faults. */
    clearUp: () => ask({ type: "clear-up" }),
    truth: async () => truthSchema.parse(await ask({ type: "truth" })),
    sins: async () => z.array(z.string()).parse(await ask({ type: "sins" })),
    close: () => ask({ type: "close" }),
  };
}

import { parentPort } from "node:worker_threads";
import { UserError } from "../../../src/core/user-error.ts";
import type { Answer, Job } from "./jobs.ts";
import { readPart } from "./markets.ts";
import { runVariant } from "./run.ts";
import { levelsOnTruth, regimesOnTruth } from "./truth.ts";

const port = parentPort;
if (!port) throw new Error("a worker of the council's benchmark runs in a thread of its own");

// Both ends of this door are ours.
port.on("message", (job: Job) => {
  answerTo(job).then(
    (answer) => port.postMessage(answer),
    (error: unknown) => port.postMessage({ kind: "fault", why: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Answer),
  );
});

async function answerTo(job: Job): Promise<Answer> {
  switch (job.kind) {
    case "levels":
      return { kind: "figures", figures: levelsOnTruth(job.seed) };
    case "regimes":
      return { kind: "figures", figures: regimesOnTruth(job.seed) };
    case "market":
      try {
        const part = await readPart(job.market, job.part);
        const { series } = part.dataset;
        const outcomes = job.variants.map((variant) => runVariant(job.text, job.market, part, variant));
        const last = (series.time[series.length - 1] as number) + series.timeframe;
        return { kind: "market", outcome: { market: job.market, from: series.time[part.from] as number, to: last, begins: series.time[0] as number, candles: series.length, outcomes } };
      } catch (error) {
        if (error instanceof UserError) return { kind: "unusable", why: error.message };
        throw error;
      }
  }
}

import { parentPort, workerData } from "node:worker_threads";
import { agents } from "../../../agents/index.ts";
import type { TrialContext } from "../../app/optimize/context.ts";
import { runTrial, runWinner } from "../../app/optimize/trial.ts";
import { strategies } from "../../../strategies/index.ts";
import type { WorkerAnswer, WorkerRequest } from "./protocol.ts";

// Both ends of this door are ours, and what comes through is typed arrays over shared memory, which no schema would copy.
const context = workerData as TrialContext;
const catalogue = { agents, strategies };
const port = parentPort;
if (!port) throw new Error("a search worker runs in a thread of its own");
const send = (answer: WorkerAnswer): void => port.postMessage(answer);

port.on("message", (asked: WorkerRequest) => {
  if (asked.kind === "trial") send({ id: asked.id, kind: "trial", outcome: runTrial(context, asked.request, catalogue) });
  else send(winnerOf(asked.id, asked.parameters));
});
send({ kind: "ready" });

function winnerOf(id: number, parameters: Parameters<typeof runWinner>[1]): WorkerAnswer {
  try {
    return { id, kind: "winner", run: runWinner(context, parameters, catalogue) };
  } catch (error) {
    return { id, kind: "fault", message: error instanceof Error ? error.message : String(error) };
  }
}

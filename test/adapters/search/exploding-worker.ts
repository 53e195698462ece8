import { parentPort } from "node:worker_threads";
import type { WorkerRequest } from "../../../src/adapters/search/protocol.ts";

// Ends its thread over parameter sets that ask for it, and answers the others with their number.
parentPort?.on("message", (asked: WorkerRequest) => {
  if (asked.kind === "trial" && asked.request.parameters["explode"] === true) throw new Error("out of memory, say");
  if (asked.kind === "trial") parentPort?.postMessage({ id: asked.id, kind: "trial", outcome: { state: "failed", reason: `answered ${String(asked.request.parameters["n"])}`, seconds: 0 } });
  else parentPort?.postMessage({ id: asked.id, kind: "fault", message: "no winner here" });
});
parentPort?.postMessage({ kind: "ready" });

import { parentPort, workerData } from "node:worker_threads";
import { agents } from "../../../agents/index.ts";
import { heardBefore } from "../../app/honesty/truncation.ts";
import { UserError } from "../../core/user-error.ts";
import { strategies } from "../../../strategies/index.ts";
import type { FreshAnswer, FreshOrder } from "./fresh.ts";

// A thread loads every module anew: what agents and strategies keep beside their state begins empty.
const { definition, datasets, cut } = workerData as FreshOrder;
const send = (answer: FreshAnswer): void => parentPort?.postMessage(answer);
try {
  send({ statements: heardBefore(definition, datasets, { agents, strategies }, cut) });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  send({ wrong: error.message });
}

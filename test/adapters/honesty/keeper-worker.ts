import { parentPort, workerData } from "node:worker_threads";
import type { FreshOrder } from "../../../src/adapters/honesty/fresh.ts";
import { heardBefore } from "../../../src/app/honesty/truncation.ts";
import { KEEPER } from "./keeper.ts";

const { definition, datasets, cut } = workerData as FreshOrder;
parentPort?.postMessage({ statements: heardBefore(definition, datasets, KEEPER, cut) });

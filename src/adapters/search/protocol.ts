import type { Parameters } from "../../app/optimize/result.ts";
import type { TrialOutcome, TrialRequest, WinnerRun } from "../../app/optimize/trial.ts";

/** What a worker is asked. */
export type WorkerRequest =
  | { readonly id: number; readonly kind: "trial"; readonly request: TrialRequest }
  | { readonly id: number; readonly kind: "winner"; readonly parameters: Parameters };

/** What it answers: that it is ready, or what came of a request. */
export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly id: number; readonly kind: "trial"; readonly outcome: TrialOutcome }
  | { readonly id: number; readonly kind: "winner"; readonly run: WinnerRun }
  | { readonly id: number; readonly kind: "fault"; readonly message: string };

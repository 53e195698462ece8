import type { Catalogue } from "../definition/load.ts";
import type { Parameters } from "./result.ts";
import { type TrialContext, type Window } from "./context.ts";
import { runTrial, runWinner, type TrialOutcome, type TrialRequest, type WinnerRun } from "./trial.ts";

/** Where trials are run: threads of this machine, or others. Several may be asked for at once. */
export interface TrialRunner {
  run(request: TrialRequest): Promise<TrialOutcome>;
  winner(parameters: Parameters): Promise<WinnerRun>;
}

/** A set that some search has tried. */
export interface Candidate {
  readonly key: string;
  /** Returns of its days; null when it failed. */
  readonly daily: Float64Array | null;
}

/** What is kept of all trials on one definition and its data, whatever search they were run for. */
export interface TrialRecords {
  /** The outcome of a run that is kept already, from the same version of the program. */
  find(request: TrialRequest): TrialOutcome | null;
  keep(request: TrialRequest, outcome: TrialOutcome): void;
  /** Notes that a search chose among these; from then on the set counts into N. */
  enlist(search: string, trial: number, parameters: Parameters): void;
  /** Every set that was ever chosen among, over the whole span, in the order of their keys. */
  candidates(): readonly Candidate[];
}

/** A runner that asks the records first and keeps what it runs. */
export function recordedRunner(runner: TrialRunner, records: TrialRecords): TrialRunner {
  return {
    async run(request) {
      const known = records.find(request);
      if (known) return known;
      const outcome = await runner.run(request);
      records.keep(request, outcome);
      return outcome;
    },
    winner: (parameters) => runner.winner(parameters),
  };
}

/** A runner without threads: every run is done at once, where it is asked for. */
export function directRunner(context: TrialContext, catalogue: Catalogue): TrialRunner {
  return {
    run: (request) => Promise.resolve(runTrial(context, request, catalogue)),
    winner: (parameters) => Promise.resolve(runWinner(context, parameters, catalogue)),
  };
}

/** The text under which a window is kept; empty for the definition's own span. */
export function windowKey(window: Window | null): string {
  return window === null ? "" : `${window.from}-${window.to}`;
}

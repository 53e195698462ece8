import type { Dataset } from "../../ports/candles.ts";
import type { Override } from "../definition/document.ts";
import { type Catalogue, type DefinitionInput, loadDefinition } from "../definition/load.ts";
import type { Definition } from "../definition/schema.ts";
import type { Parameters } from "./result.ts";

/** All that trials stand on, as plain data that another thread or machine can be given. */
export interface TrialContext extends Omit<DefinitionInput, keyof Catalogue> {
  /** Candles as columns; over a SharedArrayBuffer, threads read the same memory. */
  readonly datasets: readonly Dataset[];
}

/** A span that is traded instead of the definition's own, epoch milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The definition with parameters in it. Throws a `UserError` for a set that is none. */
export function definitionWith(context: Omit<TrialContext, "datasets">, parameters: Parameters, window: Window | null, catalogue: Catalogue): Definition {
  const { text, name, overrides, agentNames, strategyNames } = context;
  const set = Object.entries(parameters).map(([key, value]): Override => ({ path: key.split("."), value, flag: `--set ${key}=${String(value)}` }));
  const span = window === null ? [] : (["from", "to"] as const).map((end): Override => ({ path: [end], value: new Date(window[end]).toISOString(), flag: `--${end}` }));
  return loadDefinition({
    text,
    name,
    overrides: [...overrides, ...set, ...span],
    ...(agentNames === undefined ? {} : { agentNames }),
    ...(strategyNames === undefined ? {} : { strategyNames }),
    ...catalogue,
  });
}

import type { TradeMode } from "../../app/definition/trade-schema.ts";
import type { DefinitionFlags } from "../definition-flags.ts";
import type { LogFormat } from "./log-format.ts";

/** Flags of `caucus run`. */
export interface RunFlags extends DefinitionFlags {
  readonly live?: boolean;
  readonly mode?: TradeMode;
  readonly state?: string;
  readonly dataDir?: string;
  readonly http?: number;
  readonly log: LogFormat;
  readonly json?: boolean;
  /** Label or id of a stored key, instead of the definition's. */
  readonly key?: string;
  readonly store?: string;
  readonly passphraseFd?: number;
}

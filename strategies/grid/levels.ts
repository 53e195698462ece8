import type { Watch } from "../../src/core/strategy.ts";
import type { Cell } from "./cells.ts";
import type { GridParams } from "./params.ts";

/** What of a grid's memory its levels rest on. */
interface Standing {
  readonly levels: readonly number[];
  readonly cells: readonly Cell[];
  readonly wakesAt: number;
  readonly leftovers: readonly Cell[];
}

/** Stop-loss and take-profit around all cells that stand, those of earlier grids included: what they hold keeps its stop. */
export function boundsOf({ cells, leftovers }: Standing, { stopLoss, takeProfit }: GridParams): Watch | null {
  if (stopLoss === undefined && takeProfit === undefined) return null;
  const all = [...cells, ...leftovers];
  if (all.length === 0) return null;
  return {
    ...(stopLoss === undefined ? {} : { below: Math.min(...all.map((cell) => cell.lower)) * (1 - stopLoss) }),
    ...(takeProfit === undefined ? {} : { above: Math.max(...all.map((cell) => cell.upper)) * (1 + takeProfit) }),
  };
}

const NONE: Watch = {};

/** The closes that a standing grid answers: outside of its levels unless it waits there, and where an idle cell starts to buy. */
export function heardOutside({ levels, wakesAt }: Standing, params: GridParams): Watch {
  if (answersOutside(params)) return { below: levels[0] as number, above: Math.min(wakesAt, levels.at(-1) as number) };
  return wakesAt < Number.POSITIVE_INFINITY ? { above: wakesAt } : NONE;
}

/** Whether a close outside of the levels changes the grid; fixed levels have nowhere to go. */
function answersOutside({ lower, upper, trailing, outOfRange }: GridParams): boolean {
  return trailing !== "none" || outOfRange === "close" || (outOfRange === "recentre" && (lower === "auto" || upper === "auto"));
}

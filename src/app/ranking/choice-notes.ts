import { UserError } from "../../core/user-error.ts";
import type { Definition } from "../definition/schema.ts";

/** Symbols that are named one by one in a sentence. */
const MOST_NAMED = 5;

/** What a run that chose its symbols says of the choice; nothing where it did not choose. Throws for a definition that should have chosen and has not. */
export function choiceNotes({ markets }: Definition): string[] {
  if (markets === undefined) return [];
  if (markets.chosen === undefined) throw new UserError("markets: this command does not choose symbols; take `markets` out of the definition and name them in `symbols` (`caucus rank` tells which).");
  const { at, symbols, leftOut } = markets.chosen;
  const out = leftOut.slice(0, MOST_NAMED).map(({ symbol, why }) => `${symbol} (${why})`).join("; ");
  const more = leftOut.length > MOST_NAMED ? `; and ${leftOut.length - MOST_NAMED} more` : "";
  return [`markets: ${symbols.map(({ symbol, total }) => `${symbol} (${total.toFixed(3)})`).join(", ")} were chosen of ${symbols.length + leftOut.length} by candles that had closed by ${at.slice(0, 16).replace("T", " ")} UTC${out === "" ? "" : `; not taken: ${out}${more}`}`];
}

import type { Journal } from "../../ports/journal.ts";
import { marketsSchema } from "../definition/markets-schema.ts";
import type { Definition } from "../definition/schema.ts";
import { genesisSchema } from "../trade/genesis.ts";

/**
 * The definition with the list that its journal was begun with, so that a bot that goes on trades what it traded before;
 * null where nothing was begun, or where the definition chooses nothing. What else differs is for the start to refuse.
 */
export function keptMarkets(definition: Definition, journal: Pick<Journal, "entries">): Definition | null {
  if (definition.markets === undefined) return null;
  const begun = beginning(journal);
  if (begun === null) return null;
  const markets = marketsSchema.safeParse(begun["markets"]);
  const { symbols, candles } = begun as Partial<Definition>;
  if (!markets.success || markets.data.chosen === undefined || symbols === undefined || candles === undefined) return definition;
  return { ...definition, symbols, candles, markets: { ...definition.markets, chosen: markets.data.chosen } };
}

/** The definition in the first entry; null where there is none, and where it cannot be read, an empty one: the start says what is wrong with it. */
function beginning(journal: Pick<Journal, "entries">): Record<string, unknown> | null {
  try {
    for (const { payload } of journal.entries(1)) return genesisSchema.parse(JSON.parse(payload)).definition;
    return null;
  } catch {
    return {};
  }
}

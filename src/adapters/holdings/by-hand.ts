import type { Holding, HoldingsSource } from "../../ports/account.ts";
import { readHoldings } from "./files.ts";

/** What the owner has written down: holdings of the definition, and those of CSV files. The files are read each time. */
export function byHand(holdings: readonly Holding[], files: readonly string[]): HoldingsSource {
  return {
    label: "by-hand",
    kind: "by-hand",
    place: files.length === 0 ? "the definition" : files.join(", "),
    read: async () => {
      const read = [...holdings];
      for (const file of files) read.push(...(await readHoldings(file)));
      return { holdings: read.filter(({ quantity }) => quantity !== "0"), openOrders: [], missing: [] };
    },
  };
}

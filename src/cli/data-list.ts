import type { Command } from "commander";
import type { Manifest } from "../adapters/candles/manifest.ts";
import { listCandles } from "../adapters/candles/store.ts";
import { hasSourceStore, type Holding, openSourceStore } from "../adapters/sources/store.ts";
import { addStoreFlag, storeFolder } from "./data-flags.ts";
import type { DataList } from "./data-result.ts";
import { jsonOption, type Shell } from "./shell.ts";
import { renderTable } from "./table.ts";

/** `caucus data list`. */
export function registerList(data: Command, shell: Shell): void {
  addStoreFlag(data.command("list"))
    .description("list the stored candles, and what is kept of sources")
    .addOption(jsonOption())
    .action(async (flags: { dataDir?: string; json?: boolean }) => {
      const root = storeFolder(flags);
      const found = await listCandles(root);
      const sources = listSources(root);
      if (flags.json) shell.out(`${JSON.stringify({ candles: found, sources } satisfies DataList, null, 2)}\n`);
      else if (found.length + sources.length === 0) shell.out(`The store in ${root} is empty. Fill it with \`caucus data download\` or \`caucus data import\`.\n`);
      else shell.out([found.length > 0 ? manifestLines(found) : "", sources.length > 0 ? sourceLines(sources) : ""].filter((part) => part !== "").join("\n"));
    });
}

/** What is kept of sources; a folder that has none is not given any. */
function listSources(root: string): Holding[] {
  if (!hasSourceStore(root)) return [];
  const store = openSourceStore(root);
  try {
    return store.list();
  } finally {
    store.close();
  }
}

function sourceLines(holdings: readonly Holding[]): string {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  return renderTable(
    ["source", "about", "items", "from", "to", "fetched"],
    holdings.map((one) => [one.source, one.symbol ?? "everything", one.items.toLocaleString("en-US"), day(one.from), day(one.to), day(one.fetched)]),
    [2],
  );
}

/** Stored candles as a table. */
export function manifestLines(manifests: readonly Manifest[]): string {
  return renderTable(
    ["exchange", "symbol", "bar", "candles", "from", "to", "missing", "hash"],
    manifests.map((one) => [
      one.exchange,
      one.symbol,
      one.timeframe,
      one.candles.toLocaleString("en-US"),
      one.from.slice(0, 10),
      one.to.slice(0, 10),
      one.gaps.missing === 0 ? "0" : `${one.gaps.missing} in ${one.gaps.count}`,
      one.hash.slice(0, 8),
    ]),
    [3, 6],
  );
}

import type { Command } from "commander";
import type { Manifest } from "../adapters/candles/manifest.ts";
import { listCandles } from "../adapters/candles/store.ts";
import { addStoreFlag, storeFolder } from "./data-flags.ts";
import { jsonOption, type Shell } from "./shell.ts";
import { renderTable } from "./table.ts";

/** `caucus data list`. */
export function registerList(data: Command, shell: Shell): void {
  addStoreFlag(data.command("list"))
    .description("list the stored candles")
    .addOption(jsonOption())
    .action(async (flags: { dataDir?: string; json?: boolean }) => {
      const root = storeFolder(flags);
      const found = await listCandles(root);
      if (flags.json) shell.out(`${JSON.stringify({ candles: found }, null, 2)}\n`);
      else shell.out(found.length === 0 ? `The store in ${root} is empty. Fill it with \`caucus data download\` or \`caucus data import\`.\n` : manifestLines(found));
    });
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

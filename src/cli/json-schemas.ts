import type { z } from "zod";

type Load = () => Promise<z.ZodType>;

const status: Load = async () => (await import("../app/trade/report.ts")).statusSchema;

/** The schema of what each command prints with --json, by the command's whole name. Each is loaded when it is asked for: no other command waits for it. */
export const JSON_SCHEMAS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ["backtest", async () => (await import("../app/result.ts")).backtestOutputSchema],
  ["optimize", async () => (await import("../app/optimize/result.ts")).searchResultSchema],
  ["optimize-portfolio", async () => (await import("../app/portfolio/weights/result.ts")).portfolioWeightsSchema],
  ["ablate", async () => (await import("../app/honesty/result.ts")).ablationSchema],
  ["compare", async () => (await import("../app/honesty/result.ts")).comparisonSchema],
  ["lookahead", async () => (await import("../app/honesty/lookahead-result.ts")).lookaheadSchema],
  ["leakage", async () => (await import("../app/council/leakage-result.ts")).leakageSchema],
  ["run", async () => (await import("../app/trade/report.ts")).runSummarySchema],
  ["status", status],
  ["pause", status],
  ["resume", status],
  ["cancel", status],
  ["flatten", status],
  ["stop", status],
  ["exchange", async () => (await import("./exchange.ts")).exchangeFactsSchema],
  ["keys add", async () => (await import("./keys/result.ts")).keyAddedSchema],
  ["keys list", async () => (await import("./keys/result.ts")).keyListSchema],
  ["keys verify", async () => (await import("./keys/result.ts")).keyVerdictsSchema],
  ["keys rotate", async () => (await import("./keys/result.ts")).keyRotationSchema],
  ["keys disable", async () => (await import("./keys/result.ts")).keysDisabledSchema],
  ["keys remove", async () => (await import("./keys/result.ts")).keyRemovedSchema],
  ["keys export-public", async () => (await import("./keys/result.ts")).publicKeysSchema],
  ["rank", async () => (await import("../app/ranking/result.ts")).rankingSchema],
  ["portfolio", async () => (await import("../core/holdings/view.ts")).portfolioViewSchema],
  ["replay", async () => (await import("./replay.ts")).replaySchema],
  ["ledger verify", async () => (await import("./ledger.ts")).ledgerSchema],
  ["hosts", async () => (await import("./hosts.ts")).hostsSchema],
  ["receipt list", async () => (await import("./receipt/result.ts")).receiptListSchema],
  ["receipt show", async () => (await import("../core/receipts/receipt.ts")).receiptSchema],
  ["receipt export", async () => (await import("./receipt/result.ts")).receiptExportSchema],
  ["receipt verify", async () => (await import("./receipt/result.ts")).receiptVerdictSchema],
  ["receipt decrypt", async () => (await import("./receipt/result.ts")).receiptDecryptSchema],
  ["receipt public-key", async () => (await import("./receipt/result.ts")).receiptPublicKeySchema],
  ["data download", async () => (await import("./data-result.ts")).dataDownloadSchema],
  ["data import", async () => (await import("../adapters/candles/manifest.ts")).manifestSchema],
  ["data list", async () => (await import("./data-result.ts")).dataListSchema],
  ["data check", async () => (await import("./data-result.ts")).dataCheckSchema],
  ["data export", async () => (await import("./data-result.ts")).dataExportSchema],
  ["agents", async () => (await import("./catalogue.ts")).agentListSchema],
  ["strategies", async () => (await import("./catalogue.ts")).strategyListSchema],
  ["profile", async () => (await import("./profile-result.ts")).profileResultSchema],
  ["definition", async () => (await import("./definition-reference.ts")).definitionKeysSchema],
  ["stats", async () => (await import("../app/statistics/result.ts")).statisticsSchema],
  ["tax", async () => (await import("../adapters/tax/report-schema.ts")).taxReportSchema],
]);

/** Commands that have --json and no schema, each with the reason. */
export const WITHOUT_JSON_SCHEMA: ReadonlyMap<string, string> = new Map([
  ["worker", "it has no result: it tells what happens as it goes, one object a line"],
]);

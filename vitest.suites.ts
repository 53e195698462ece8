/** Suites that need minutes, a browser, or child processes that are killed; `.ci/run` runs them after `npm test`. */
export const SLOW_SUITES = [
  ...["slow", "faults", "torture", "soak", "parity", "search"].map((folder) => `test/${folder}/**/*.test.ts`),
  "test/cli/{backtest,egress-run,run,run-candles,control,data,data-sources,exchange,known-answers,optimize,optimize-portfolio,portfolio,rank,honesty,stats,tax,receipt,report-files}.test.ts",
  "test/cli/keys/{keys,terminal,rotate}.test.ts",
  "test/deploy.test.ts",
  "test/docs/start.test.ts",
  "test/telegram/{alerts,changed,definition,delivery,meant,research,run}.test.ts",
  "test/adapters/egress/poison.test.ts",
  "test/adapters/language-model/faults.test.ts",
  "test/app/optimize/session.test.ts",
  "test/adapters/sqlite/crash.test.ts",
  "test/strategies/rebalance-{recorded,restart}.test.ts",
  "test/core/synthetic/market.test.ts",
  "test/adapters/telegram/commands/commands.test.ts",
  "test/app/trade/{paper-run,instruct}.test.ts",
  "test/adapters/ccxt/venue/{streams,key-switch}.test.ts",
  "test/adapters/ccxt/sources/figures.test.ts",
  "test/adapters/ccxt/download.test.ts",
  "test/adapters/language-model/open.test.ts",
  "test/adapters/keys/store.test.ts",
  "test/exchange/faults.test.ts",
];

/**
 * Suites that read and change no environment, clock, signal or secret of the process, and so may share one. What remembers
 * secrets for a whole process (`redact`) stays apart: it would take them out of the texts of others.
 */
export const PURE_SUITES = [
  "test/{agents,property,strategies}/**/*.test.ts",
  "test/core/**/!(redact).test.ts",
  "test/app/{backtest,definition,honesty,optimize,portfolio,ranking,statistics}/**/*.test.ts",
  "test/exchange/engine/**/*.test.ts",
  "test/adapters/{candles,export,highs,holdings,tax}/**/*.test.ts",
  "test/adapters/report/**/!(redacted).test.ts",
];

/** Suites that need minutes, a browser, or child processes that are killed; `.ci/run` runs them after `npm test`. */
export const SLOW_SUITES = [
  ...["slow", "faults", "torture", "soak", "parity", "search"].map((folder) => `test/${folder}/**/*.test.ts`),
  "test/cli/{backtest,run,control,data,data-sources,exchange,known-answers,optimize,optimize-portfolio,portfolio,rank,honesty,stats,tax,report-files}.test.ts",
  "test/deploy.test.ts",
  "test/telegram/{alerts,changed,delivery,meant,research,run}.test.ts",
  "test/adapters/language-model/faults.test.ts",
  "test/app/optimize/session.test.ts",
  "test/adapters/sqlite/crash.test.ts",
  "test/strategies/rebalance-{recorded,restart}.test.ts",
  "test/core/synthetic/market.test.ts",
  "test/adapters/telegram/commands/commands.test.ts",
  "test/app/trade/{paper-run,instruct}.test.ts",
  "test/adapters/ccxt/venue/streams.test.ts",
];

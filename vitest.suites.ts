/** Suites that need minutes, a browser, or child processes that are killed; `.ci/run` runs them after `npm test`. */
export const SLOW_SUITES = [
  ...["slow", "faults", "torture", "soak", "parity"].map((folder) => `test/${folder}/**/*.test.ts`),
  "test/cli/{run,control,exchange}.test.ts",
  "test/deploy.test.ts",
  "test/adapters/sqlite/crash.test.ts",
];

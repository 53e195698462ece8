import { defineConfig } from "vitest/config";

/** Suites of vitest.slow.config.ts: they need minutes, a browser or child processes that are killed. */
const SLOW = ["slow", "faults", "torture", "soak", "parity"].map((folder) => `test/${folder}/**`);

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...SLOW, "node_modules/**"],
    sequence: { shuffle: true },
    restoreMocks: true,
    testTimeout: 30_000,
  },
});

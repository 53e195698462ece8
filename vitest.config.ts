import { defineConfig } from "vitest/config";
import { SLOW_SUITES } from "./vitest.suites.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...SLOW_SUITES, "node_modules/**"],
    sequence: { shuffle: true },
    restoreMocks: true,
    testTimeout: 60_000,
    // On two cores vitest would leave one of them to itself, which has next to nothing to do.
    maxWorkers: "100%",
  },
});

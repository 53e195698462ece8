import { defineConfig } from "vitest/config";

/** The suites that need more than a minute or a browser; `.ci/run` installs what they need. */
export default defineConfig({
  test: { include: ["slow", "faults", "torture", "soak", "parity"].map((folder) => `test/${folder}/**/*.test.ts`), testTimeout: 300_000, fileParallelism: false },
});

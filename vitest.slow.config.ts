import { defineConfig } from "vitest/config";
import { SLOW_SUITES } from "./vitest.suites.ts";

/** The suites that need more than a minute or a browser; `.ci/run` installs what they need. */
export default defineConfig({
  test: { include: SLOW_SUITES, testTimeout: 300_000, fileParallelism: false },
});

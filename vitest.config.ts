import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { PURE_SUITES, SLOW_SUITES } from "./vitest.suites.ts";

/** Where what was compiled of packages is kept from one process to the next. */
const COMPILED = fileURLToPath(new URL("node_modules/.cache/vitest", import.meta.url));
const KEEP_COMPILED = `import { enableCompileCache } from "node:module"; enableCompileCache(${JSON.stringify(COMPILED)});`;

/** What both projects share. */
const common = {
  restoreMocks: true,
  testTimeout: 60_000,
  // Each process loads vitest and its packages anew. Not by NODE_COMPILE_CACHE, which the program's own processes would inherit
  // from the tests that start them: these are to keep theirs where they do for a person.
  execArgv: [`--import=data:text/javascript,${encodeURIComponent(KEEP_COMPILED)}`],
};

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    // On two cores vitest would leave one of them to itself, which has next to nothing to do.
    maxWorkers: "100%",
    projects: [
      {
        // Suites that touch nothing but their own values share a process: to start one for each, and to load and compile the same
        // modules in it, took longer than most of these tests. The set-up file fails a suite that leaves something behind.
        test: { ...common, name: "pure", isolate: false, include: PURE_SUITES, exclude: SLOW_SUITES, setupFiles: ["test/leaves-no-trace.ts"] },
      },
      { test: { ...common, name: "apart", include: ["test/**/*.test.ts"], exclude: [...SLOW_SUITES, ...PURE_SUITES] } },
    ],
  },
});

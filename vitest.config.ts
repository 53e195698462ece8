import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**", "node_modules/**"],
    sequence: { shuffle: true },
    restoreMocks: true,
    testTimeout: 30_000,
  },
});

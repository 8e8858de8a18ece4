import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["harness/**/*.test.ts", "models/**/*.test.ts", "tasks/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two shared cores: more files at once would only make each other slower.
    maxWorkers: 2,
  },
});

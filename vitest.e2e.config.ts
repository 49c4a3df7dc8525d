import { defineConfig } from "vitest/config";

// dist/index.js as a process: what was built and committed, not the sources.
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 60_000,
    env: { HTTP_PROXY: "", HTTPS_PROXY: "", http_proxy: "", https_proxy: "", NO_COLOR: "1" },
  },
});

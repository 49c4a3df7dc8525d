import { defineConfig } from "vitest/config";

// Against the real tools on PATH (test/conformance/install-tools.sh); a missing one is a failure.
export default defineConfig({
  test: {
    include: ["test/conformance/**/*.test.ts"],
    testTimeout: 60_000,
    env: { HTTP_PROXY: "", HTTPS_PROXY: "", http_proxy: "", https_proxy: "", NO_COLOR: "1" },
  },
});

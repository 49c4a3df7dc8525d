// Side by side with what a user would otherwise run, on one machine in one run:
//
//   PATH="$(test/conformance/install-tools.sh)" npm run bench
//
// It measures dist/ as it stands and the real sops on the PATH. Absolute times on shared machines mean little: ratios
// do.
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { measureApply } from "./apply.ts";
import { measureEncrypt } from "./encrypt.ts";
import { measureLogin } from "./login.ts";
import { lineOf } from "./measurement.ts";

const entryKilobytes = statSync(resolve(import.meta.dirname, "../dist/index.js")).size / 1024;

console.log(
  `Node ${process.versions.node}, ${availableParallelism()} cores; dist/index.js has ${entryKilobytes.toFixed(0)} KiB\n`,
);
for (const measurement of [...measureApply(), ...measureLogin(), ...(await measureEncrypt())])
  console.log(lineOf(measurement));

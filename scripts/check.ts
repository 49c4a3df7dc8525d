// Every check of the house: all of them run even when one fails, one line each, what the failing ones said at the end.

import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { binary, run } from "./run.ts";

interface Check {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  /** What to do when it fails. */
  readonly hint: string;
}

const checks: readonly Check[] = [
  { name: "lint", script: binary("eslint"), args: ["."], hint: "npm run lint" },
  { name: "dist is up to date", script: "scripts/dist.ts", hint: "npm run build" },
  { name: "types", script: binary("tsc"), hint: "npm run typecheck" },
  { name: "format", script: binary("prettier"), args: ["--check", "."], hint: "npm run format" },
  { name: "dependency rules", script: "scripts/dependencies.ts", hint: "the rules stand in .dependency-cruiser.cjs" },
  { name: "unused code", script: binary("knip"), hint: "remove what nothing uses" },
  { name: "generated files", script: "scripts/generate.ts", args: ["--check"], hint: "npm run generate" },
  { name: "figures", script: "scripts/figures.ts", hint: "the bar stands in scripts/figures.ts" },
];

async function perform({ name, script, args, hint }: Check): Promise<string | null> {
  const start = performance.now();
  const { code, all } = await run(script, args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${seconds} s  ${name}`);
  return code === 0 ? null : `\n--- ${name} (${hint})\n${all.trimEnd()}`;
}

const limit = pLimit(availableParallelism());
const failures = (await Promise.all(checks.map((check) => limit(perform, check)))).filter((text) => text !== null);
for (const failure of failures) console.log(failure);
console.log(`\n${String(checks.length - failures.length)} checks passed, ${String(failures.length)} failed`);
if (failures.length > 0) process.exitCode = 1;

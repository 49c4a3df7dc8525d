// Runs suites one after another, all of them even when one fails, and ends with one line: how many tests passed and
// failed in all.
//
//   node scripts/test.ts quick e2e

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, show } from "./run.ts";

const SUITES: Readonly<Record<string, readonly string[]>> = {
  quick: ["--coverage"],
  e2e: ["--config", "vitest.e2e.config.ts"],
  conformance: ["--config", "vitest.conformance.config.ts"],
};

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** Whether the suite passed, and its counts. A suite of no tests, or one with tests that do not run, has not passed. */
async function runSuite(name: string, folder: string): Promise<Counts & { ok: boolean }> {
  const args = SUITES[name];
  if (args === undefined) throw new Error(`no such suite: ${name}`);
  const file = join(folder, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await show(binary("vitest"), ["run", "--allowOnly=false", ...args, ...reporters]);
  const text = await readFile(file, "utf8").catch(() => '{ "numPassedTests": 0, "numFailedTests": 0 }');
  const { numPassedTests, numFailedTests }: Counts = JSON.parse(text);
  return { numPassedTests, numFailedTests, ok: code === 0 && numPassedTests > 0 };
}

const folder = await mkdtemp(join(tmpdir(), "regcred-test-"));
let [passed, failed] = [0, 0];
for (const name of process.argv.slice(2)) {
  const { numPassedTests, numFailedTests, ok } = await runSuite(name, folder);
  passed += numPassedTests;
  failed += numFailedTests;
  if (!ok) {
    console.log(`The suite ${name} did not pass.`);
    process.exitCode = 1;
  }
}
await rm(folder, { recursive: true, force: true });
console.log(`${String(passed)} passed, ${String(failed)} failed`);

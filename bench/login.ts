import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Measurement } from "./measurement.ts";

const MAIN = resolve(import.meta.dirname, "../dist/action/main.js");
const REGISTRIES = 10;
/** The fastest counts: what a shared machine adds is not ours. */
const RUNS = 20;

/**
 * The Action's step that logs in to ten registries, in times of bare Node's own start: one step of docker/login-action,
 * for one registry, took 8.8 of them (docker 28, docker/login-action 4.1, 2026-11).
 */
export function measureLogin(): readonly Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), "regcred-bench-"));
  try {
    writeFileSync(join(folder, "registries.yaml"), configuration());
    writeFileSync(join(folder, "event.json"), JSON.stringify({ repository: { default_branch: "main" } }));
    const bare = fastest(() => run(["-e", "0"], folder));
    const login = fastest(() => run([MAIN], folder));
    return [
      { what: `the Action's login to ${REGISTRIES} registries`, value: login, unit: "ms" },
      {
        what: "  in starts of bare Node (docker/login-action, one registry: 8.8)",
        value: login / bare,
        unit: "starts",
        reach: 4.4,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(words: readonly string[], folder: string): number {
  rmSync(join(folder, "docker"), { recursive: true, force: true });
  mkdirSync(join(folder, "docker"));
  for (const file of ["output", "state", "summary"]) writeFileSync(join(folder, file), "");
  const start = performance.now();
  const { status, stdout } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: "utf8",
    env: environment(folder),
  });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${String(status)}: ${stdout}`);
  return milliseconds;
}

/** What the runner gives a step. */
function environment(folder: string): Record<string, string> {
  const secrets = Array.from({ length: REGISTRIES }, (_, index): [string, string] => [
    `PASSWORD_${index}`,
    `s3cret-number-${index}`,
  ]);
  return {
    ...{ PATH: process.env["PATH"] ?? "", HOME: folder, DOCKER_CONFIG: join(folder, "docker"), RUNNER_TEMP: folder },
    ...{ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main" },
    ...{ GITHUB_EVENT_PATH: join(folder, "event.json"), GITHUB_OUTPUT: join(folder, "output") },
    ...{ GITHUB_STATE: join(folder, "state"), GITHUB_STEP_SUMMARY: join(folder, "summary"), INPUT_COMMAND: "login" },
    ...Object.fromEntries(secrets),
  };
}

function fastest(work: () => number): number {
  return Math.min(...Array.from({ length: RUNS }, work));
}

function configuration(): string {
  const entries = Array.from({ length: REGISTRIES }, (_, index) => {
    const auth = `auth: { basic: { username: ci, password: { env: PASSWORD_${index} } } }`;
    return `  r${index}: { type: generic, host: r${index}.example.com, ${auth} }\n`;
  });
  return `version: 1\nregistries:\n${entries.join("")}`;
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Measurement } from "./measurement.ts";

const ENTRY = resolve(import.meta.dirname, "../dist/index.js");
const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const CLUSTERS = 10;
const NAMESPACES = 100;
const FILES = CLUSTERS * NAMESPACES;
/** The fastest counts: what a shared machine adds is not ours. */
const RUNS = 10;

/** One configuration with a pull secret for each of many namespaces, and the runs of the built program over it. */
export function measureApply(): readonly Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), "regcred-bench-"));
  try {
    writeFileSync(join(folder, "registries.yaml"), configuration());
    const node = fastest(() => run(["-e", "0"], folder));
    const version = fastest(() => run([ENTRY, "--version"], folder));
    const validate = fastest(() => run([ENTRY, "validate"], folder));
    const first = run([...WITH_PEAK, ENTRY, "apply"], folder);
    const nothing = fastest(() => run([ENTRY, "apply"], folder));
    const memory = run([...WITH_PEAK, ENTRY, "apply"], folder);
    return [
      { what: "start-up of `validate`", value: validate.milliseconds, unit: "ms", reach: 150 },
      { what: "  beside `node -e 0`", value: node.milliseconds, unit: "ms" },
      { what: `first apply, ${FILES} files`, value: first.milliseconds, unit: "ms" },
      { what: "  peak memory", value: first.megabytes, unit: "MB", reach: 200 },
      {
        what: `apply that changes nothing, ${FILES} files, beyond start-up (\`--version\`)`,
        value: nothing.milliseconds - version.milliseconds,
        unit: "ms",
        reach: 300,
      },
      { what: "  peak memory", value: memory.megabytes, unit: "MB", reach: 200 },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Run {
  readonly milliseconds: number;
  /** NaN unless run with {@link WITH_PEAK}. */
  readonly megabytes: number;
}

/** Makes the child print its peak memory at its end, on stderr. */
const WITH_PEAK = [
  "--import",
  "data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))",
];

function run(words: readonly string[], folder: string): Run {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, BENCH_PASSWORD: "s3cret", REGCRED_FINGERPRINT_KEY: "ab".repeat(32) },
  });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${String(status)}: ${stderr}`);
  return { milliseconds, megabytes: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024 };
}

function fastest(work: () => Run): Run {
  const runs = Array.from({ length: RUNS }, work);
  return runs.reduce((best, item) => (item.milliseconds < best.milliseconds ? item : best));
}

function configuration(): string {
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `team-${index}`).join(", ");
  const clusters = Array.from(
    { length: CLUSTERS },
    (_, index) => `  c${index}: { namespaces: [${namespaces}], encrypt: { sops: { age: [${RECIPIENT}] } } }\n`,
  );
  return `version: 1
defaults: { check: skip, deliverTo: { clusters: all } }
registries:
  one: { type: generic, host: one.example.com, auth: { basic: { username: ci, password: { env: BENCH_PASSWORD } } } }
  two: { type: generic, host: two.example.com, auth: { basic: { username: ci, password: { env: BENCH_PASSWORD } } } }
clusters:
${clusters.join("")}`;
}

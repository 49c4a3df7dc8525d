// A process that applies and is stopped at one of its writes, for the tests that stop it: `node FILE JSON`.

import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DEFAULTS } from "../../src/commands/options.ts";
import { runPipeline } from "../../src/commands/pipeline.ts";
import { openWorld } from "../../src/commands/world.ts";
import { listenForSignals } from "../../src/io/interruption.ts";

export interface Order {
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly adopt: boolean;
  readonly allowRemovals: boolean;
  /** Which of its writes and removals, from 1. */
  readonly write: number;
  /** `within`: its temporary file lies there, half-written. */
  readonly moment: "before" | "within" | "after";
  readonly signal: "SIGKILL" | "SIGINT" | "SIGTERM";
}

const { folder, variables, adopt, allowRemovals, write, moment, signal }: Order = JSON.parse(process.argv[2] ?? "");
const quiet = (): void => undefined;
const interruption = listenForSignals(quiet);
const world = openWorld({ log: { stage: quiet, info: quiet, debug: quiet }, mask: quiet, interruption });
let writes = 0;

/** Signals itself, and goes on only when the signal is known to have come. */
async function stop(): Promise<void> {
  // A signal that is waited for keeps no process alive.
  const alive = setInterval(quiet, 1000);
  const come = signal === "SIGKILL" ? new Promise(quiet) : once(process, signal);
  process.kill(process.pid, signal);
  await come;
  clearInterval(alive);
}

async function around(path: string, bytes: Uint8Array, work: () => Promise<boolean>): Promise<boolean> {
  const now = ++writes === write;
  if (now && moment === "within") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(dirname(path), ".regcred-0123456789abcdef.tmp"), bytes.subarray(0, bytes.byteLength / 2));
  }
  if (now && moment !== "after") await stop();
  const done = await work();
  if (now && moment === "after") await stop();
  return done;
}

const { files } = world;
const { exitCode } = await runPipeline(
  "apply",
  { ...DEFAULTS, adopt, allowRemovals },
  {
    ...world,
    folder,
    environment: { get: (name) => variables[name] },
    files: {
      ...files,
      replace: (root, path, bytes, options) =>
        around(resolve(root, path), bytes, () => files.replace(root, path, bytes, options)),
      remove: (root, path) => around(resolve(root, path), new Uint8Array(), () => files.remove(root, path)),
    },
  },
  new Map(),
);
process.exitCode = exitCode;

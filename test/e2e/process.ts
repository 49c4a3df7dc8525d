import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** What was built: the command as users get it. */
const ENTRY = join(import.meta.dirname, "../../dist/index.js");

/** How a process ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface Call {
  readonly cwd: string;
  /** All that the process finds in its environment beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** A script for `sh` that runs the command as `"$@"`, such as `"$@" | head -n 1`. */
  readonly shell?: string;
  /** Another script of dist/ than that of the command line; absolute. */
  readonly entry?: string;
}

export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** Runs `regcred` to its end. */
export function regcred(args: readonly string[], call: Call): Promise<Ended> {
  return start(args, call).ended;
}

/** Starts `regcred` on the Node that runs the tests, with nothing of this process's environment but the PATH. */
export function start(args: readonly string[], { cwd, env = {}, shell, entry = ENTRY }: Call): Running {
  const begun = performance.now();
  const command = [process.execPath, entry, ...args];
  const [program = "", ...words] = shell === undefined ? command : ["sh", "-c", shell, "sh", ...command];
  const child = spawn(program, words, {
    cwd,
    env: { PATH: process.env["PATH"], HOME: tmpdir(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(([exitCode, stdout, stderr]) => {
    return { exitCode, stdout, stderr, milliseconds: performance.now() - begun };
  });
  return { kill: (signal) => child.kill(signal), ended };
}

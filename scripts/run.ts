import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root, without a slash at its end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The command-line scripts of the packages: run by this very Node, so that no shell and no PATH has a say. */
const binaries = {
  depcruise: "dependency-cruiser/bin/dependency-cruiser.mjs",
  eslint: "eslint/bin/eslint.js",
  knip: "knip/bin/knip.js",
  ncc: "@vercel/ncc/dist/ncc/cli.js",
  prettier: "prettier/bin/prettier.cjs",
  tsc: "typescript/bin/tsc",
  vitest: "vitest/vitest.mjs",
} as const;

export interface Ended {
  readonly code: number;
  /** What it wrote to stdout. */
  readonly output: string;
  /** What it wrote to stdout and stderr, in order. */
  readonly all: string;
}

/** Runs a script with this Node and gathers what it says. */
export function run(script: string, args: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const all: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => void (output.push(bytes), all.push(bytes)));
    child.stderr.on("data", (bytes: Buffer) => void all.push(bytes));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(output).toString(), all: Buffer.concat(all).toString() });
    });
  });
}

/** Runs a script with this Node, on this terminal. */
export function show(script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Where a package's script lies. */
export function binary(name: keyof typeof binaries): string {
  return `${root}/node_modules/${binaries[name]}`;
}

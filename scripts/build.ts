// Builds dist/: tsc -> build/, ncc -> one entry and lazily loaded chunks, esbuild -> each of them minified.
// The result depends on nothing but the sources and the lock file, so that `npm run check` can compare it byte by byte.

import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import { binary, root, run } from "./run.ts";

const MEGABYTE = 1024 * 1024;
const LIMITS = { entry: 1 * MEGABYTE, total: 12 * MEGABYTE } as const;

async function must(script: string, args: readonly string[]): Promise<void> {
  const { code, all } = await run(script, args);
  if (code !== 0) throw new Error(`${script} ${args.join(" ")}\n${all}`);
}

/** ncc knows `-m`, but leaves lazy chunks as they are (0.45.0, 2026-11). */
async function minify(path: string): Promise<void> {
  const format = path.endsWith(".cjs") ? "cjs" : "esm";
  const { code } = await transform(await readFile(path, "utf8"), { minify: true, format, target: "node20.19" });
  await writeFile(path, code);
}

/** Builds into an emptied folder. */
export async function build(target: string): Promise<void> {
  await rm(join(root, "build"), { recursive: true, force: true });
  await must(binary("tsc"), ["-p", "tsconfig.build.json"]);
  // tsc copies no JavaScript.
  await copyFile(join(root, "src/config/validator.cjs"), join(root, "build/config/validator.cjs"));
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const options = ["--out", target, "--license", "licenses.txt", "--no-cache", "--quiet"];
  await must(binary("ncc"), ["build", "build/main.js", ...options]);
  const scripts = (await readdir(target)).filter((name) => /\.[cm]?js$/.test(name));
  await Promise.all(scripts.map((name) => minify(join(target, name))));
  await writeFile(join(target, "package.json"), '{ "type": "module" }\n');
  await mkdir(join(target, "action"));
  for (const step of ["main", "post"]) await writeFile(join(target, "action", `${step}.js`), shim(step));
  await chmod(join(target, "index.js"), 0o755);
}

/** What action.yml names: the arguments alone decide what runs. Imports that stand at the top would run before them. */
function shim(step: string): string {
  return `// The Action's ${step} step.\nprocess.argv.splice(2, Infinity, "action", "${step}");\nawait import("../index.js");\n`;
}

async function sizes(target: string): Promise<{ entry: number; total: number }> {
  const names = await readdir(target, { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(join(target, name))));
  const entry = await stat(join(target, "index.js"));
  return { entry: entry.size, total: stats.reduce((sum, { size }) => sum + size, 0) };
}

async function main(): Promise<void> {
  const target = join(root, "dist");
  await build(target);
  const measured = await sizes(target);
  for (const what of ["entry", "total"] as const) {
    const line = `${what}: ${(measured[what] / 1024).toFixed(0)} KiB of at most ${(LIMITS[what] / 1024).toFixed(0)}`;
    console.log(line);
    if (measured[what] > LIMITS[what]) process.exitCode = 1;
  }
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

// Whether the committed dist/ is what the sources make, byte by byte.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build } from "./build.ts";
import { root } from "./run.ts";

async function contents(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const files = names.map(async (name) => [relative(folder, name), await readFile(name)] as const);
  return new Map(await Promise.all(files));
}

const fresh = await mkdtemp(join(tmpdir(), "regcred-dist-"));
try {
  await build(fresh);
  const [made, committed] = await Promise.all([contents(fresh), contents(join(root, "dist"))]);
  const names = [...new Set([...made.keys(), ...committed.keys()])].sort();
  const stale = names.filter((name) => committed.get(name)?.equals(made.get(name) ?? Buffer.alloc(0)) !== true);
  for (const name of stale) console.log(`dist/${name} is not what the sources make`);
  if (stale.length > 0) {
    console.log("Run `npm run build` and commit dist/.");
    process.exitCode = 1;
  }
} finally {
  await rm(fresh, { recursive: true, force: true });
}

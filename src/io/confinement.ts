import { relative, sep } from "node:path";
import { RegcredError } from "../errors.ts";
import { isInGit } from "../git-folder.ts";
import { missing } from "./file-errors.ts";
import type { Files } from "./ports.ts";

/** Where a configuration may read. */
interface Confinement {
  /** The path as the configuration has it. */
  readonly shown: string;
  readonly files: Files;
  readonly root: string;
  readonly allowFiles: readonly string[];
}

/**
 * The path with every symbolic link resolved, if it still lies below the root and outside `.git`, or is allowed by
 * name.
 *
 * @throws RegcredError `file-missing`, `path-escapes`, `forbidden-path`
 */
export async function confine(path: string, { shown, files, root, allowFiles }: Confinement): Promise<string> {
  const real = await files.realPath(path);
  if (real === null) throw missing(shown);
  const allowed = await Promise.all(allowFiles.map((file) => files.realPath(file)));
  if (allowed.includes(real)) return real;
  const below = relative((await files.realPath(root)) ?? root, real);
  if (below.split(sep)[0] === "..") throw outside(shown);
  if (isInGit(below)) throw inGit(shown);
  return real;
}

function outside(path: string): RegcredError {
  const message = `${path} lies outside the configuration's repository, or is a symbolic link that leads out`;
  const hint = "move it into the repository, or name it with --allow-file";
  return new RegcredError({ code: "path-escapes", message, hint });
}

function inGit(path: string): RegcredError {
  const hint = "Git keeps credentials of its own there; name another file";
  return new RegcredError({ code: "forbidden-path", message: `${path} lies under .git`, hint });
}

import { readdir, realpath, rm, unlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { RegcredError } from "../errors.ts";
import { escapes, missing, readError, writeError } from "./file-errors.ts";
import {
  attributesOf,
  destination,
  isAbsent,
  kindOf,
  makeFolder,
  makeFolders,
  makePrivate,
  removeEmpty,
  removeIfEmpty,
} from "./folders.ts";
import { readIfThere } from "./open-file.ts";
import type { Files, FoundFile, WriteOptions } from "./ports.ts";
import { isExpected, swapIn, syncFolder, TEMPORARY } from "./swap-file.ts";

/** The disk of this machine. */
export function createFiles(): Files {
  return {
    ...{ read, readIfThere, replace, sweep, remove, list: (directory) => list(directory), realPath },
    ...{ destination: (path) => destination(path), attributesOf, makePrivate, removeIfEmpty },
  };
}

async function read(path: string, limit?: number): Promise<Uint8Array> {
  const bytes = await readIfThere(path, limit);
  if (bytes === null) throw missing(path);
  return bytes;
}

/**
 * 1. Make the folders, and refuse symbolic links on the way.
 * 2. Write a temporary file beside the old one, which takes its time.
 * 3. See that the old one is still what it was, if anybody cares.
 * 4. Rename it, so that a reader sees the old bytes or the new, never half of them.
 */
async function replace(root: string, path: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<boolean> {
  const target = resolve(root, path);
  try {
    await makeFolders(resolve(root));
    await walk(root, target, { make: true });
    // Once more when the temporary file is gone: another run may have swept it away.
    const swapped = (await swapIn(target, bytes, options)) ?? (await swapIn(target, bytes, options));
    if (swapped === null) throw new Error("the temporary file was gone before it could be renamed, twice");
    if (swapped && options.durable === true) await syncFolder(dirname(target));
    return swapped;
  } catch (error) {
    throw error instanceof RegcredError ? error : writeError(target, error);
  }
}

async function sweep(directory: string, { below = true } = {}): Promise<void> {
  const left = (await list(directory, below)).filter(({ path, kind }) => kind === "file" && TEMPORARY.test(path));
  await Promise.all(left.map(({ path }) => rm(join(directory, path), { force: true })));
}

async function remove(root: string, path: string, options: Pick<WriteOptions, "expected"> = {}): Promise<boolean> {
  const target = resolve(root, path);
  try {
    await walk(root, target, { make: false });
    if (!(await isExpected(target, options))) return false;
    await unlink(target);
    await removeEmpty(root, dirname(target));
    return true;
  } catch (error) {
    if (isAbsent(error)) return true;
    throw error instanceof RegcredError ? error : writeError(target, error);
  }
}

/**
 * Goes from the root to the target, neither of which may be left; nothing on the way, nor the target itself, may be a
 * symbolic link.
 */
async function walk(root: string, target: string, { make }: { make: boolean }): Promise<void> {
  const segments = relative(root, target).split(sep);
  if (segments[0] === ".." || segments[0] === "") throw escapes(target, `it does not lie below ${root}`);
  let folder = resolve(root);
  for (const segment of segments) {
    folder = join(folder, segment);
    const kind = await kindOf(folder);
    if (kind === "symlink") throw escapes(target, `${folder} is a symbolic link`);
    if (kind === null && make && folder !== target) await makeFolder(folder);
  }
}

async function list(directory: string, below = true): Promise<readonly FoundFile[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const found = entries.map(async (entry): Promise<readonly FoundFile[]> => {
      if (!entry.isDirectory())
        return [{ path: entry.name, kind: entry.isFile() ? "file" : entry.isSymbolicLink() ? "symlink" : "other" }];
      if (!below) return [];
      const inside = await list(join(directory, entry.name));
      return inside.map(({ path, kind }) => ({ path: `${entry.name}/${path}`, kind }));
    });
    return (await Promise.all(found)).flat().sort((left, right) => (left.path < right.path ? -1 : 1));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error instanceof RegcredError ? error : readError(directory, error);
  }
}

async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw readError(path, error);
  }
}

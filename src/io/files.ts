import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open, readdir, realpath, rename, rm, unlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { RegcredError } from "../errors.ts";
import { errno, escapes, missing, notRegular, readError, tooLarge, writeError } from "./file-errors.ts";
import {
  destination,
  isAbsent,
  kindOf,
  makeFolder,
  makeFolders,
  makePrivate,
  modeOf,
  removeEmpty,
  removeIfEmpty,
} from "./folders.ts";
import type { Files, FoundFile, WriteOptions } from "./ports.ts";

const DEFAULT_LIMIT = 16 * 1024 * 1024;

/** The disk of this machine. */
export function createFiles(): Files {
  return {
    ...{ read, readIfThere, replace, sweep, remove, list: (directory) => list(directory), realPath },
    ...{ destination: (path) => destination(path), modeOf, makePrivate, removeIfEmpty },
  };
}

async function read(path: string, limit = DEFAULT_LIMIT): Promise<Uint8Array> {
  const bytes = await readIfThere(path, limit);
  if (bytes === null) throw missing(path);
  return bytes;
}

async function readIfThere(path: string, limit = DEFAULT_LIMIT): Promise<Uint8Array | null> {
  try {
    // A pipe without a writer would block the opening for ever.
    return await withFile(path, { flags: constants.O_RDONLY | constants.O_NONBLOCK }, async (file) => {
      const stat = await file.stat();
      if (!stat.isFile()) throw notRegular(path);
      if (stat.size > limit) throw tooLarge(path, limit);
      return await file.readFile();
    });
  } catch (error) {
    if (error instanceof RegcredError) throw error;
    if (isAbsent(error)) return null;
    throw readError(path, error);
  }
}

/**
 * 1. Make the folders, and refuse symbolic links on the way.
 * 2. Write a temporary file beside the old one.
 * 3. Rename it, so that a reader sees the old bytes or the new, never half of them.
 */
async function replace(root: string, path: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
  const target = resolve(root, path);
  try {
    await makeFolders(resolve(root));
    await walk(root, target, { make: true });
    // Once more when the temporary file is gone: another run may have swept it away.
    const swapped = (await swapIn(target, bytes, options)) || (await swapIn(target, bytes, options));
    if (!swapped) throw new Error("the temporary file was gone before it could be renamed, twice");
    if (options.durable === true) await syncFolder(dirname(target));
  } catch (error) {
    throw error instanceof RegcredError ? error : writeError(target, error);
  }
}

/** Writes beside the target and renames; false when the temporary file was gone before it could be renamed. */
async function swapIn(target: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
  const temporary = join(dirname(target), `.regcred-${randomBytes(8).toString("hex")}.tmp`);
  try {
    await writeNew(temporary, bytes, options);
    await rename(temporary, target);
    return true;
  } catch (error) {
    if (errno(error) === "ENOENT") return false;
    await rm(temporary, { force: true });
    throw error;
  }
}

const TEMPORARY = /(^|\/)\.regcred-[0-9a-f]{16}\.tmp$/;

async function sweep(directory: string, { below = true } = {}): Promise<void> {
  const left = (await list(directory, below)).filter(({ path, kind }) => kind === "file" && TEMPORARY.test(path));
  await Promise.all(left.map(({ path }) => rm(join(directory, path), { force: true })));
}

async function writeNew(path: string, bytes: Uint8Array, { durable, mode = 0o644 }: WriteOptions): Promise<void> {
  await withFile(path, { flags: "wx", mode }, async (file) => {
    // Opening gives a mode that the umask has cut.
    await file.chmod(mode);
    await file.writeFile(bytes);
    if (durable === true) await file.sync();
  });
}

/** A new name is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  await withFile(path, { flags: "r" }, (folder) => folder.sync());
}

interface Opening {
  readonly flags: string | number;
  /** Of a new file. */
  readonly mode?: number;
}

async function withFile<T>(path: string, how: Opening, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, how.flags, how.mode);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function remove(root: string, path: string): Promise<void> {
  const target = resolve(root, path);
  try {
    await walk(root, target, { make: false });
    await unlink(target);
    await removeEmpty(root, dirname(target));
  } catch (error) {
    if (isAbsent(error)) return;
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

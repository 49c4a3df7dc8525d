import { lstat, mkdir, readlink, realpath, rmdir } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { RegcredError } from "../errors.ts";
import { errno, readError, writeError } from "./file-errors.ts";
import type { FileAttributes, FoundFile } from "./ports.ts";

/** As many links as Linux follows in one path. */
const MOST_LINKS = 40;

/**
 * Makes a folder and those above it, and gives the nearest that was there. Node.js' own `recursive` never ends where
 * the system says ENOENT though the folder above is there, as below /proc (24.21, 2026-11).
 */
export async function makeFolders(path: string, mode?: number): Promise<string> {
  if ((await kindOf(path)) !== null) return path;
  const above = await makeFolders(dirname(path), mode);
  await makeFolder(path, mode);
  return above;
}

/** Another run may have made it first. */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errno(error) !== "EEXIST") throw error;
  }
}

export async function makePrivate(path: string): Promise<string | null> {
  const folder = resolve(path);
  try {
    const above = await makeFolders(folder, 0o700);
    return above === folder ? null : above;
  } catch (error) {
    throw writeError(folder, error);
  }
}

/** Removes a folder and those above it, up to the root, as far as they are empty. */
export async function removeEmpty(root: string, folder: string): Promise<void> {
  if (resolve(root) === folder) return;
  try {
    await rmdir(folder);
  } catch (error) {
    if (errno(error) === "ENOTEMPTY" || errno(error) === "EEXIST") return;
    throw error;
  }
  await removeEmpty(root, dirname(folder));
}

export async function removeIfEmpty(root: string, path: string): Promise<void> {
  // A folder that was moved since is not below it, and then nothing above it is ours.
  const below = !relative(root, path).startsWith("..");
  try {
    await removeEmpty(below ? root : dirname(resolve(path)), resolve(path));
  } catch (error) {
    if (!isAbsent(error)) throw writeError(path, error);
  }
}

export async function kindOf(path: string): Promise<FoundFile["kind"] | "directory" | null> {
  try {
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) return "symlink";
    return stat.isDirectory() ? "directory" : stat.isFile() ? "file" : "other";
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

export async function destination(path: string, links = MOST_LINKS): Promise<string> {
  try {
    if (links === 0) throw Object.assign(new Error("too many symbolic links"), { code: "ELOOP" });
    if ((await kindOf(path)) !== "symlink") return path;
    return await destination(await follow(path), links - 1);
  } catch (error) {
    throw error instanceof RegcredError ? error : readError(path, error);
  }
}

/** As the kernel does it: `..` leads out of the folder that a link on the way leads to, not out of the link's own. */
async function follow(link: string): Promise<string> {
  const text = await readlink(link);
  const path = isAbsolute(text) ? text : `${await realpath(dirname(link))}${sep}${text}`;
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    if (isAbsent(error)) return resolve(path);
    throw error;
  }
}

export async function attributesOf(path: string): Promise<FileAttributes | null> {
  try {
    const { mode, uid, gid } = await lstat(path);
    return { mode: mode & 0o777, uid, gid };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw readError(path, error);
  }
}

export function isAbsent(error: unknown): boolean {
  return errno(error) === "ENOENT" || errno(error) === "ENOTDIR";
}

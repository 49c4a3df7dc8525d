import { randomBytes } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errno } from "./file-errors.ts";
import { readIfThere, withFile } from "./open-file.ts";
import type { FileOwner, WriteOptions } from "./ports.ts";

/** The path of what a killed run left. */
export const TEMPORARY = /(^|\/)\.regcred-[0-9a-f]{16}\.tmp$/;

/**
 * Writes beside the target and renames. False when something else than was expected stands there; null when the
 * temporary file was gone before it could be renamed.
 */
export async function swapIn(target: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean | null> {
  const temporary = join(dirname(target), `.regcred-${randomBytes(8).toString("hex")}.tmp`);
  try {
    await writeNew(temporary, bytes, options);
    const expected = await isExpected(target, options);
    await (expected ? rename(temporary, target) : rm(temporary, { force: true }));
    return expected;
  } catch (error) {
    if (errno(error) === "ENOENT") return null;
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function isExpected(path: string, { expected }: WriteOptions): Promise<boolean> {
  if (expected === undefined) return true;
  const found = await readIfThere(path);
  return found === null || expected === null ? found === expected : Buffer.compare(found, expected) === 0;
}

async function writeNew(path: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  const { durable, mode = 0o644, owner } = options;
  await withFile(path, { flags: "wx", mode }, async (file) => {
    // Opening gives a mode that the umask has cut.
    await file.chmod(mode);
    if (owner !== undefined) await giveTo(file, owner);
    await file.writeFile(bytes);
    if (durable === true) await file.sync();
  });
}

/** Nobody but root may give a file away (EPERM), and not to whom its user namespace does not know (EINVAL). */
async function giveTo(file: FileHandle, { uid, gid }: FileOwner): Promise<void> {
  try {
    await file.chown(uid, gid);
  } catch (error) {
    if (!["EPERM", "EINVAL"].includes(errno(error))) throw error;
  }
}

/** A new name is on the disk only once its folder is. */
export async function syncFolder(path: string): Promise<void> {
  await withFile(path, { flags: "r" }, (folder) => folder.sync());
}

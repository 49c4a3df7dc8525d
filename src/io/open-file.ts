import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { RegcredError } from "../errors.ts";
import { notRegular, readError, tooLarge } from "./file-errors.ts";
import { isAbsent } from "./folders.ts";

const DEFAULT_LIMIT = 16 * 1024 * 1024;

export async function readIfThere(path: string, limit = DEFAULT_LIMIT): Promise<Uint8Array | null> {
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

interface Opening {
  readonly flags: string | number;
  /** Of a new file. */
  readonly mode?: number;
}

/** Does `work` with a file, which is closed whatever comes. */
export async function withFile<T>(path: string, how: Opening, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, how.flags, how.mode);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

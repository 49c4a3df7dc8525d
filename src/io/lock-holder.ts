import { createHash, randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errno, writeError } from "./file-errors.ts";
import { isAbsent } from "./folders.ts";
import type { Clock } from "./ports.ts";

// Who holds a lock on files, and who waits for it: the name of the one file in a folder, and what that file says.

/** After how long nobody waits any more, in milliseconds, though the clocks of two machines differ. */
const STALE = 3_600_000;

export interface Holder {
  /** The lock, or what is to become it. */
  readonly folder: string;
  /** The name of its file. */
  readonly holder: string;
}

/** A name that nobody else has. */
export function newHolder(): string {
  return `${process.pid}-${MACHINE}-${randomBytes(8).toString("hex")}`;
}

/**
 * Tells the processes of this machine from those of another that shares the folder. Containers may have one host name,
 * and each its own numbers for processes: only within one namespace does a number tell that its process is gone.
 */
const MACHINE = createHash("sha256")
  .update(JSON.stringify([hostname(), pidNamespace()]))
  .digest("hex")
  .slice(0, 8);

/** Empty where the system has none (Linux, pid_namespaces(7)). */
function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** The name of the holder; empty where there is none. */
export async function holderOf(lock: string): Promise<string> {
  try {
    return (await readdir(lock))[0] ?? "";
  } catch (error) {
    if (errno(error) === "ENOENT") return "";
    throw error;
  }
}

/** What a holder leaves to the next; empty for nothing, and where it has gone by itself. */
export async function noteOf({ folder, holder }: Holder): Promise<string> {
  try {
    return await readFile(join(folder, holder), "utf8");
  } catch (error) {
    if (isAbsent(error)) return "";
    throw error;
  }
}

/** Whether its process is gone from this machine; of another one nothing tells. */
export function isDead(holder: string): boolean {
  const [pid, machine] = holder.split("-");
  if (machine !== MACHINE) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errno(error) === "ESRCH";
  }
}

/** Those who wait for a lock, or were killed while they did. */
export async function waitersFor(lock: string): Promise<readonly Holder[]> {
  const prefix = `${basename(lock)}-`;
  const names = (await namesBeside(lock)).filter((name) => name.startsWith(prefix));
  return names.map((name) => ({ folder: join(dirname(lock), name), holder: name.slice(prefix.length) }));
}

/** Whether a process holds a lock or waits for it, or was killed while it did. */
export async function hasLock(lock: string): Promise<boolean> {
  return (await namesBeside(lock)).includes(basename(lock)) || (await waitersFor(lock)).length > 0;
}

async function namesBeside(path: string): Promise<readonly string[]> {
  try {
    return await readdir(dirname(path));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw writeError(path, error);
  }
}

/** Whether somebody who waited does so no more. */
export async function isGone({ folder, holder }: Holder, clock: Clock): Promise<boolean> {
  if (isDead(holder)) return true;
  try {
    return clock.now().getTime() - (await stat(folder)).mtimeMs > STALE;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

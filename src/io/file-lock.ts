import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { RegcredError } from "../errors.ts";
import { errno, writeError } from "./file-errors.ts";
import type { Clock } from "./ports.ts";

/** How long the same holder is waited for, in milliseconds: whoever lives is done in a small part of it. */
const PATIENCE = 10_000;
/** How long is waited in all, in milliseconds, while ever other holders come. */
const LIMIT = 120_000;

export interface LockOptions {
  readonly clock: Clock;
  /** Makes the folder that the lock is to lie in; called again when somebody removed it in between. */
  readonly prepare: () => Promise<void>;
  /** Called between two tries; throws to stop waiting. */
  readonly proceed: () => void;
}

/**
 * Does `work` while no other process does its own under the same lock.
 *
 * The lock is a folder that holds one file, named after its holder. It comes by renaming a finished folder to its name,
 * which works only while that name is free or an empty folder (POSIX, rename), so that it never stands without its
 * holder. A dead holder is put out by removing the file of that very name: whoever comes late cannot put out the next.
 * Dead is whose process is gone from this machine, or who has held on for ten seconds.
 *
 * @param work gets a function that throws when the lock was lost all the same (to a machine that slept, say).
 * @throws RegcredError `write-failed`, `disk-full`
 */
export async function withFileLock<T>(
  path: string,
  options: LockOptions,
  work: (stillHeld: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const owner = `${process.pid}-${HOST}-${randomBytes(8).toString("hex")}`;
  const staged = `${path}-${owner}`;
  await guarded(path, () => stage(staged, owner, options.prepare));
  try {
    await guarded(path, () => acquire(path, staged, options));
    return await work(() => insist(path, owner));
  } finally {
    await guarded(path, () => release(path, staged, owner));
  }
}

/** Tells this machine's processes from those of another that shares the folder. */
const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

async function guarded(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof RegcredError ? error : writeError(path, error);
  }
}

/** Once the staged folder is there, nobody can remove the one around it. */
async function stage(staged: string, owner: string, prepare: () => Promise<void>, tries = 5): Promise<void> {
  await prepare();
  try {
    await mkdir(staged, { mode: 0o700 });
  } catch (error) {
    if (errno(error) !== "ENOENT" || tries === 1) throw error;
    await stage(staged, owner, prepare, tries - 1);
    return;
  }
  await writeFile(join(staged, owner), "");
}

async function acquire(path: string, staged: string, { clock, proceed }: LockOptions): Promise<void> {
  const begun = clock.elapsed();
  let seen = { holder: "", since: begun };
  while (!(await take(staged, path))) {
    proceed();
    const holder = await holderOf(path);
    if (holder !== seen.holder) seen = { holder, since: clock.elapsed() };
    if (clock.elapsed() - begun > LIMIT) throw busy(path);
    if (holder === "") await removeFolder(path);
    else if (isDead(holder) || clock.elapsed() - seen.since > PATIENCE) await removeFile(join(path, holder));
    else await clock.sleep(10 + Math.random() * 20);
  }
  await clearUp(path);
}

/** Whether the name was free. Windows renames to no folder that is there, be it empty; it says EPERM. */
async function take(staged: string, path: string): Promise<boolean> {
  try {
    await rename(staged, path);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "EPERM"].includes(errno(error))) return false;
    throw error;
  }
}

/** The name of the holder; empty where there is none. */
async function holderOf(path: string): Promise<string> {
  try {
    return (await readdir(path))[0] ?? "";
  } catch (error) {
    if (errno(error) === "ENOENT") return "";
    throw error;
  }
}

async function insist(path: string, owner: string): Promise<void> {
  if ((await holderOf(path)) !== owner) throw lost(path);
}

function isDead(holder: string): boolean {
  const [pid, host] = holder.split("-");
  if (host !== HOST) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errno(error) === "ESRCH";
  }
}

/** What those left who were killed while they waited. */
async function clearUp(path: string): Promise<void> {
  const prefix = `${basename(path)}-`;
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix));
  const dead = names.filter((name) => isDead(name.slice(prefix.length)));
  await Promise.all(dead.map((name) => rm(join(dirname(path), name), { recursive: true, force: true })));
}

async function release(path: string, staged: string, owner: string): Promise<void> {
  await rm(staged, { recursive: true, force: true });
  if (await removeFile(join(path, owner))) await removeFolder(path);
}

/** Whether it was there. */
async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errno(error))) return false;
    throw error;
  }
}

/** Another may have taken or removed the empty folder by now. */
async function removeFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errno(error))) throw error;
  }
}

function busy(path: string): RegcredError {
  const message = `${dirname(path)} cannot be written: other logins have kept it locked for two minutes`;
  return new RegcredError({ code: "write-failed", message, hint: "run again when they are done" }, { exitCode: 1 });
}

function lost(path: string): RegcredError {
  const message = `${dirname(path)} is not written: this run held its lock for so long that another took it over`;
  return new RegcredError({ code: "write-failed", message, hint: "run again; the next run mends" }, { exitCode: 1 });
}

import { mkdir, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RegcredError } from "../errors.ts";
import { errno, writeError } from "./file-errors.ts";
import { holderOf, isDead, isGone, newHolder, noteOf, waitersFor } from "./lock-holder.ts";
import type { Holder } from "./lock-holder.ts";
import type { Clock } from "./ports.ts";

/** How long the same holder is waited for, in milliseconds: whoever lives is done in a small part of it. */
const PATIENCE = 10_000;
/** How long is waited in all, in milliseconds, while ever other holders come. */
const LIMIT = 120_000;

export interface LockOptions {
  readonly clock: Clock;
  /**
   * Makes the folder that the lock is to lie in; called again when somebody removed it in between. What it gives is
   * left to the next holder when this one is killed.
   */
  readonly prepare: () => Promise<string>;
  /** Called between two tries; throws to stop waiting. */
  readonly proceed: () => void;
}

/** A lock that is held. */
export interface Held {
  /** Throws when the lock was lost all the same (to a machine that slept, say). */
  readonly stillHeld: () => Promise<void>;
  /** What `prepare` gave; where that is empty, what it gave to those who were killed, or went while this one waited. */
  readonly note: string;
  /** Leaves a note to the next holder where there is none yet. */
  readonly leave: (note: string) => Promise<void>;
}

/** A lock that is being taken. */
interface Taking {
  readonly path: string;
  /** The folder that becomes the lock. */
  readonly staged: string;
  readonly holder: string;
}

/**
 * Does `work` while no other process does its own under the same lock.
 *
 * The lock is a folder that holds one file, named after its holder. It comes by renaming a finished folder to its name,
 * which works only while that name is free or an empty folder (POSIX, rename), so that it never stands without its
 * holder. A dead holder is put out by removing the file of that very name: whoever comes late cannot put out the next.
 * Dead is whose process is gone from this machine, or who has held on for ten seconds.
 *
 * @throws RegcredError `write-failed`, `disk-full`
 */
export async function withFileLock<T>(
  path: string,
  options: LockOptions,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const holder = newHolder();
  const taking = { path, staged: `${path}-${holder}`, holder };
  const own = await guarded(path, () => stage(taking, options.prepare));
  try {
    const note = await guarded(path, () => acquire(taking, own, options));
    const leave = (left: string) => guarded(path, () => write(join(path, holder), left));
    return await work({ stillHeld: () => insist(taking), note, leave });
  } finally {
    await guarded(path, () => release(taking, options.clock));
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RegcredError ? error : writeError(path, error);
  }
}

/** Once the staged folder is there, nobody can remove the one around it. */
async function stage({ staged, holder }: Taking, prepare: () => Promise<string>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const note = await prepare();
    try {
      await mkdir(staged, { mode: 0o700 });
      await writeFile(join(staged, holder), note);
      return note;
    } catch (error) {
      if (errno(error) !== "ENOENT" || tries === 5) throw error;
    }
  }
}

async function acquire(taking: Taking, own: string, { clock, proceed }: LockOptions): Promise<string> {
  const { path, staged } = taking;
  const begun = clock.elapsed();
  let [seen, note] = [{ holder: "", since: begun }, own];
  while (!(await take(staged, path))) {
    proceed();
    const holder = await holderOf(path);
    if (holder !== seen.holder) seen = { holder, since: clock.elapsed() };
    if (clock.elapsed() - begun > LIMIT) throw busy(path);
    if (holder !== "") note = await inherit(note, { folder: path, holder }, join(staged, taking.holder));
    if (holder === "") await removeFolder(path);
    else if (isDead(holder) || clock.elapsed() - seen.since > PATIENCE) await removeFile(join(path, holder));
    else await clock.sleep(10 + Math.random() * 20);
  }
  for (const waiter of await waitersFor(path)) note = await inherit(note, waiter, join(path, taking.holder));
  await clearUp(path, clock);
  return note;
}

/** Written down before the other's is gone, so that it is never lost. */
async function inherit(note: string, from: Holder, own: string): Promise<string> {
  if (note !== "") return note;
  const left = await noteOf(from);
  if (left !== "") await write(own, left);
  return left;
}

/** Into an empty file; one that is not there is not made, for another may have taken the lock over. */
async function write(file: string, note: string): Promise<void> {
  await writeFile(file, note, { flag: "r+" });
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

async function insist({ path, holder }: Taking): Promise<void> {
  if ((await holderOf(path)) !== holder) throw lost(path);
}

/** What those left who were killed while they waited. */
async function clearUp(path: string, clock: Clock): Promise<void> {
  for (const waiter of await waitersFor(path))
    if (await isGone(waiter, clock)) await rm(waiter.folder, { recursive: true, force: true });
}

async function release({ path, staged, holder }: Taking, clock: Clock): Promise<void> {
  await rm(staged, { recursive: true, force: true });
  await clearUp(path, clock);
  if (await removeFile(join(path, holder))) await removeFolder(path);
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

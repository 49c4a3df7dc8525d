import { join } from "node:path";
import type { Files } from "../io/ports.ts";
import { KUSTOMIZATION, LOCK } from "../model.ts";
import type { Lock, LockedFile, SealedFile } from "../model.ts";
import { writeLock } from "./lock.ts";
import type { LockKey } from "./lock.ts";

/** Everything that a run writes into one cluster's directory. */
export interface ClusterUpdate {
  /** The cluster's `path`, from the root of the GitOps repository. */
  readonly path: string;
  /** What the lock will say when all is written. */
  readonly lock: Lock;
  /** What the lock says while the run writes. */
  readonly before: Readonly<Record<string, LockedFile>>;
  readonly sealed: readonly SealedFile[];
  /** Null when it stays. */
  readonly kustomization: string | null;
  /** Paths relative to the directory. */
  readonly removes: readonly string[];
  /** Files that the repository has already, by path, with their blob ids: for a commit alone. */
  readonly kept?: Readonly<Record<string, string>>;
}

/**
 * Writes one cluster's directory so that a run killed at any moment leaves what the next one knows as its own (design,
 * section 6):
 *
 * 1. the lock, with what is about to be written marked pending;
 * 2. each sealed file, by temporary file and rename;
 * 3. `kustomization.yaml`, once all that it lists is there, and before anything that it listed goes;
 * 4. the removals;
 * 5. the final lock.
 *
 * @param root the GitOps checkout's, absolute.
 * @param proceed is called before each write and throws to stop between two.
 */
export async function writeCluster(
  root: string,
  update: ClusterUpdate,
  { files, lockKey, proceed }: { files: Files; lockKey: LockKey | null; proceed: () => void },
): Promise<void> {
  const directory = join(root, update.path);
  const write = async (path: string, text: string, durable = false): Promise<void> => {
    proceed();
    await files.replace(root, join(directory, path), Buffer.from(text), { durable });
  };
  await files.sweep(directory);
  if (touchesFiles(update)) await write(LOCK, writeLock(pendingLock(update), lockKey), true);
  for (const file of update.sealed) await write(file.path, file.text);
  if (update.kustomization !== null) await write(KUSTOMIZATION, update.kustomization);
  for (const path of update.removes) {
    proceed();
    await files.remove(root, join(directory, path));
  }
  await write(LOCK, writeLock(update.lock, lockKey), true);
}

function touchesFiles({ sealed, kustomization, removes }: ClusterUpdate): boolean {
  return sealed.length > 0 || kustomization !== null || removes.length > 0;
}

function pendingLock({ lock, before }: ClusterUpdate): Lock {
  const changed = Object.entries(lock.files).filter(([path, file]) => before[path]?.blob !== file.blob);
  return { ...lock, files: before, pending: Object.fromEntries(changed) };
}

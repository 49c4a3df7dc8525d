import type { Problem } from "../errors.ts";
import { KUSTOMIZATION, LOCK, pathsOf } from "../model.ts";
import type { Cluster, ExistingCluster, Lock, LockedFile } from "../model.ts";

/** The frame of a file that is ours, and of which nobody knows what is in it. */
export const UNREAD = "";

/** What a lock of ours says of a path: as it is, or as an interrupted run left it. */
export function lockedFile({ lock, files }: ExistingCluster, path: string): LockedFile | undefined {
  if (lock.kind !== "ours") return undefined;
  const pending = lock.lock.pending?.[path];
  return pending !== undefined && pending.blob === files.get(path)?.blob ? pending : lock.lock.files[path];
}

/** Every path that a lock of ours, or one that says it is, names. */
export function lockedPaths({ lock }: ExistingCluster): readonly string[] {
  return lock.kind === "ours" || lock.kind === "unvouched" ? pathsOf(lock.lock) : [];
}

/** Why a cluster's directory may not be touched at all, going by its lock; null when it may. */
export function refuseLock(
  cluster: Cluster,
  { lock }: ExistingCluster,
  { owner, narrowed }: { owner: string; narrowed: boolean },
): Problem | null {
  const file = `${cluster.path}/${LOCK}`;
  if (lock.kind === "unreadable") return lock.problem;
  if (lock.kind === "unvouched" && narrowed) return unvouchedLock(cluster, file);
  if (lock.kind === "newer") return newerLock(cluster, file, lock.version);
  if (lock.kind === "malformed") return malformedLock(cluster, file);
  if (lock.kind !== "foreign") return null;
  return lock.lock.owner === owner
    ? otherCluster(cluster, file, lock.lock)
    : otherOwner(cluster, file, lock.lock, owner);
}

function otherOwner(cluster: Cluster, file: string, lock: Lock, owner: string): Problem {
  return {
    code: "foreign-owner",
    message: `${file} belongs to the configuration named ${lock.owner}, not to ${owner}`,
    hint: "give this cluster another `path`, or this configuration the `name` that the lock has",
    location: cluster.location,
  };
}

function otherCluster(cluster: Cluster, file: string, lock: Lock): Problem {
  return {
    code: "foreign-owner",
    message: `${file} belongs to cluster ${lock.cluster}, not to ${cluster.name}`,
    hint: "if the cluster was renamed, run again with --adopt; otherwise give this one another `path`",
    location: cluster.location,
  };
}

/** The directory of a cluster that was renamed is taken over with --adopt; its lock vouches for nothing then. */
export function adopted(
  existing: ExistingCluster,
  { owner, adopt }: { owner: string; adopt: boolean },
): ExistingCluster {
  const { lock } = existing;
  if (!adopt || lock.kind !== "foreign" || lock.lock.owner !== owner) return existing;
  return { ...existing, lock: { kind: "unvouched", lock: lock.lock } };
}

/** A file at a path of ours that we did not write. */
export function foreignFile(cluster: Cluster, path: string): Problem {
  return {
    code: "foreign-file",
    message: `${cluster.path}/${path} exists, and regcred did not write it`,
    hint: "move it away, or run again with --adopt to let regcred replace it",
    location: cluster.location,
  };
}

/** A narrowed run cannot tell what else the index listed. */
export function adoptWhole(cluster: Cluster): Problem {
  return {
    code: "foreign-file",
    message: `${cluster.path}/${KUSTOMIZATION} exists, and no lock says what it lists`,
    hint: "run once with --adopt and without --cluster and --registry",
    location: cluster.location,
  };
}

function newerLock(cluster: Cluster, file: string, version: number): Problem {
  return {
    code: "newer-lock",
    message: `${file} is of version ${version}, which a newer regcred wrote`,
    hint: "run the regcred that wrote it, or a later one",
    location: cluster.location,
  };
}

/** A narrowed run cannot tell whether what it does not look at is ours. */
function unvouchedLock(cluster: Cluster, file: string): Problem {
  return {
    code: "bad-lock",
    message: `${file} was not written under this fingerprint key, or was edited`,
    hint: "run once without --cluster and --registry: every file is then rewritten, and none removed",
    location: cluster.location,
  };
}

function malformedLock(cluster: Cluster, file: string): Problem {
  return {
    code: "bad-lock",
    message: `${file} cannot be read: it was edited or merged by hand, or cut short`,
    hint: `take it from the last good commit, or delete it and run again with --adopt`,
    location: cluster.location,
  };
}

/** Where a file is, as a change says it. */
export function place(cluster: Cluster, path: string): { path: string; cluster: string } {
  return { path: `${cluster.path}/${path}`, cluster: cluster.name };
}

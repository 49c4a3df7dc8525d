import type { Problem } from "../errors.ts";
import type { Cluster, ExistingCluster, LockedFile } from "../model.ts";

export const KUSTOMIZATION = "kustomization.yaml";

/** What a trusted lock says of a path: as it is, or as an interrupted run left it. */
export function lockedFile({ lock, files }: ExistingCluster, path: string): LockedFile | undefined {
  if (lock.kind !== "ours" || !lock.trusted) return undefined;
  const pending = lock.lock.pending?.[path];
  return pending !== undefined && pending.blob === files.get(path)?.blob ? pending : lock.lock.files[path];
}

/** Every path that a lock of ours names, those of an interrupted run included. */
export function lockedPaths({ lock }: ExistingCluster): readonly string[] {
  if (lock.kind !== "ours") return [];
  return [...new Set([...Object.keys(lock.lock.files), ...Object.keys(lock.lock.pending ?? {})])];
}

/** Why a cluster's directory may not be touched at all, going by its lock; null when it may. */
export function refuseLock(
  cluster: Cluster,
  { lock }: ExistingCluster,
  { owner, narrowed }: { owner: string; narrowed: boolean },
): Problem | null {
  const file = `${cluster.path}/regcred.lock`;
  if (lock.kind === "ours" && !lock.trusted && narrowed) return untrustedLock(cluster, file);
  if (lock.kind === "newer") return newerLock(cluster, file, lock.version);
  if (lock.kind === "malformed") return malformedLock(cluster, file);
  if (lock.kind !== "foreign") return null;
  return {
    code: "foreign-owner",
    message: `${file} belongs to cluster ${lock.cluster} of the configuration named ${lock.owner}, not to ${owner}`,
    hint: "give this cluster another `path`, or this configuration the `name` that the lock has",
    location: cluster.location,
  };
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

function newerLock(cluster: Cluster, file: string, version: number): Problem {
  return {
    code: "newer-lock",
    message: `${file} is of version ${version}, which a newer regcred wrote`,
    hint: "run the regcred that wrote it, or a later one",
    location: cluster.location,
  };
}

/** A narrowed run cannot tell whether what it does not look at is ours. */
function untrustedLock(cluster: Cluster, file: string): Problem {
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

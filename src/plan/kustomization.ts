import type { Problem } from "../errors.ts";
import { gitBlobId } from "../git-blob.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Change, Cluster, ExistingCluster, LockedFile } from "../model.ts";
import { adoptWhole, foreignFile, lockedFile, place } from "./ownership.ts";

/** What becomes of a cluster's `kustomization.yaml`. */
interface Index {
  readonly changes: readonly Change[];
  readonly text: string | null;
  readonly owned: Readonly<Record<string, LockedFile>>;
  readonly stays: Readonly<Record<string, LockedFile>>;
}

/** `kustomization.yaml` lists exactly the files of ours; it comes with the first one, and stays with none. */
export function planKustomization(
  cluster: Cluster,
  existing: ExistingCluster,
  { renderKustomization }: { renderKustomization: (resources: readonly string[]) => string },
  resources: readonly string[],
): Index {
  const file = existing.files.get(KUSTOMIZATION);
  if (resources.length === 0 && file === undefined) return { changes: [], text: null, owned: {}, stays: {} };
  const text = renderKustomization([...resources].sort());
  const blob = gitBlobId(text);
  const locked = lockedFile(existing, KUSTOMIZATION);
  const owned = locked === undefined ? {} : { [KUSTOMIZATION]: locked };
  if (file?.blob === blob) return { changes: [], text: null, owned, stays: { [KUSTOMIZATION]: { blob } } };
  const gone = locked === undefined ? "new" : "missing";
  const there = existing.lock.kind !== "ours" || locked?.blob === file?.blob ? "content-changed" : "edited-by-hand";
  const reason = file === undefined ? gone : there;
  const action = file === undefined ? "create" : "update";
  const change = { ...place(cluster, KUSTOMIZATION), namespace: null, secret: null, registries: [], expiresAt: null };
  return { changes: [{ action, reason, ...change }], text, owned, stays: {} };
}

/**
 * A `kustomization.yaml` without a lock may list what we do not know of; only a whole run with --adopt may replace it.
 */
export function refuseKustomization(
  cluster: Cluster,
  { lock, files }: ExistingCluster,
  { adopt, narrowed }: { adopt: boolean; narrowed: boolean },
): Problem | null {
  if (!files.has(KUSTOMIZATION) || lock.kind !== "none" || (adopt && !narrowed)) return null;
  return adopt ? adoptWhole(cluster) : foreignFile(cluster, KUSTOMIZATION);
}

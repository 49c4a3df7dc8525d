import type { Problem } from "../errors.ts";
import type { Cluster, ExistingCluster, LockedFile } from "../model.ts";
import { KUSTOMIZATION, lockedFile, lockedPaths } from "./ownership.ts";

/** Files of ours that nobody wants any longer, and what may be done with them. */
export interface Removals {
  readonly remove: readonly Unwanted[];
  /** They stay, and are held: too many at once, or not certainly ours. */
  readonly held: readonly Unwanted[];
  /** They stay, and no word is lost: a narrowed run never removes. */
  readonly ignored: readonly Unwanted[];
  readonly problems: readonly Problem[];
}

export interface Unwanted {
  readonly path: string;
  readonly locked: LockedFile;
}

export interface RemovalRules {
  readonly narrowed: boolean;
  readonly allowRemovals: boolean;
}

/**
 * What to remove: only what a trusted lock names, what lies where our naming puts it, and what carries our label (design, section 6).
 *
 * @param wanted the paths that are wanted, relative to the cluster's directory.
 */
export function removalsOf(
  cluster: Cluster,
  existing: ExistingCluster,
  wanted: ReadonlySet<string>,
  rules: RemovalRules,
): Removals {
  const nothing: Removals = { remove: [], held: [], ignored: [], problems: [] };
  const there = lockedPaths(existing).filter((path) => path !== KUSTOMIZATION && existing.files.has(path));
  if (existing.lock.kind === "ours" && !existing.lock.trusted)
    return { ...nothing, problems: there.filter((path) => !wanted.has(path)).map((path) => notOurs(cluster, path)) };
  const secrets = there.flatMap((path) => namedByLock(existing, path));
  const unwanted = secrets.filter(({ path }) => !wanted.has(path));
  if (rules.narrowed) return { ...nothing, ignored: unwanted };
  const ours = unwanted.filter((file) => isOurs(file, existing));
  const strange = unwanted.filter((file) => !isOurs(file, existing));
  const problems = strange.map(({ path }) => notOurs(cluster, path));
  if (ours.length === 0 || rules.allowRemovals || !isMuch(ours.length, secrets.length))
    return { ...nothing, remove: ours, held: strange, problems };
  return { ...nothing, held: unwanted, problems: [...problems, tooMany(cluster, ours.length, secrets.length)] };
}

function namedByLock(existing: ExistingCluster, path: string): readonly Unwanted[] {
  const locked = lockedFile(existing, path);
  return locked?.secret === undefined ? [] : [{ path, locked }];
}

/** Where our naming puts a pull secret, relative to its cluster's directory. */
export function pathOf(namespace: string, name: string): string {
  return `${namespace}/${name}.sops.yaml`;
}

function isOurs({ path, locked }: Unwanted, existing: ExistingCluster): boolean {
  const { secret } = locked;
  return (
    secret !== undefined && path === pathOf(secret.namespace, secret.name) && existing.files.get(path)?.managed === true
  );
}

/** The last file of a cluster, or more than a fifth of more than five (design, section 6). */
function isMuch(removed: number, all: number): boolean {
  return removed === all || (all > 5 && removed > all / 5);
}

function tooMany(cluster: Cluster, removed: number, all: number): Problem {
  return {
    code: "removals-refused",
    message: `cluster ${cluster.name}: ${removed} of ${all} pull secrets are no longer wanted, which is more than goes unasked`,
    hint: "if that is meant, run again with --allow-removals; until then the files stay",
    location: cluster.location,
  };
}

function notOurs(cluster: Cluster, path: string): Problem {
  return {
    code: "foreign-file",
    message: `${cluster.path}/${path} is no longer wanted, but nothing vouches that it is ours, so it stays`,
    hint: "delete it by hand if nobody needs it",
    location: cluster.location,
  };
}

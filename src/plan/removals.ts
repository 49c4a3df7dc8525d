import type { Problem } from "../errors.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Cluster, ExistingCluster, LockedFile } from "../model.ts";
import { lockedFile, lockedPaths, UNREAD } from "./ownership.ts";

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

/** What else is to become of the cluster's files. */
export interface Kept {
  /** The paths that are wanted, relative to the cluster's directory. */
  readonly wanted: ReadonlySet<string>;
  /**
   * Namespaces whose wanted file is held, or made from less than it should hold: what was there must stay till it is
   * whole.
   */
  readonly waiting: ReadonlySet<string>;
}

/**
 * What to remove: only what a trusted lock names, what lies where our naming puts it, and what carries our label
 * (design, section 6).
 */
export function removalsOf(
  cluster: Cluster,
  existing: ExistingCluster,
  { wanted, waiting }: Kept,
  { narrowed, allowRemovals }: RemovalRules,
): Removals {
  const nothing: Removals = { remove: [], held: [], ignored: [], problems: [] };
  const secrets = lockedPaths(existing)
    .filter((path) => path !== KUSTOMIZATION && existing.files.has(path))
    .flatMap((path) => namedByLock(existing, path));
  const unwanted = secrets.filter(({ path }) => !wanted.has(path));
  if (narrowed) return { ...nothing, ignored: unwanted };
  const ours = unwanted.filter((file) => isOurs(file, existing));
  const strange = unwanted.filter((file) => !isOurs(file, existing));
  const problems = strange.map(({ path }) => notOurs(cluster, path));
  const [early, ready] = parted(ours, ({ locked }) => waiting.has(locked.secret?.namespace ?? ""));
  const refusal = allowRemovals ? null : refuse(cluster, ready, secrets.length);
  if (refusal === null) return { ...nothing, remove: ready, held: [...early, ...strange], problems };
  return { ...nothing, held: unwanted, problems: [...problems, refusal] };
}

function parted<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** A file that the lock names; of an untrusted lock nothing is believed but that there may be one. */
function namedByLock(existing: ExistingCluster, path: string): readonly Unwanted[] {
  const { lock } = existing;
  const locked =
    lock.kind === "ours" && !lock.trusted ? unread(existing, path, lock.lock.files[path]) : lockedFile(existing, path);
  return locked?.secret === undefined ? [] : [{ path, locked }];
}

function unread({ files }: ExistingCluster, path: string, named: LockedFile | undefined): LockedFile | undefined {
  if (named?.secret === undefined) return named;
  return { blob: files.get(path)?.blob ?? "", secret: { ...named.secret, frame: UNREAD } };
}

/** Why what is no longer wanted does not go unasked; null when it does. */
function refuse(cluster: Cluster, removed: readonly Unwanted[], all: number): Problem | null {
  if (removed.some(({ locked }) => locked.secret?.frame === UNREAD)) return unvouched(cluster, removed.length);
  return removed.length > 0 && isMuch(removed.length, all) ? tooMany(cluster, removed.length, all) : null;
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

function unvouched(cluster: Cluster, removed: number): Problem {
  return {
    code: "removals-refused",
    message: `cluster ${cluster.name}: ${removed} pull secrets are no longer wanted, and a lock that nothing vouches for names them`,
    hint: "if they are to go, run again with --allow-removals; until then the files stay",
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

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
  /** How many of the wanted files are there and ours. */
  readonly there: number;
  /** How many of them this run makes. */
  readonly made: number;
}

/**
 * What to remove: only what a trusted lock names, what lies where our naming puts it, and what carries our label
 * (design, section 6).
 */
export function removalsOf(
  cluster: Cluster,
  existing: ExistingCluster,
  { wanted, waiting, there, made }: Kept,
  { narrowed, allowRemovals }: RemovalRules,
): Removals {
  const nothing: Removals = { remove: [], held: [], ignored: [], problems: [] };
  const unwanted = lockedPaths(existing)
    .filter((path) => path !== KUSTOMIZATION && existing.files.has(path) && !wanted.has(path))
    .flatMap((path) => namedByLock(existing, path));
  if (narrowed) return { ...nothing, ignored: unwanted };
  const ours = unwanted.filter((file) => isOurs(file, existing));
  const strange = unwanted.filter((file) => !isOurs(file, existing));
  const problems = strange.map(({ path }) => notOurs(cluster, path));
  // Edited since it was ours; a lock that nothing vouches for may name what never was.
  const edited = isTrusted(existing) ? strange : [];
  const [early, ready] = parted(ours, ({ locked }) => waiting.has(locked.secret?.namespace ?? ""));
  const all = there + ours.length + edited.length;
  const refusal = allowRemovals ? null : refuse(cluster, ready, { all, made });
  if (refusal === null) return { ...nothing, remove: ready, held: [...early, ...edited], problems };
  return { ...nothing, held: [...ours, ...edited], problems: [...problems, refusal] };
}

function isTrusted({ lock }: ExistingCluster): boolean {
  return lock.kind === "ours";
}

function parted<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** A file that the lock names; of one that nothing vouches for nothing is believed but that there may be one. */
function namedByLock(existing: ExistingCluster, path: string): readonly Unwanted[] {
  const { lock } = existing;
  const locked = lock.kind === "unvouched" ? unread(existing, path, lock.lock.files[path]) : lockedFile(existing, path);
  return locked?.secret === undefined ? [] : [{ path, locked }];
}

function unread({ files }: ExistingCluster, path: string, named: LockedFile | undefined): LockedFile | undefined {
  if (named?.secret === undefined) return named;
  const registries = Object.fromEntries(Object.keys(named.secret.registries).map((name) => [name, null]));
  return { blob: files.get(path)?.blob ?? "", secret: { ...named.secret, frame: UNREAD, key: null, registries } };
}

/** Why what is no longer wanted does not go unasked; null when it does. */
function refuse(
  cluster: Cluster,
  removed: readonly Unwanted[],
  { all, made }: { all: number; made: number },
): Problem | null {
  if (removed.some(({ locked }) => locked.secret?.frame === UNREAD)) return unvouched(cluster, removed.length);
  // Nor is refused what the next run, to which those that are made now count, would do without a word.
  const much = isMuch(removed.length, all) && isMuch(removed.length, all + made);
  return removed.length > 0 && much ? tooMany(cluster, removed.length, all) : null;
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

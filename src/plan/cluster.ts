import type { Problem } from "../errors.ts";
import { gitBlobId } from "../git-blob.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Change, Cluster, ClusterPlan, ExistingCluster, LockedFile, WantedSecret } from "../model.ts";
import { judge, soonest } from "./judge.ts";
import type { Verdict } from "./judge.ts";
import { adopted, adoptWhole, foreignFile, lockedFile, refuseLock } from "./ownership.ts";
import { removalsOf } from "./removals.ts";
import type { Kept, RemovalRules, Removals, Unwanted } from "./removals.ts";

export interface PlanRules extends RemovalRules {
  /** `name` of the configuration. */
  readonly owner: string;
  readonly adopt: boolean;
  /** The text of a `kustomization.yaml` that lists these paths. */
  readonly renderKustomization: (resources: readonly string[]) => string;
}

interface Judged {
  readonly wanted: WantedSecret;
  readonly verdict: Verdict;
}

/** Plans one cluster's directory: wanted x existing -> changes. */
export function planCluster(
  cluster: Cluster,
  wanted: readonly WantedSecret[],
  found: ExistingCluster,
  rules: PlanRules,
): ClusterPlan {
  if (rules.narrowed && wanted.length === 0) return nothingDone(cluster, wanted, []);
  const existing = adopted(found, rules);
  const refusal = refuseLock(cluster, existing, rules) ?? refuseKustomization(cluster, existing, rules);
  if (refusal !== null) return nothingDone(cluster, wanted, [refusal]);
  const judged = wanted.map((secret) => ({ wanted: secret, verdict: judge(secret, existing, rules.adopt) }));
  const removals = removalsOf(cluster, existing, keptOf(judged), rules);
  const owned = owning(judged, removals);
  const removes = removals.remove.map(({ path }) => path);
  const writes = judged.filter(isWritten).map(({ wanted, verdict }) => ({ wanted, entries: verdict.entries }));
  const written = writes.map(({ wanted }) => wanted.path);
  const stays = without(owned, [...removes, ...written]);
  const listed = [...Object.keys(stays), ...written, ...labelled(judged, existing)];
  const index = planKustomization(cluster, existing, rules, listed);
  return {
    cluster: cluster.name,
    judged: true,
    wanted,
    directory: cluster.path,
    changes: [...judged.map((item) => changeOf(cluster, item)), ...removalChanges(cluster, removals), ...index.changes],
    problems: [...judged.flatMap((item) => foreignProblems(cluster, item)), ...removals.problems],
    writes,
    removes,
    owned: { ...owned, ...index.owned },
    stays: { ...stays, ...index.stays },
    resources: listed,
    kustomization: index.text,
    lockChanged: isLockStale(existing, { ...stays, ...index.stays }),
  };
}

function isWritten({ verdict }: Judged): boolean {
  return verdict.action === "create" || verdict.action === "update";
}

/**
 * Files that are not ours but say that they are: leaving them out of the index would take a working pull secret from
 * the cluster.
 */
function labelled(judged: readonly Judged[], { files }: ExistingCluster): readonly string[] {
  const foreign = judged.filter(({ verdict }) => verdict.foreign === true).map(({ wanted }) => wanted.path);
  return foreign.filter((path) => files.get(path)?.managed === true);
}

function keptOf(judged: readonly Judged[]): Kept {
  const whole = ({ wanted, verdict }: Judged) =>
    verdict.action !== "hold" && verdict.entries.length === wanted.entries.length;
  const waiting = judged.filter((item) => !whole(item)).map(({ wanted }) => wanted.namespace);
  return { wanted: new Set(judged.map(({ wanted }) => wanted.path)), waiting: new Set(waiting) };
}

/** What the lock says of the files that are ours today. */
function owning(judged: readonly Judged[], removals: Removals): Record<string, LockedFile> {
  const wanted = judged.flatMap(({ wanted, verdict }) =>
    verdict.owned === undefined ? [] : [[wanted.path, verdict.owned] as const],
  );
  const { remove, held, ignored } = removals;
  const unwanted = [...remove, ...held, ...ignored].map(({ path, locked }) => [path, locked] as const);
  return Object.fromEntries([...wanted, ...unwanted]);
}

function without<T>(map: Readonly<Record<string, T>>, paths: readonly string[]): Record<string, T> {
  const gone = new Set(paths);
  return Object.fromEntries(Object.entries(map).filter(([path]) => !gone.has(path)));
}

/** Whether the lock says something else of what stays, is left pending, or names what is gone. */
function isLockStale({ lock }: ExistingCluster, stays: Readonly<Record<string, LockedFile>>): boolean {
  if (lock.kind !== "ours") return Object.keys(stays).length > 0;
  if (!lock.trusted || lock.lock.pending !== undefined) return true;
  const sorted = (files: Readonly<Record<string, LockedFile>>) => JSON.stringify(Object.entries(files).sort());
  return sorted(lock.lock.files) !== sorted(stays);
}

interface Index {
  readonly changes: readonly Change[];
  readonly text: string | null;
  readonly owned: Readonly<Record<string, LockedFile>>;
  readonly stays: Readonly<Record<string, LockedFile>>;
}

/** `kustomization.yaml` lists exactly the files of ours; it comes with the first one, and stays with none. */
function planKustomization(
  cluster: Cluster,
  existing: ExistingCluster,
  { renderKustomization }: PlanRules,
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
  const vouched = existing.lock.kind === "ours" && existing.lock.trusted;
  const there = !vouched || locked?.blob === file?.blob ? "content-changed" : "edited-by-hand";
  const reason = file === undefined ? gone : there;
  const action = file === undefined ? "create" : "update";
  const change = { ...place(cluster, KUSTOMIZATION), namespace: null, secret: null, registries: [], expiresAt: null };
  return { changes: [{ action, reason, ...change }], text, owned, stays: {} };
}

/**
 * A `kustomization.yaml` without a lock may list what we do not know of; only a whole run with --adopt may replace it.
 */
function refuseKustomization(
  cluster: Cluster,
  { lock, files }: ExistingCluster,
  { adopt, narrowed }: PlanRules,
): Problem | null {
  if (!files.has(KUSTOMIZATION) || lock.kind !== "none" || (adopt && !narrowed)) return null;
  return adopt ? adoptWhole(cluster) : foreignFile(cluster, KUSTOMIZATION);
}

/** A cluster that is left as it is: because of problems, or since a narrowed run has nothing to look at there. */
function nothingDone(cluster: Cluster, wanted: readonly WantedSecret[], problems: readonly Problem[]): ClusterPlan {
  const verdict: Verdict = { action: "hold", reason: "unknown", entries: [] };
  return {
    cluster: cluster.name,
    judged: false,
    wanted,
    directory: cluster.path,
    changes: wanted.map((secret) => changeOf(cluster, { wanted: secret, verdict })),
    problems,
    writes: [],
    removes: [],
    owned: {},
    stays: {},
    resources: [],
    kustomization: null,
    lockChanged: false,
  };
}

function foreignProblems(cluster: Cluster, { wanted, verdict }: Judged): readonly Problem[] {
  return verdict.foreign === true ? [foreignFile(cluster, wanted.path)] : [];
}

function changeOf(cluster: Cluster, { wanted, verdict }: Judged): Change {
  return {
    action: verdict.action,
    reason: verdict.reason,
    ...place(cluster, wanted.path),
    namespace: wanted.namespace,
    secret: wanted.name,
    registries: verdict.entries.map(({ registry }) => registry),
    expiresAt: soonest(verdict.entries),
  };
}

function removalChanges(cluster: Cluster, { remove, held }: Removals): readonly Change[] {
  const change = (action: "remove" | "hold", { path, locked }: Unwanted): Change => ({
    action,
    reason: "no-longer-wanted",
    ...place(cluster, path),
    namespace: locked.secret?.namespace ?? null,
    secret: locked.secret?.name ?? null,
    registries: Object.keys(locked.secret?.registries ?? {}),
    expiresAt: locked.secret?.expiresAt ?? null,
  });
  return [...remove.map((file) => change("remove", file)), ...held.map((file) => change("hold", file))];
}

function place(cluster: Cluster, path: string): { path: string; cluster: string } {
  return { path: `${cluster.path}/${path}`, cluster: cluster.name };
}

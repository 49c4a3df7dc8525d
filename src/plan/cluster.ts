import type { Problem } from "../errors.ts";
import type { Change, Cluster, ClusterPlan, ExistingCluster, LockedFile, WantedSecret } from "../model.ts";
import { soonest } from "./comparison.ts";
import { isUntold, judge } from "./judge.ts";
import type { Verdict } from "./judge.ts";
import { planKustomization, refuseKustomization } from "./kustomization.ts";
import { adopted, foreignFile, place, refuseLock } from "./ownership.ts";
import { removalsOf } from "./removals.ts";
import type { Kept, RemovalRules, Removals, Unwanted } from "./removals.ts";

/** By what an existing file is judged. */
export interface LookingRules {
  /** `name` of the configuration. */
  readonly owner: string;
  readonly adopt: boolean;
  readonly narrowed: boolean;
}

export interface PlanRules extends LookingRules, RemovalRules {
  /** The id of the run's fingerprint key; null when there is none. */
  readonly key: string | null;
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
  rules: PlanRules & { readonly unseen: readonly string[] },
): ClusterPlan {
  if (rules.narrowed && wanted.length === 0) return nothingDone(cluster, wanted, []);
  const existing = adopted(found, rules);
  const refusal = refusalOf(cluster, existing, rules);
  if (refusal !== null) return nothingDone(cluster, wanted, [refusal]);
  const judged = wanted.map((secret) => ({ wanted: secret, verdict: judge(secret, existing, rules.adopt) }));
  const removals = removalsOf(cluster, existing, keptOf(judged), rules);
  const owned = owning(judged, removals);
  const removes = removals.remove.map(({ path }) => path);
  const writes = judged
    .filter(isWritten)
    .map(({ wanted, verdict: { entries, kept = null } }) => ({ wanted, entries, kept }));
  const written = writes.map(({ wanted }) => wanted.path);
  const stays = without(owned, [...removes, ...written]);
  const every = [...wanted.map(({ path }) => path), ...rules.unseen];
  const listed = [...Object.keys(stays), ...written, ...labelled(every, owned, existing)];
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
    lockChanged: isLockStale(existing, { ...stays, ...index.stays }, rules),
  };
}

/** Why a cluster's directory may not be touched at all; null when it may. */
function refusalOf(cluster: Cluster, existing: ExistingCluster, rules: LookingRules): Problem | null {
  return refuseLock(cluster, existing, rules) ?? refuseKustomization(cluster, existing, rules);
}

/** The pull secrets whose files have to be opened to be judged, where there is an identity that can. */
export function toOpen(
  cluster: Cluster,
  wanted: readonly WantedSecret[],
  found: ExistingCluster,
  rules: LookingRules,
): readonly WantedSecret[] {
  const existing = adopted(found, rules);
  if (refusalOf(cluster, existing, rules) !== null) return [];
  return wanted.filter((secret) => isUntold(secret, existing, rules.adopt));
}

function isWritten({ verdict }: Judged): boolean {
  return verdict.action === "create" || verdict.action === "update";
}

/**
 * Files that are not ours but say that they are: leaving them out of the index would take a working pull secret from
 * the cluster.
 */
function labelled(
  paths: readonly string[],
  owned: Readonly<Record<string, LockedFile>>,
  { files }: ExistingCluster,
): readonly string[] {
  return paths.filter((path) => !Object.hasOwn(owned, path) && files.get(path)?.managed === true);
}

function keptOf(judged: readonly Judged[]): Kept {
  const whole = ({ wanted, verdict }: Judged) =>
    verdict.action !== "hold" && verdict.entries.length === wanted.entries.length;
  const waiting = judged.filter((item) => !whole(item)).map(({ wanted }) => wanted.namespace);
  const there = judged.filter(({ verdict }) => verdict.owned !== undefined).length;
  const made = judged.filter(({ verdict }) => verdict.action === "create").length;
  return { wanted: new Set(judged.map(({ wanted }) => wanted.path)), waiting: new Set(waiting), there, made };
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

/** Whether the lock says something else of what stays, is left pending, names what is gone, or has another key. */
function isLockStale(
  { lock }: ExistingCluster,
  stays: Readonly<Record<string, LockedFile>>,
  { key }: PlanRules,
): boolean {
  if (lock.kind === "unvouched") return true;
  if (lock.kind !== "ours") return Object.keys(stays).length > 0;
  if (lock.lock.pending !== undefined || (key !== null && lock.lock.key !== key)) return true;
  return sorted(lock.lock.files) !== sorted(stays);
}

/** The same text for the same, whatever the order. */
function sorted(files: Readonly<Record<string, LockedFile>>): string {
  const rows = Object.entries(files).map(([path, { blob, secret }]) => {
    const [recipients, registries] = [[...(secret?.recipients ?? [])], Object.entries(secret?.registries ?? {})];
    return [path, blob, secret && { ...secret, recipients: recipients.sort(), registries: registries.sort() }];
  });
  return JSON.stringify(rows.sort());
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

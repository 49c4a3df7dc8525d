import type { Change, Cluster, ClusterPlan, LockedFile, PlannedWrite } from "../model.ts";
import { asksForWrite, isNarrowed, isWritten, soonest } from "../plan/index.ts";
import { commitHoldings, difference, readLockOf } from "../publish/index.ts";
import type { Changes, Tree } from "../publish/index.ts";
import type { Branch } from "./branch.ts";
import { hasPassed } from "./checks.ts";
import type { PullRequestRun } from "./runs.ts";
import type { Ingredients } from "./wanted.ts";

/** A file that waits for review on the branch, with what the branch's lock says of it. */
interface WaitingFile {
  readonly locked: LockedFile;
  /** The git blob id of its bytes there. */
  readonly blob: string;
}

/** The files of ours that the branch's commit wrote for a cluster, by path relative to its directory. */
export type Waiting = ReadonlyMap<string, WaitingFile>;

const NOTHING: Waiting = new Map();

/** What the branch's commit does, and what happened on the base since. */
export interface Progress {
  readonly pending: Changes;
  readonly moved: Changes;
}

export function progressOf(branch: Branch, base: Tree): Progress {
  if (branch.kind !== "ours") return { pending: new Map(), moved: new Map() };
  return { pending: difference(branch.parent, branch.tree), moved: difference(branch.parent, base) };
}

/**
 * What waits for a cluster. Nothing where the base changed its directory since, so that it starts anew from there, or
 * where no lock of ours vouches for it.
 */
export async function waitingFor(
  cluster: Cluster,
  { pending, moved }: Progress,
  branch: Branch,
  { target, ingredients }: PullRequestRun,
): Promise<Waiting> {
  const written = [...pending.values()].filter(({ path }) => isBelow(path, cluster));
  if (branch.kind !== "ours" || written.length === 0) return NOTHING;
  if ([...moved.keys()].some((path) => isBelow(path, cluster))) return NOTHING;
  const holdings = commitHoldings([...branch.tree.values()], target.repository);
  const directory = { path: cluster.path, owner: ingredients.config.name, cluster: cluster.name };
  const state = await readLockOf(directory, { holdings, lockKey: target.lockKey });
  if (state.kind !== "ours" || !state.trusted) return NOTHING;
  const files = written.flatMap(({ path }): readonly [string, WaitingFile][] => {
    const own = path.slice(cluster.path.length + 1);
    const locked = state.lock.files[own];
    const blob = branch.tree.get(path)?.sha;
    return locked?.secret === undefined || locked.blob !== blob ? [] : [[own, { locked, blob }]];
  });
  return new Map(files);
}

/** The waiting files that go on waiting as they are, byte for byte. */
export function keptOf(plan: ClusterPlan, waiting: Waiting, run: PullRequestRun): Waiting {
  const writes = new Map(plan.writes.map((write) => [write.wanted.path, write]));
  const changes = new Map(plan.changes.map((change) => [change.path.slice(plan.directory.length + 1), change]));
  const kept = [...waiting].flatMap(([path, file]): readonly [string, WaitingFile][] => {
    const write = writes.get(path);
    if (write !== undefined) return isWritten(write, file.locked) ? [[path, renewed(file, write)]] : [];
    return mayWait(changes.get(path), run) ? [[path, file]] : [];
  });
  return new Map(kept);
}

/** What is not written anew waits on while nothing better is known of it, or where this run does not look. */
function mayWait(change: Change | undefined, { ingredients, options }: PullRequestRun): boolean {
  if (change === undefined) return isNarrowed(options.scope);
  if (change.action === "hold") return change.reason === "registry-failed";
  return change.action === "keep" && isUnsure(change, ingredients);
}

/** When a credential expires may have been told anew. */
function renewed(file: WaitingFile, { wanted }: PlannedWrite): WaitingFile {
  const { locked } = file;
  const secret = locked.secret && { ...locked.secret, expiresAt: soonest(wanted.entries) };
  return { ...file, locked: { ...locked, secret } };
}

/** Whether a registry in a file did not pass, so that what the plan makes of the file may be different once it does. */
function isUnsure({ registries }: Change, { checked }: Ingredients): boolean {
  return registries.some((name) => {
    const found = checked.get(name);
    return found !== undefined && !hasPassed(found);
  });
}

/** Whether the base is known to hold all that a cluster should. */
export function isSettled(plan: ClusterPlan, { ingredients }: PullRequestRun): boolean {
  if (asksForWrite(plan) || plan.problems.length > 0) return false;
  return plan.changes.every((change) => change.action === "keep" && !isUnsure(change, ingredients));
}

/** Whether a path lies in a cluster's directory. */
export function isBelow(path: string, { path: directory }: Pick<Cluster, "path">): boolean {
  return path.startsWith(`${directory}/`);
}

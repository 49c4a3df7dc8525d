import type { Change, ClusterPlan, LockedFile, LockedSecret, PlannedWrite, WantedSecret } from "../model.ts";
import { fits, foundIn, isNarrowed, isOlder, isTold, isWritten, renewed } from "../plan/index.ts";
import { readLockOf } from "../publish/index.ts";
import type { Branch } from "./branch.ts";
import type { Progress } from "./progress.ts";
import type { PullRequestRun } from "./runs.ts";

/** A file that waits for review on the branch, with what the branch's lock says of it. */
interface WaitingFile {
  readonly locked: LockedFile;
  /** The git blob id of its bytes there. */
  readonly blob: string;
}

/** The files of ours that the branch's commit wrote for a cluster, by path relative to its directory. */
export type Waiting = ReadonlyMap<string, WaitingFile>;

const NOTHING: Waiting = new Map();

/**
 * What waits for a cluster. Nothing where the base changed its directory since, so that it starts anew from there, or
 * where no lock of ours vouches for it.
 */
async function waitingFor(
  { cluster, directory }: ClusterPlan,
  progress: Progress,
  branch: Branch,
  { target, ingredients }: PullRequestRun,
): Promise<Waiting> {
  const pending = progress.pendingBelow(directory);
  if (branch.kind !== "ours" || pending.length === 0 || progress.hasMoved(directory)) return NOTHING;
  const place = { path: directory, owner: ingredients.config.name, cluster };
  const state = await readLockOf(place, { holdings: branch.holdings, lockKey: target.lockKey });
  if (state.kind !== "ours") return NOTHING;
  const files = pending.flatMap(({ path }): readonly [string, WaitingFile][] => {
    const own = path.slice(directory.length + 1);
    const locked = state.lock.files[own];
    const blob = branch.tree.get(path)?.sha;
    return locked?.secret === undefined || locked.blob !== blob ? [] : [[own, { locked, blob }]];
  });
  return new Map(files);
}

/**
 * The waiting files that go on waiting as they are, byte for byte: those that are what the plan would write, and those
 * of which this run cannot know better.
 */
export async function keptFor(
  plan: ClusterPlan,
  progress: Progress,
  branch: Branch,
  run: PullRequestRun,
): Promise<Waiting> {
  const waiting = await waitingFor(plan, progress, branch, run);
  const writes = new Map(plan.writes.map((write) => [write.wanted.path, write]));
  const wanted = new Map(plan.wanted.map((secret) => [secret.path, secret]));
  const changes = new Map(plan.changes.map((change) => [change.path.slice(plan.directory.length + 1), change]));
  const kept = [...waiting].map(async ([path, file]): Promise<readonly (readonly [string, WaitingFile])[]> => {
    const write = writes.get(path);
    if (write === undefined) return mayWait(file, changes.get(path), wanted.get(path), run) ? [[path, file]] : [];
    const secret = await secretIn(file, write, plan, run);
    if (secret === undefined) return [];
    if (isWritten(write, secret)) return [[path, toldAnew(file, write)]];
    // A credential that passed before, and waits for review, is not given up for the one before it.
    return fits(write.wanted, secret) && isOlder(write, secret) ? [[path, file]] : [];
  });
  return new Map((await Promise.all(kept)).flat());
}

/** What a waiting file is known to hold: by the lock, or by what is found in it where the lock does not tell. */
async function secretIn(
  { locked, blob }: WaitingFile,
  write: PlannedWrite,
  { directory }: ClusterPlan,
  { target, ingredients }: PullRequestRun,
): Promise<LockedSecret | undefined> {
  const { wanted } = write;
  const { secret } = locked;
  if (secret === undefined || isWritten(write, secret) || isTold(wanted, secret)) return secret;
  const path = `${directory}/${wanted.path}`;
  const found = await ingredients.opener.open(wanted, { path, blob, read: () => target.repository.blob(blob) });
  return found === null ? secret : foundIn(wanted, found, secret);
}

/** What is not written anew waits on where this run does not look, and while a registry in it does not pass. */
function mayWait(
  { locked: { secret } }: WaitingFile,
  change: Change | undefined,
  wanted: WantedSecret | undefined,
  { options }: PullRequestRun,
): boolean {
  if (change === undefined || wanted === undefined) return isNarrowed(options.scope) && change === undefined;
  if (secret === undefined || !fits(wanted, secret)) return false;
  if (change.action === "hold") return change.reason === "registry-failed";
  return change.action === "keep" && wanted.entries.some(({ state }) => state !== "passed");
}

/**
 * When a credential expires may have been told anew, and the fingerprint key may be another. Of a registry in the file
 * that did not pass this time, nothing new is known.
 */
function toldAnew(file: WaitingFile, { wanted, entries }: PlannedWrite): WaitingFile {
  const { locked } = file;
  const { secret } = locked;
  if (secret === undefined) return file;
  const told = renewed(secret, wanted, entries);
  const isPart = Object.keys(secret.registries).length > entries.length;
  return { ...file, locked: { ...locked, secret: isPart ? { ...told, expiresAt: secret.expiresAt } : told } };
}

import { RegcredError } from "../errors.ts";
import type { TreeChange } from "../io/github-port.ts";
import type { Cluster, ClusterPlan } from "../model.ts";
import { asksForWrite, isNarrowed } from "../plan/index.ts";
import { areSame, changesOf, commitChanges, effective, obstacleTo, treeOf } from "../publish/index.ts";
import type { Changes, ClusterUpdate, Tree } from "../publish/index.ts";
import type { Branch } from "./branch.ts";
import type { PullRequestRun } from "./runs.ts";
import { sealPlans } from "./sealing.ts";
import { isBelow, isSettled, keptOf, progressOf, waitingFor } from "./waiting.ts";
import type { Progress, Waiting } from "./waiting.ts";
import type { World } from "./world.ts";

/** What the branch is to hold. */
export type Proposal =
  /** Nothing that the base has not, so that there is nothing to review. */
  | { readonly kind: "nothing" }
  /** What it holds already. */
  | { readonly kind: "as-it-is" }
  /** Nobody knows until what holds this run up is mended: whatever is there stays. */
  | { readonly kind: "unknown" }
  /** One commit on the base's head, with these changes to it. */
  | { readonly kind: "commit"; readonly changes: Changes };

export interface Proposed {
  readonly proposal: Proposal;
  /** Of clusters that cannot be written, which stop no other. */
  readonly failures: readonly RegcredError[];
}

/**
 * What the pull request is to propose: what the plans make of the base. Files that wait on the branch and are right keep
 * their bytes, and so do those of which this run cannot know better: held ones, and those that it does not look at.
 */
export async function propose(run: PullRequestRun, branch: Branch, world: World): Promise<Proposed> {
  const base = treeOf(run.target.base.entries);
  const progress = progressOf(branch, base);
  const plans = run.plans.filter(isLookedAt);
  const others = unlooked(plans, run);
  const kept = await keptByCluster(plans, progress, branch, run);
  const updates = await sealPlans(plans, run.ingredients, world, kept);
  const { written, failures } = admit(updates, base, run);
  const changes = effective(changesOf([...carried(others, progress), ...written]), base);
  if (changes.size === 0)
    return { proposal: { kind: isOpen(plans, others, progress, run) ? "unknown" : "nothing" }, failures };
  const isRight = branch.kind === "ours" && areSame(changes, progress.pending);
  return { proposal: isRight ? { kind: "as-it-is" } : { kind: "commit", changes }, failures };
}

/** A narrowed run plans nothing for a cluster that it does not look at. */
function isLookedAt(plan: ClusterPlan): boolean {
  return plan.changes.length > 0 || plan.problems.length > 0 || asksForWrite(plan);
}

function unlooked(plans: readonly ClusterPlan[], { ingredients, options }: PullRequestRun): readonly Cluster[] {
  if (!isNarrowed(options.scope)) return [];
  const looked = new Set(plans.map(({ cluster }) => cluster));
  return ingredients.config.clusters.filter(({ name }) => !looked.has(name));
}

async function keptByCluster(
  plans: readonly ClusterPlan[],
  progress: Progress,
  branch: Branch,
  run: PullRequestRun,
): Promise<ReadonlyMap<string, Waiting>> {
  const clusters = new Map(run.ingredients.config.clusters.map((cluster) => [cluster.name, cluster]));
  const kept = plans.map(async (plan): Promise<readonly [string, Waiting]> => {
    const cluster = clusters.get(plan.cluster);
    const waiting = cluster === undefined ? new Map() : await waitingFor(cluster, progress, branch, run);
    return [plan.cluster, keptOf(plan, waiting, run)];
  });
  return new Map(await Promise.all(kept));
}

/** What the updates write. A cluster in whose way something stands is left out. */
function admit(
  updates: readonly ClusterUpdate[],
  base: Tree,
  { target }: PullRequestRun,
): { readonly written: readonly TreeChange[]; readonly failures: readonly RegcredError[] } {
  const written: TreeChange[] = [];
  const failures: RegcredError[] = [];
  for (const update of updates) {
    const changes = commitChanges(update, target.lockKey);
    const refusal = obstacleTo(changes, base);
    if (refusal === null) written.push(...changes);
    else failures.push(refusal);
  }
  return { written, failures };
}

/**
 * What waits for clusters that this run does not look at.
 *
 * @throws RegcredError `base-moved`, when it cannot be carried over to what the base has become
 */
function carried(others: readonly Cluster[], { pending, moved }: Progress): readonly TreeChange[] {
  return others.flatMap((cluster) => {
    const waiting = [...pending.values()].filter(({ path }) => isBelow(path, cluster));
    if (waiting.length > 0 && [...moved.keys()].some((path) => isBelow(path, cluster))) throw baseMoved(cluster);
    return waiting;
  });
}

/** Whether something waits of which nobody knows whether it is still wanted. */
function isOpen(
  plans: readonly ClusterPlan[],
  others: readonly Cluster[],
  { pending }: Progress,
  run: PullRequestRun,
): boolean {
  const unsettled = plans.filter((plan) => !isSettled(plan, run)).map(({ directory }) => ({ path: directory }));
  return [...pending.keys()].some((path) => [...unsettled, ...others].some((cluster) => isBelow(path, cluster)));
}

function baseMoved({ name, path }: Cluster): RegcredError {
  return new RegcredError(
    {
      code: "base-moved",
      message: `${path} changed on the base since the pull request was made, and this run does not look at cluster ${name}`,
      hint: "run once without --cluster and --registry",
    },
    { exitCode: 1 },
  );
}

import { RegcredError } from "../errors.ts";
import type { TreeChange } from "../io/github-port.ts";
import { KUSTOMIZATION, LOCK } from "../model.ts";
import type { ClusterPlan } from "../model.ts";
import { isNarrowed } from "../plan/index.ts";
import { areSame, changesOf, commitChanges, effective, obstaclesIn, treeOf } from "../publish/index.ts";
import type { Changes, ClusterUpdate, Tree } from "../publish/index.ts";
import type { Branch } from "./branch.ts";
import { progressOf } from "./progress.ts";
import type { Progress } from "./progress.ts";
import type { PullRequestRun } from "./runs.ts";
import { sealPlans } from "./sealing.ts";
import { keptFor } from "./waiting.ts";
import type { Waiting } from "./waiting.ts";
import type { World } from "./world.ts";

/** What the branch is to hold. */
export type Proposal =
  /** Nothing that the base has not, so that there is nothing to review. */
  | { readonly kind: "nothing" }
  /** What it holds already. */
  | ({ readonly kind: "as-it-is" } & WithWaiting)
  /** One commit on the base's head, with these changes to it. */
  | ({ readonly kind: "commit"; readonly changes: Changes } & WithWaiting);

interface WithWaiting {
  /** The paths of files that wait since an earlier run, and that this one did not plan. */
  readonly waiting: readonly string[];
}

export interface Proposed {
  readonly proposal: Proposal;
  /** Of clusters that cannot be written, which stop no other. */
  readonly failures: readonly RegcredError[];
}

/**
 * What the pull request is to propose: what the plans make of the base. Files that wait on the branch and are right keep
 * their bytes, and so do those of which this run cannot know better: those of a registry that fails, and those that it
 * does not look at.
 */
export async function propose(run: PullRequestRun, branch: Branch, world: World): Promise<Proposed> {
  const base = treeOf(run.target.base.entries);
  const progress = progressOf(branch, base);
  const plans = run.plans.filter(({ judged }) => judged);
  const kept = new Map(
    await Promise.all(plans.map(async (plan) => [plan.cluster, await keptFor(plan, progress, branch, run)] as const)),
  );
  for (const plan of plans) refuseLoss(plan, kept.get(plan.cluster), progress, run);
  const carried = run.ingredients.config.clusters.flatMap((cluster) => carriedOver(cluster, progress, run));
  const { written, failures } = admit(await sealPlans(plans, run.ingredients, world, kept), base, run);
  const changes = effective(changesOf([...carried, ...written]), base);
  return { proposal: proposalOf(changes, branch, progress, unplanned(plans, kept, carried)), failures };
}

function proposalOf(changes: Changes, branch: Branch, { pending }: Progress, waiting: readonly string[]): Proposal {
  if (changes.size === 0) return { kind: "nothing" };
  const isRight = branch.kind === "ours" && areSame(changes, pending);
  return isRight ? { kind: "as-it-is", waiting } : { kind: "commit", changes, waiting };
}

/** What waits for a cluster that this run does not judge, all of it. */
function carriedOver(
  { name, path }: { readonly name: string; readonly path: string },
  progress: Progress,
  { plans, options }: PullRequestRun,
): readonly TreeChange[] {
  const plan = plans.find(({ cluster }) => cluster === name);
  const pending = progress.pendingBelow(path);
  if (plan?.judged === true || pending.length === 0) return [];
  const narrowed = isNarrowed(options.scope);
  if (narrowed && progress.hasMoved(path)) throw wouldLose(name);
  // A lock that cannot be read today may be read tomorrow; one that is wrong stays so.
  const isPassing = plan?.problems.some(({ code }) => code === "github-failed" || code === "github-rate-limited");
  return narrowed || (isPassing === true && !progress.hasMoved(path)) ? pending : [];
}

/** A narrowed run that would let go of something that it did not look at does nothing instead. */
function refuseLoss(
  { cluster, directory, changes }: ClusterPlan,
  kept: Waiting | undefined,
  progress: Progress,
  { options }: PullRequestRun,
): void {
  if (!isNarrowed(options.scope)) return;
  const known = new Set([
    ...[LOCK, KUSTOMIZATION, ...(kept?.keys() ?? [])].map((path) => `${directory}/${path}`),
    ...changes.map(({ path }) => path),
  ]);
  if (progress.pendingBelow(directory).some(({ path }) => !known.has(path))) throw wouldLose(cluster);
}

function wouldLose(cluster: string): RegcredError {
  return new RegcredError(
    {
      code: "narrowed-run",
      message: `more waits in the pull request for cluster ${cluster} than this run looks at, and it would be lost`,
      hint: "run once without --cluster and --registry",
    },
    { exitCode: 1 },
  );
}

/** What the updates write. A cluster in whose way something stands is left out. */
function admit(
  updates: readonly ClusterUpdate[],
  base: Tree,
  { target }: PullRequestRun,
): { readonly written: readonly TreeChange[]; readonly failures: readonly RegcredError[] } {
  const obstacleTo = obstaclesIn(base);
  const written: TreeChange[] = [];
  const failures: RegcredError[] = [];
  for (const update of updates) {
    const changes = commitChanges(update, target.lockKey);
    const refusal = obstacleTo(changes);
    if (refusal === null) written.push(...changes);
    else failures.push(refusal);
  }
  return { written, failures };
}

/** The files that go on waiting without being what a plan would write: who reviews them has to be told. */
function unplanned(
  plans: readonly ClusterPlan[],
  kept: ReadonlyMap<string, Waiting>,
  carried: readonly TreeChange[],
): readonly string[] {
  const files = plans.flatMap(({ cluster, directory, writes }) => {
    const planned = new Set(writes.map(({ wanted }) => wanted.path));
    return [...(kept.get(cluster)?.keys() ?? [])]
      .filter((path) => !planned.has(path))
      .map((path) => `${directory}/${path}`);
  });
  const whole = carried
    .map(({ path }) => path)
    .filter((path) => !path.endsWith(`/${LOCK}`) && !path.endsWith(`/${KUSTOMIZATION}`));
  return [...files, ...whole].sort();
}

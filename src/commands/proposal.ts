import type { Cluster, ClusterPlan, Report } from "../model.ts";
import { asksForWrite, isNarrowed } from "../plan/index.ts";
import type { Delivery } from "../plan/index.ts";
import { areSame, changesOf, commitChanges, commitHoldings, difference, effective, treeOf } from "../publish/index.ts";
import type { Changes, Tree } from "../publish/index.ts";
import type { Branch } from "./branch.ts";
import type { Options } from "./options.ts";
import { planClusters } from "./planning.ts";
import type { PublishingRun } from "./publishing.ts";
import { sealPlans } from "./sealing.ts";
import type { PullRequestTarget } from "./target.ts";
import type { World } from "./world.ts";

/** A run that publishes by pull request, with what it wants to change against the base. */
export interface PullRequestRun extends PublishingRun {
  readonly deliveries: readonly Delivery[];
  readonly target: PullRequestTarget;
  readonly options: Options;
  /** What the run found so far, for title, body and commit message. */
  readonly report: Report;
}

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

/**
 * What the pull request is to propose. A cluster whose directory nobody changed on the base since goes on from what the
 * branch holds, so that files which are right keep their bytes, and held ones and those of clusters that this run does
 * not look at keep what waits for review; the others start anew from the base.
 */
export async function propose(run: PullRequestRun, branch: Branch, world: World): Promise<Proposal> {
  if (isSettled(run)) return { kind: "nothing" };
  const base = treeOf(run.target.base.entries);
  const pending = branch.kind === "ours" ? difference(branch.parent, branch.tree) : changesOf([]);
  const waiting = waitingClusters(run, branch, base);
  const updates = await sealPlans(await plansFor(run, branch, waiting), run.ingredients, world);
  const isWaiting = isBelow(waiting);
  const carried = [...pending.values()].filter(({ path }) => isWaiting(path));
  const written = updates.flatMap((update) => commitChanges(update, run.target.lockKey));
  const changes = effective(changesOf([...carried, ...written]), base);
  if (changes.size === 0) return { kind: "unknown" };
  return branch.kind === "ours" && areSame(changes, pending) ? { kind: "as-it-is" } : { kind: "commit", changes };
}

/** Whether the base is known to hold all that it should. A run that looks at a part, or is held up, cannot know. */
function isSettled({ plans, options }: PullRequestRun): boolean {
  return !isNarrowed(options.scope) && plans.every(isIdle);
}

function isIdle(plan: ClusterPlan): boolean {
  return !asksForWrite(plan) && plan.problems.length === 0 && !plan.changes.some(({ action }) => action === "hold");
}

/** The clusters that go on from what the branch holds for them. */
function waitingClusters({ plans, ingredients }: PullRequestRun, branch: Branch, base: Tree): readonly Cluster[] {
  if (branch.kind !== "ours") return [];
  const { clusters } = ingredients.config;
  const idle = new Set(plans.filter(isIdle).map(({ cluster }) => cluster));
  const moved = [...difference(branch.parent, base).keys()];
  return clusters.filter((cluster) => !idle.has(cluster.name) && !moved.some(isBelow([cluster])));
}

/** The plans against the base, but against the branch for the clusters that go on from it. */
async function plansFor(
  { plans, deliveries, ingredients, target, options }: PullRequestRun,
  branch: Branch,
  waiting: readonly Cluster[],
): Promise<readonly ClusterPlan[]> {
  if (branch.kind !== "ours" || waiting.length === 0) return plans;
  const source = { holdings: commitHoldings([...branch.tree.values()], target.repository), lockKey: target.lockKey };
  const names = new Set(waiting.map(({ name }) => name));
  const own = deliveries.filter(({ cluster }) => names.has(cluster.name));
  const narrowed = { ...ingredients, config: { ...ingredients.config, clusters: waiting } };
  const anew = plans.filter(({ cluster }) => !names.has(cluster));
  return [...(await planClusters(own, narrowed, source, options)), ...anew];
}

function isBelow(clusters: readonly Cluster[]): (path: string) => boolean {
  const directories = new Set(clusters.map(({ path }) => path));
  return (path) => path.split("/").some((_, index, steps) => directories.has(steps.slice(0, index).join("/")));
}

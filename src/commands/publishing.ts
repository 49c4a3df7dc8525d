import type { ClusterPlan, Published } from "../model.ts";
import { writeCluster } from "../publish/index.ts";
import type { LockSeal } from "../publish/index.ts";
import { pending } from "./outcome.ts";
import { sealCluster } from "./updates.ts";
import type { Ingredients } from "./wanted.ts";
import type { World } from "./world.ts";

/**
 * Stages 5 to 7: renders, encrypts and writes what changes, cluster by cluster. All is sealed before the first byte is written, so that what
 * cannot be sealed leaves everything as it was.
 */
export async function publishPlans(
  plans: readonly ClusterPlan[],
  ingredients: Ingredients,
  { root, shown, seal }: { root: string; shown: string; seal: LockSeal },
  world: World,
): Promise<Published> {
  const { files, clock, interruption } = world;
  const clusters = new Map(ingredients.config.clusters.map((cluster) => [cluster.name, cluster]));
  const updates = await Promise.all(
    plans.filter(pending).flatMap((plan) => {
      const cluster = clusters.get(plan.cluster);
      return cluster === undefined ? [] : [sealCluster(plan, cluster, ingredients, { root, now: clock.now() })];
    }),
  );
  const proceed = () => interruption.check();
  await interruption.guard(async () => {
    for (const update of updates) await writeCluster(update, { files, seal, proceed });
  });
  return { kind: "directory", path: shown };
}

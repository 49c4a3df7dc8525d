import { KUSTOMIZATION } from "../model.ts";
import type { ClusterPlan } from "../model.ts";
import { isNarrowed, makePlan } from "../plan/index.ts";
import type { ClusterInput, Delivery } from "../plan/index.ts";
import { readCluster } from "../publish/index.ts";
import { renderKustomization } from "../render/index.ts";
import type { Options } from "./options.ts";
import type { Target } from "./target.ts";
import { wantSecret } from "./wanted.ts";
import type { Ingredients } from "./wanted.ts";

/** Stage 4: what should be in each cluster's directory, what is there, and so what changes. */
export async function planClusters(
  deliveries: readonly Delivery[],
  ingredients: Ingredients,
  source: Pick<Target, "holdings" | "lockKey">,
  { scope, adopt, allowRemovals }: Options,
): Promise<readonly ClusterPlan[]> {
  const { clusters, name: owner } = ingredients.config;
  const looked = clusters.filter(({ name }) => scope.clusters.length === 0 || scope.clusters.includes(name));
  const byCluster = groupByCluster(deliveries);
  const inputs = looked.map(async (cluster): Promise<ClusterInput> => {
    const mine = byCluster.get(cluster.name) ?? [];
    const wanted = await Promise.all(mine.map((delivery) => wantSecret(delivery, ingredients)));
    const directory = { path: cluster.path, owner, cluster: cluster.name };
    const paths = [KUSTOMIZATION, ...wanted.map(({ path }) => path)];
    return { cluster, wanted, existing: await readCluster(directory, paths, source) };
  });
  const narrowed = isNarrowed(scope);
  return makePlan(await Promise.all(inputs), { owner, narrowed, adopt, allowRemovals, renderKustomization });
}

function groupByCluster(deliveries: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> {
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.cluster.name) ?? [];
    groups.set(delivery.cluster.name, group);
    group.push(delivery);
  }
  return groups;
}

import { RegcredError } from "../errors.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Cluster, ClusterPlan, ExistingCluster, WantedSecret } from "../model.ts";
import { deliveriesOf, isNarrowed, makePlan, pathOf, toOpen } from "../plan/index.ts";
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
  const all = groupByCluster(deliveriesOf(ingredients.config));
  const looking = { owner, adopt, narrowed: isNarrowed(scope) };
  const inputs = looked.map(async (cluster): Promise<ClusterInput> => {
    const mine = byCluster.get(cluster.name) ?? [];
    const wanted = await Promise.all(mine.map((delivery) => wantSecret(delivery, ingredients)));
    const directory = { path: cluster.path, owner, cluster: cluster.name };
    const seen = wanted.map(({ path }) => path);
    const every = (all.get(cluster.name) ?? []).map(({ namespace }) => pathOf(namespace, cluster.secretName));
    const unseen = every.filter((path) => !seen.includes(path));
    const existing = await readCluster(directory, [KUSTOMIZATION, ...seen, ...unseen], source);
    const untold = toOpen(cluster, wanted, existing, looking);
    const found = await opened(existing, untold, cluster, { ...source, ...ingredients });
    return { cluster, wanted, existing: found, unseen };
  });
  const rules = { ...looking, key: ingredients.keys.current?.id ?? null, allowRemovals };
  return makePlan(await Promise.all(inputs), { ...rules, renderKustomization });
}

/** What is there, with what was found in the files that had to be opened. */
async function opened(
  existing: ExistingCluster,
  untold: readonly WantedSecret[],
  cluster: Cluster,
  { holdings, opener }: Pick<Target, "holdings"> & Pick<Ingredients, "opener">,
): Promise<ExistingCluster> {
  const files = new Map(existing.files);
  const open = async (wanted: WantedSecret): Promise<void> => {
    const file = existing.files.get(wanted.path);
    if (file === undefined) return;
    const path = `${cluster.path}/${wanted.path}`;
    const found = await opener.open(wanted, { path, blob: file.blob, read: () => holdings.read(path) });
    if (found !== null) files.set(wanted.path, { ...file, opened: found });
  };
  try {
    await Promise.all(untold.map(open));
    return { ...existing, files };
  } catch (error) {
    if (!(error instanceof RegcredError)) throw error;
    return { lock: { kind: "unreadable", problem: error.problems[0] }, files: new Map() };
  }
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

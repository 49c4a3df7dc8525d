import { seal } from "../encrypt/index.ts";
import { gitBlobId } from "../git-blob.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Cluster, ClusterPlan, LockedFile, PlannedWrite, SealedFile } from "../model.ts";
import { asksForWrite, lockedSecret } from "../plan/index.ts";
import type { ClusterUpdate } from "../publish/index.ts";
import { frameOf, renderKustomization, renderManifest } from "../render/index.ts";
import { dockerConfigEntry } from "./checks.ts";
import { maskDockerConfig } from "./derived.ts";
import type { Waiting } from "./waiting.ts";
import type { Ingredients } from "./wanted.ts";
import type { World } from "./world.ts";

const NOTHING: Waiting = new Map();

/**
 * Stages 5 and 6: renders and encrypts what the plans write, and says what each cluster's lock will be. All is sealed
 * before the first byte is written, so that what cannot be sealed leaves everything as it was.
 *
 * @param kept by cluster, files that are there already and go on as they are.
 */
export async function sealPlans(
  plans: readonly ClusterPlan[],
  ingredients: Ingredients,
  world: World,
  kept: ReadonlyMap<string, Waiting> = new Map(),
): Promise<readonly ClusterUpdate[]> {
  world.log.stage("Encrypt");
  const clusters = new Map(ingredients.config.clusters.map((cluster) => [cluster.name, cluster]));
  const now = world.clock.now();
  const updates = plans.flatMap((plan) => {
    const cluster = clusters.get(plan.cluster);
    const files = kept.get(plan.cluster) ?? NOTHING;
    if (cluster === undefined || !(asksForWrite(plan) || files.size > 0)) return [];
    return [sealCluster(plan, cluster, ingredients, { now, mask: world.mask, kept: files })];
  });
  return await Promise.all(updates);
}

interface Sealing {
  readonly now: Date;
  readonly mask: World["mask"];
  readonly kept: Waiting;
}

async function sealCluster(
  plan: ClusterPlan,
  cluster: Cluster,
  ingredients: Ingredients,
  sealing: Sealing,
): Promise<ClusterUpdate> {
  const { config, keys } = ingredients;
  const { kept } = sealing;
  const writes = plan.writes.filter(({ wanted }) => !kept.has(wanted.path));
  const sealed = await Promise.all(writes.map((write) => sealSecret(write, cluster, ingredients, sealing)));
  const secrets = sealed.map(({ write, file }) => [file.path, lockedFile(write, file)] as const);
  const waiting = [...kept].map(([path, { locked }]) => [path, locked] as const);
  const kustomization = indexOf(plan, kept);
  const index = kustomization === null ? {} : { [KUSTOMIZATION]: { blob: gitBlobId(kustomization) } };
  const files = { ...plan.stays, ...Object.fromEntries([...waiting, ...secrets]), ...index };
  return {
    path: plan.directory,
    lock: { version: 1, owner: config.name, cluster: cluster.name, key: keys.current?.id ?? null, files },
    before: plan.owned,
    sealed: sealed.map(({ file }) => file),
    kustomization,
    removes: plan.removes,
    kept: Object.fromEntries([...kept].map(([path, { blob }]) => [path, blob])),
  };
}

/** The new text of `kustomization.yaml`, which also lists what waits; null when it stays. */
function indexOf({ resources, kustomization }: ClusterPlan, kept: Waiting): string | null {
  const more = [...kept.keys()].filter((path) => !resources.includes(path));
  return more.length === 0 ? kustomization : renderKustomization([...resources, ...more].sort());
}

/** A write with the file that came of it. */
interface Sealed {
  readonly write: PlannedWrite;
  readonly file: SealedFile;
}

async function sealSecret(
  write: PlannedWrite,
  cluster: Cluster,
  { checked, opener }: Ingredients,
  { now, mask }: Sealing,
): Promise<Sealed> {
  const { wanted, entries, kept } = write;
  const ready = entries.map(({ registry, server }) => {
    const found = checked.get(registry);
    const isOld = kept?.registries.includes(registry) === true;
    const entry = isOld ? opener.oldEntry(kept.blob, server) : found && dockerConfigEntry(found);
    if (entry === undefined) throw new Error(`${registry} is planned into ${wanted.path} without a credential`);
    return entry;
  });
  const manifest = renderManifest(wanted, frameOf(cluster, wanted.namespace), ready);
  maskDockerConfig(manifest.dockerConfigJson, mask);
  return { write, file: await seal(manifest, now) };
}

function lockedFile({ wanted, entries }: PlannedWrite, { text }: SealedFile): LockedFile {
  return { blob: gitBlobId(text), secret: lockedSecret(wanted, entries) };
}

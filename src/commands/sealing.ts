import { seal } from "../encrypt/index.ts";
import { gitBlobId } from "../git-blob.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Cluster, ClusterPlan, LockedFile, PlannedWrite, SealedFile } from "../model.ts";
import { asksForWrite, soonest } from "../plan/index.ts";
import type { ClusterUpdate } from "../publish/index.ts";
import { frameOf, renderManifest } from "../render/index.ts";
import { dockerConfigEntry } from "./checks.ts";
import { maskDockerConfig } from "./derived.ts";
import type { Ingredients } from "./wanted.ts";
import type { World } from "./world.ts";

/**
 * Stages 5 and 6: renders and encrypts what the plans write, and says what each cluster's lock will be. All is sealed
 * before the first byte is written, so that what cannot be sealed leaves everything as it was.
 */
export async function sealPlans(
  plans: readonly ClusterPlan[],
  ingredients: Ingredients,
  world: World,
): Promise<readonly ClusterUpdate[]> {
  world.log.stage("Encrypt");
  const clusters = new Map(ingredients.config.clusters.map((cluster) => [cluster.name, cluster]));
  const now = world.clock.now();
  const updates = plans.filter(asksForWrite).flatMap((plan) => {
    const cluster = clusters.get(plan.cluster);
    return cluster === undefined ? [] : [sealCluster(plan, cluster, ingredients, { now, mask: world.mask })];
  });
  return await Promise.all(updates);
}

interface Sealing {
  readonly now: Date;
  readonly mask: World["mask"];
}

async function sealCluster(
  plan: ClusterPlan,
  cluster: Cluster,
  ingredients: Ingredients,
  sealing: Sealing,
): Promise<ClusterUpdate> {
  const { config, key } = ingredients;
  const sealed = await Promise.all(plan.writes.map((write) => sealSecret(write, cluster, ingredients, sealing)));
  const secrets = sealed.map(({ write, file }) => [file.path, lockedSecret(write, file)] as const);
  const index = plan.kustomization === null ? {} : { [KUSTOMIZATION]: { blob: gitBlobId(plan.kustomization) } };
  const files = { ...plan.stays, ...Object.fromEntries(secrets), ...index };
  return {
    path: plan.directory,
    lock: { version: 1, owner: config.name, cluster: cluster.name, key: key?.id ?? null, files },
    before: plan.owned,
    sealed: sealed.map(({ file }) => file),
    kustomization: plan.kustomization,
    removes: plan.removes,
  };
}

/** A write with the file that came of it. */
interface Sealed {
  readonly write: PlannedWrite;
  readonly file: SealedFile;
}

async function sealSecret(
  write: PlannedWrite,
  cluster: Cluster,
  { checked }: Ingredients,
  { now, mask }: Sealing,
): Promise<Sealed> {
  const { wanted, entries } = write;
  const ready = entries.map(({ registry }) => {
    const found = checked.get(registry);
    const entry = found && dockerConfigEntry(found);
    if (entry === undefined) throw new Error(`${registry} is planned into ${wanted.path} without a credential`);
    return entry;
  });
  const manifest = renderManifest(wanted, frameOf(cluster, wanted.namespace), ready);
  maskDockerConfig(manifest.dockerConfigJson, mask);
  return { write, file: await seal(manifest, now) };
}

function lockedSecret({ wanted, entries }: PlannedWrite, { text }: SealedFile): LockedFile {
  const { namespace, name, recipients, frame, key } = wanted;
  const registries = Object.fromEntries(entries.map(({ registry, fingerprint }) => [registry, fingerprint]));
  return {
    blob: gitBlobId(text),
    secret: { namespace, name, recipients, frame, expiresAt: soonest(entries), key, registries },
  };
}

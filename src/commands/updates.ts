import { seal } from "../encrypt/index.ts";
import { gitBlobId } from "../git-blob.ts";
import type { Cluster, ClusterPlan, LockedFile, PlannedWrite, SealedFile } from "../model.ts";
import { KUSTOMIZATION, soonest } from "../plan/index.ts";
import type { DirectoryUpdate } from "../publish/index.ts";
import { frameOf, renderManifest } from "../render/index.ts";
import { dockerConfigEntry } from "./wanted.ts";
import type { Ingredients } from "./wanted.ts";

/** Stages 5 and 6: renders and encrypts what a cluster's plan writes, and says what its lock will be. */
export async function sealCluster(
  plan: ClusterPlan,
  cluster: Cluster,
  ingredients: Ingredients,
  { root, now }: { root: string; now: Date },
): Promise<DirectoryUpdate> {
  const sealed = await Promise.all(plan.writes.map((write) => sealSecret(write, cluster, ingredients, now)));
  const { config, key } = ingredients;
  const files = { ...plan.stays, ...lockedFiles(plan, sealed) };
  return {
    root,
    path: plan.directory,
    lock: { version: 1, owner: config.name, cluster: cluster.name, key: key?.id ?? null, files },
    before: plan.owned,
    sealed,
    kustomization: plan.kustomization,
    removes: plan.removes,
  };
}

async function sealSecret(
  { wanted, entries }: PlannedWrite,
  cluster: Cluster,
  { checked }: Ingredients,
  now: Date,
): Promise<SealedFile> {
  const ready = entries.map(({ registry }) => {
    const found = checked.get(registry);
    const entry = found && dockerConfigEntry(found);
    if (entry === undefined) throw new Error(`${registry} is planned into ${wanted.path} without a credential`);
    return entry;
  });
  return await seal(renderManifest(wanted, frameOf(cluster, wanted.namespace), ready), now);
}

function lockedFiles(
  { writes, kustomization }: ClusterPlan,
  sealed: readonly SealedFile[],
): Record<string, LockedFile> {
  const texts = new Map(sealed.map(({ path, text }) => [path, text]));
  const secrets = writes.map(
    (write) => [write.wanted.path, lockedSecret(write, texts.get(write.wanted.path) ?? "")] as const,
  );
  const index = kustomization === null ? [] : [[KUSTOMIZATION, { blob: gitBlobId(kustomization) }] as const];
  return Object.fromEntries([...secrets, ...index]);
}

function lockedSecret({ wanted, entries }: PlannedWrite, text: string): LockedFile {
  const { namespace, name, recipients, frame, key } = wanted;
  const registries = Object.fromEntries(entries.map(({ registry, fingerprint }) => [registry, fingerprint]));
  return {
    blob: gitBlobId(text),
    secret: { namespace, name, recipients, frame, expiresAt: soonest(entries), key, registries },
  };
}

import { seal } from "../encrypt/index.ts";
import { RegcredError } from "../errors.ts";
import { gitBlobId } from "../git-blob.ts";
import { KUSTOMIZATION } from "../model.ts";
import type { Cluster, ClusterPlan, LockedFile, PlannedWrite, Published, SealedFile } from "../model.ts";
import { asksForWrite, soonest } from "../plan/index.ts";
import { writeCluster } from "../publish/index.ts";
import type { DirectoryUpdate, LockKey } from "../publish/index.ts";
import { frameOf, renderManifest } from "../render/index.ts";
import { dockerConfigEntry } from "./checks.ts";
import type { Ingredients } from "./wanted.ts";
import type { World } from "./world.ts";

/** Where the files go. */
export interface Target {
  /** The root of the GitOps checkout, absolute. */
  readonly root: string;
  /** The same as the user would write it. */
  readonly shown: string;
  readonly lockKey: LockKey | null;
}

/** What came of publishing. */
export interface Publication {
  readonly published: Published;
  /** How many clusters were written to their end. */
  readonly written: number;
  /** What stopped the others; the lock of each says how far it came. */
  readonly failures: readonly RegcredError[];
}

/**
 * Stages 5 to 7: renders, encrypts and writes what changes, cluster by cluster. All is sealed before the first byte is
 * written, so that what cannot be sealed leaves everything as it was. A cluster that cannot be written does not stop
 * the others; an interruption does.
 */
export async function publishPlans(
  plans: readonly ClusterPlan[],
  ingredients: Ingredients,
  target: Target,
  world: World,
): Promise<Publication> {
  const clusters = new Map(ingredients.config.clusters.map((cluster) => [cluster.name, cluster]));
  const now = world.clock.now();
  const updates = await Promise.all(
    plans.filter(asksForWrite).flatMap((plan) => {
      const cluster = clusters.get(plan.cluster);
      return cluster === undefined ? [] : [sealCluster(plan, cluster, ingredients, { root: target.root, now })];
    }),
  );
  const failures = await world.interruption.guard(() => writeAll(updates, target, world));
  const written = updates.length - failures.length;
  return { published: { kind: "directory", path: target.shown }, written, failures };
}

async function writeAll(
  updates: readonly DirectoryUpdate[],
  { lockKey }: Target,
  { files, interruption }: World,
): Promise<readonly RegcredError[]> {
  const failures: RegcredError[] = [];
  for (const update of updates) {
    try {
      await writeCluster(update, { files, lockKey, proceed: () => interruption.check() });
    } catch (error) {
      if (!(error instanceof RegcredError)) throw error;
      failures.push(error);
      if (error.code === "interrupted") break;
    }
  }
  return failures;
}

/** Stages 5 and 6: renders and encrypts what a cluster's plan writes, and says what its lock will be. */
async function sealCluster(
  plan: ClusterPlan,
  cluster: Cluster,
  ingredients: Ingredients,
  { root, now }: { root: string; now: Date },
): Promise<DirectoryUpdate> {
  const { config, key } = ingredients;
  const sealed = await Promise.all(plan.writes.map((write) => sealSecret(write, cluster, ingredients, now)));
  const secrets = sealed.map(({ write, file }) => [file.path, lockedSecret(write, file)] as const);
  const index = plan.kustomization === null ? {} : { [KUSTOMIZATION]: { blob: gitBlobId(plan.kustomization) } };
  const files = { ...plan.stays, ...Object.fromEntries(secrets), ...index };
  return {
    root,
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

async function sealSecret(write: PlannedWrite, cluster: Cluster, { checked }: Ingredients, now: Date): Promise<Sealed> {
  const { wanted, entries } = write;
  const ready = entries.map(({ registry }) => {
    const found = checked.get(registry);
    const entry = found && dockerConfigEntry(found);
    if (entry === undefined) throw new Error(`${registry} is planned into ${wanted.path} without a credential`);
    return entry;
  });
  return { write, file: await seal(renderManifest(wanted, frameOf(cluster, wanted.namespace), ready), now) };
}

function lockedSecret({ wanted, entries }: PlannedWrite, { text }: SealedFile): LockedFile {
  const { namespace, name, recipients, frame, key } = wanted;
  const registries = Object.fromEntries(entries.map(({ registry, fingerprint }) => [registry, fingerprint]));
  return {
    blob: gitBlobId(text),
    secret: { namespace, name, recipients, frame, expiresAt: soonest(entries), key, registries },
  };
}

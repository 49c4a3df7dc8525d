import { RegcredError } from "../errors.ts";
import type { TreeChange } from "../io/github-port.ts";
import type { Published } from "../model.ts";
import { commitChanges, writeCluster } from "../publish/index.ts";
import type { ClusterUpdate } from "../publish/index.ts";
import { guardLeaks } from "./leak-guard.ts";
import type { Outgoing } from "./leak-guard.ts";
import type { PublishingRun } from "./runs.ts";
import { sealPlans } from "./sealing.ts";
import type { DirectoryTarget } from "./target.ts";
import type { World } from "./world.ts";

/** What came of publishing. */
export interface Publication {
  /** Null where it failed as a whole. */
  readonly published: Published | null;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** What could not be written; the lock of each cluster says how far it came. */
  readonly failures: readonly RegcredError[];
}

/**
 * Stages 5 to 7 into a directory: renders, encrypts and writes what changes, cluster by cluster. A cluster that cannot
 * be written does not stop the others; an interruption does.
 */
export async function publishToDirectory(
  { plans, ingredients, secrets }: PublishingRun,
  target: DirectoryTarget,
  world: World,
): Promise<Publication> {
  const updates = await sealPlans(plans, ingredients, world);
  guardLeaks(outgoing(updates.flatMap((update) => commitChanges(update, target.lockKey))), secrets);
  world.log.stage("Publish");
  const failures = await world.interruption.guard(() => writeAll(updates, target, world));
  const changed = updates.length > failures.length;
  return { published: { kind: "directory", path: target.shown }, changed, failures };
}

/** Every byte of a change that leaves. */
export function outgoing(changes: readonly TreeChange[]): readonly Outgoing[] {
  return changes.map((change) => ({ what: change.path, text: "content" in change ? change.content : "" }));
}

async function writeAll(
  updates: readonly ClusterUpdate[],
  { root, lockKey }: DirectoryTarget,
  { files, interruption }: World,
): Promise<readonly RegcredError[]> {
  const failures: RegcredError[] = [];
  for (const update of updates) {
    try {
      await writeCluster(root, update, { files, lockKey, proceed: () => interruption.check() });
    } catch (error) {
      if (!(error instanceof RegcredError)) throw error;
      failures.push(error);
      if (error.code === "interrupted") break;
    }
  }
  return failures;
}

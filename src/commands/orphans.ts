import { dirname } from "node:path";
import type { Problem } from "../errors.ts";
import { LOCK } from "../model.ts";
import type { Config } from "../model.ts";
import { readLockOf } from "../publish/index.ts";
import type { Target } from "./target.ts";

/** Where clusters lie whose path the file does not say. */
const USUAL_PLACE = "pull-secrets";

/**
 * Directories of ours whose cluster the file no longer has: the controller goes on applying them, and nobody renews
 * what is in them. They are looked for beside the directories of the clusters that the file has.
 */
export async function orphanWarnings(config: Config, target: Target): Promise<readonly Problem[]> {
  const paths = config.clusters.map(({ path }) => path);
  const places = [...new Set([USUAL_PLACE, ...paths.map((path) => dirname(path))])].filter((place) => place !== ".");
  const found = await Promise.all(places.map((place) => lockedDirectories(place, target)));
  const strangers = [...new Set(found.flat())].filter((directory) => !paths.includes(directory)).sort();
  const warnings = await Promise.all(strangers.map((directory) => warningFor(directory, config, target)));
  return warnings.flat();
}

async function lockedDirectories(place: string, { holdings }: Target): Promise<readonly string[]> {
  const locks = (await holdings.list(place)).filter(({ path }) => path.endsWith(`/${LOCK}`));
  return locks.map(({ path }) => `${place}/${dirname(path)}`);
}

async function warningFor(path: string, { name: owner, file }: Config, source: Target): Promise<readonly Problem[]> {
  const lock = await readLockOf({ path, owner, cluster: "" }, source);
  if (lock.kind !== "foreign" || lock.lock.owner !== owner) return [];
  return [
    {
      code: "orphaned-directory",
      message: `${path} belongs to cluster ${lock.lock.cluster}, which ${file} no longer has there: its Secrets are not renewed`,
      hint: "delete the directory (the controller then prunes its Secrets), or give the cluster back",
    },
  ];
}

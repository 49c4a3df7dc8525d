import { join, resolve } from "node:path";
import type { LockedFolder } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import { withFileLock } from "../io/file-lock.ts";
import type { World } from "./world.ts";

const LOCK = "regcred-login.lock";

/**
 * The docker config folder that is meant, absolute: `--docker-config`, else `$DOCKER_CONFIG`, else `~/.docker`, as
 * docker has it; it takes an empty variable for none.
 *
 * @throws RegcredError `bad-usage` where there is no home to look in
 */
export function dockerFolder(named: string | undefined, { environment, folder }: World): string {
  const chosen = named ?? filled(environment.get("DOCKER_CONFIG"));
  if (chosen !== undefined) return resolve(folder, chosen);
  const home = filled(environment.get("HOME")) ?? filled(environment.get("USERPROFILE"));
  if (home !== undefined) return resolve(folder, home, ".docker");
  const message = "neither DOCKER_CONFIG nor HOME is set, so that nothing tells where docker's config.json is";
  throw new RegcredError({ code: "bad-usage", message, hint: "name its folder with --docker-config DIR" });
}

function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Whether a run of regcred is at work in the folder, or was killed there. */
export async function isLocked(folder: string, { files }: World): Promise<boolean> {
  return (await files.realPath(join(folder, LOCK))) !== null;
}

/**
 * Does `work` in a docker config folder, which is made if need be, while no other run of regcred does. An interruption
 * waits until it is done.
 *
 * @param work also gets the nearest folder that was there already, when the folder had to be made.
 */
export async function inDockerFolder<T>(
  folder: string,
  world: World,
  work: (locked: LockedFolder, madeBelow: string | null) => Promise<T>,
): Promise<T> {
  const { clock, files, interruption } = world;
  const made: string[] = [];
  const prepare = async (): Promise<void> => {
    const above = await files.makePrivate(folder);
    if (above !== null) made.push((await files.realPath(above)) ?? above);
  };
  const locked = () =>
    withFileLock(join(folder, LOCK), { clock, prepare, proceed: () => interruption.check() }, async (stillHeld) => {
      interruption.check();
      const real = (await files.realPath(folder)) ?? folder;
      return await work({ folder: real, files, stillHeld }, made[0] ?? null);
    });
  try {
    return await interruption.guard(locked);
  } finally {
    // Made for nothing, it goes again: its lock was the last thing in it.
    const real = await files.realPath(folder);
    if (made[0] !== undefined && real !== null) await files.removeIfEmpty(made[0], real);
  }
}

import { inspectFolder, removeLogins } from "../docker-config/index.ts";
import type { Undone } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import type { RegistryLogin } from "../model.ts";
import { dockerFolder, inDockerFolder, isLocked } from "./docker-folder.ts";
import { failed } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { World } from "./world.ts";

/** Undoes every login that is recorded in a docker config folder. Nothing recorded is no error. */
export async function runLogout(
  { dockerConfig }: { readonly dockerConfig: string | undefined },
  world: World,
): Promise<Outcome> {
  try {
    const folder = dockerFolder(dockerConfig, world);
    const logins = await undo(folder, undefined, world);
    const report = {
      version: 1,
      command: "logout",
      ok: true,
      errors: [],
      warnings: [],
      logins,
      dockerConfig: folder,
    } as const;
    return { report, exitCode: 0 };
  } catch (error) {
    if (error instanceof RegcredError) return failed("logout", error);
    throw error;
  }
}

/**
 * Undoes one login, and only that; the id is what `runLogin` gave. One that is undone already is no error.
 *
 * @param folder the docker config folder, absolute.
 * @returns one row for each registry, with the keys that are as they were before.
 * @throws RegcredError `bad-docker-config`, `interrupted`, and what files can be refused for
 */
export async function undoLogin(folder: string, loginId: string, world: World): Promise<readonly RegistryLogin[]> {
  return await undo(folder, [loginId], world);
}

async function undo(
  folder: string,
  ids: readonly string[] | undefined,
  world: World,
): Promise<readonly RegistryLogin[]> {
  const { files } = world;
  if (!(await inspectFolder(folder, files)).recorded && !(await isLocked(folder, world))) return [];
  const { undone, madeBelow, real } = await inDockerFolder(folder, world, async (locked) => {
    return { ...(await removeLogins(locked, ids)), real: locked.folder };
  });
  // Its lock was the last thing in it.
  if (madeBelow !== null) await files.removeIfEmpty(madeBelow, real);
  return undone.map(row);
}

function row({ registry, keys, left }: Undone): RegistryLogin {
  return { registry, keys, status: left.length === 0 ? "done" : "changed" };
}

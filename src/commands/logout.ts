import { removeLogins } from "../docker-config/index.ts";
import type { Undone } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import type { RegistryLogin } from "../model.ts";
import { dockerFolder, inDockerFolder, isInUse } from "./docker-folder.ts";
import type { LoginOptions } from "./login.ts";
import { failed } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { World } from "./world.ts";

/** Undoes every login that is recorded in a docker config folder. Nothing recorded is no error. */
export async function runLogout({ dockerConfig }: Pick<LoginOptions, "dockerConfig">, world: World): Promise<Outcome> {
  try {
    return await undo(dockerFolder(dockerConfig, world), undefined, world);
  } catch (error) {
    if (error instanceof RegcredError) return failed("logout", error);
    throw error;
  }
}

/**
 * Undoes one login, and only that; the id is what `runLogin` gave. One that is undone already is no error.
 *
 * @param folder the docker config folder, absolute.
 * @throws RegcredError `bad-docker-config`, `interrupted`, and what files can be refused for
 */
export async function undoLogin(folder: string, loginId: string, world: World): Promise<Outcome> {
  return await undo(folder, [loginId], world);
}

async function undo(folder: string, ids: readonly string[] | undefined, world: World): Promise<Outcome> {
  const undone = (await isInUse(folder, world))
    ? await inDockerFolder(folder, world, (locked) => removeLogins(locked, ids))
    : [];
  const report = { version: 1, command: "logout", ok: true, errors: [], warnings: [] } as const;
  return { report: { ...report, logins: undone.map(row), dockerConfig: folder }, exitCode: 0 };
}

function row({ registry, keys, left }: Undone): RegistryLogin {
  return { registry, keys, status: left.length === 0 ? "done" : "changed", reason: null };
}

import { join, resolve } from "node:path";
import { LOCK, recordedIn } from "../docker-config/index.ts";
import type { LockedFolder } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import { withFileLock } from "../io/file-lock.ts";
import { hasLock } from "../io/lock-holder.ts";
import type { World } from "./world.ts";

/**
 * The docker config folder that is meant, absolute: `--docker-config`, else `$DOCKER_CONFIG`, else `~/.docker`, as
 * docker has it; it takes an empty variable for none.
 *
 * @throws RegcredError `bad-usage` for a name that is none, and where there is no home to look in
 */
export function dockerFolder(named: string | undefined, { environment, folder }: World): string {
  if (named !== undefined) refuseMistaken(named);
  const chosen = named ?? filled(environment.get("DOCKER_CONFIG"));
  if (chosen !== undefined) return resolve(folder, chosen);
  const home = filled(environment.get("HOME")) ?? filled(environment.get("USERPROFILE"));
  if (home !== undefined) return resolve(folder, home, ".docker");
  const message = "neither DOCKER_CONFIG nor HOME is set, so that nothing tells where docker's config.json is";
  throw new RegcredError({ code: "bad-usage", message, hint: "name its folder with --docker-config DIR" });
}

/** What a shell makes of a variable that is not set, and what it leaves of a `~` within a word. */
function refuseMistaken(named: string): void {
  if (named === "") {
    const message = "docker-config names no folder: it is empty";
    const hint =
      "is it from a variable that is not set? leave the option out for docker's own folder, or `.` for this one";
    throw new RegcredError({ code: "bad-usage", message, hint });
  }
  if (!named.startsWith("~")) return;
  const message = "docker-config begins with `~`, which only a shell knows, and only at the start of a word";
  const hint = "write `$HOME` in a shell, or the whole path; a folder of that very name is `./~`";
  throw new RegcredError({ code: "bad-usage", message, hint });
}

function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Whether there is something to undo in the folder, or a run of regcred is at work there, or was killed. */
export async function isInUse(folder: string, { files }: World): Promise<boolean> {
  return (await recordedIn(folder, files)) !== null || (await hasLock(join(folder, LOCK)));
}

/**
 * Does `work` in a docker config folder, while no other run of regcred does. An interruption waits until it is done.
 * The folder is made if need be, and goes again, whichever run made it, as soon as nothing is in it.
 *
 * @param work also gets the nearest folder that was there already, when the folder had to be made.
 */
export async function inDockerFolder<T>(
  folder: string,
  world: World,
  work: (locked: LockedFolder, madeBelow: string | null) => Promise<T>,
): Promise<T> {
  const { clock, files, interruption } = world;
  const made = { below: "" };
  const prepare = async (): Promise<string> => {
    const above = await files.makePrivate(folder);
    if (above !== null && made.below === "") made.below = (await files.realPath(above)) ?? above;
    return made.below;
  };
  const proceed = () => interruption.check();
  const locked = () =>
    withFileLock(join(folder, LOCK), { clock, prepare, proceed }, async ({ stillHeld, note, leave }) => {
      interruption.check();
      const real = (await files.realPath(folder)) ?? folder;
      made.below = (await recordedIn(real, files))?.madeBelow ?? note;
      // A logout that is killed may have removed the record already.
      if (note === "" && made.below !== "") await leave(made.below);
      return await work({ folder: real, files, stillHeld }, filled(made.below) ?? null);
    });
  try {
    return await interruption.guard(locked);
  } finally {
    // Its lock was the last thing in it.
    const real = await files.realPath(folder);
    if (made.below !== "" && real !== null) await files.removeIfEmpty(made.below, real);
  }
}

import { randomBytes } from "node:crypto";
import { writeLogins } from "../docker-config/index.ts";
import type { NewLogin } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import type { RegistryLogin } from "../model.ts";
import { dockerConfigEntry, hasPassed } from "./checks.ts";
import type { Checked } from "./checks.ts";
import { inDockerFolder } from "./docker-folder.ts";
import type { World } from "./world.ts";

/** Told what to undo before anything is written, so that even a run that is killed can be undone. */
export type Announce = (login: { readonly folder: string; readonly loginId: string }) => void;

/** A registry that is to be logged in to, with its keys under `auths`. */
export interface Keyed {
  readonly item: Checked;
  readonly keys: readonly string[];
}

export interface Written {
  /** One for each registry, in their order. */
  readonly logins: readonly RegistryLogin[];
  /** What to undo it by; null when nothing was written. */
  readonly loginId: string | null;
  /** Why nothing could be written. */
  readonly error: RegcredError | null;
}

/** Whether there is a credential, and nothing against it. */
export function isWritable({ item }: Keyed): boolean {
  return hasPassed(item) && dockerConfigEntry(item) !== undefined;
}

/** Stage docker-config: writes what passed, in one write. When that is nothing, nothing is touched. */
export async function writeKeyed(
  folder: string,
  all: readonly Keyed[],
  world: World,
  announce?: Announce,
): Promise<Written> {
  const written = all.filter(isWritable);
  if (written.length === 0) return { logins: all.map(failedRow), loginId: null, error: null };
  const loginId = randomBytes(8).toString("hex");
  world.log.stage("Write docker's config.json");
  announce?.({ folder, loginId });
  try {
    await write(folder, written, loginId, world);
    const logins = all.map((keyed) => (written.includes(keyed) ? doneRow(keyed) : failedRow(keyed)));
    return { logins, loginId, error: null };
  } catch (error) {
    if (error instanceof RegcredError) return { logins: all.map(failedRow), loginId: null, error };
    throw error;
  }
}

async function write(folder: string, keyed: readonly Keyed[], id: string, world: World): Promise<void> {
  const key = randomBytes(32).toString("hex");
  const logins = keyed.flatMap(newLogin);
  await inDockerFolder(folder, world, (locked, madeBelow) => writeLogins(locked, logins, { id, key, madeBelow }));
}

function newLogin({ item, keys }: Keyed): readonly NewLogin[] {
  const entry = dockerConfigEntry(item);
  return entry === undefined ? [] : [{ registry: item.resolved.registry.name, keys, entry }];
}

function doneRow({ item, keys }: Keyed): RegistryLogin {
  return { registry: item.check.name, keys, status: "done", reason: null };
}

/** What passed, and stands nowhere all the same, could not be written. */
function failedRow(keyed: Keyed): RegistryLogin {
  const { name, status } = keyed.item.check;
  return { registry: name, keys: [], status: "failed", reason: isWritable(keyed) ? "not-written" : status };
}

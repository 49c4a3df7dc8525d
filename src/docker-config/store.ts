import { dirname, join } from "node:path";
import { RegcredError } from "../errors.ts";
import { look, lookToWrite, PRIVATE, removeRecord, saveRecord, writeConfig } from "./folder.ts";
import type { Found, LockedFolder } from "./folder.ts";
import { addLogin, isOriginal, undoLogins } from "./ledger.ts";
import type { NewLogin, Undone } from "./ledger.ts";
import { CONFIG } from "./names.ts";
import type { LoginRecord } from "./record.ts";

/** How often somebody may get ahead of us, each time within a few milliseconds. */
const TRIES = 20;

/** What a login is known by. */
export interface Fresh {
  readonly id: string;
  /** A random key, for a first record. */
  readonly key: string;
  /** Where the folder had to be made: the nearest above it that was there. */
  readonly madeBelow: string | null;
}

/**
 * Writes logins into a docker config so that a run killed at any moment leaves what the next one mends:
 *
 * 1. undo what an earlier run left pending;
 * 2. the record, with the new login marked pending;
 * 3. `config.json`; where another program has changed it since it was read, 2 and 3 again;
 * 4. the record, in which the login now stands.
 *
 * @throws RegcredError `bad-docker-config`, and what files can be refused for; nothing is written then
 */
export async function writeLogins(locked: LockedFolder, logins: readonly NewLogin[], fresh: Fresh): Promise<void> {
  await mend(locked);
  const { record } = await lookToWrite(locked);
  try {
    await repeated(locked, () => writeOnce(locked, record, logins, fresh));
  } catch (error) {
    // What this cannot undo either, the next run does: it is still pending.
    await locked
      .stillHeld()
      .then(() => mend(locked))
      .catch(() => undefined);
    throw error;
  }
}

async function writeOnce(
  locked: LockedFolder,
  record: LoginRecord | null,
  logins: readonly NewLogin[],
  fresh: Fresh,
): Promise<true | null> {
  const found = await look(locked);
  const next = addLogin({ record: record ?? firstRecord(found, fresh), text: found.text }, fresh.id, logins);
  await saveRecord(locked, { ...next.record, pending: [fresh.id] }, found.attributes);
  if (!(await writeConfig(locked, found, { text: next.text, mode: PRIVATE }))) return null;
  await saveRecord(locked, next.record, found.attributes);
  return true;
}

function firstRecord({ bytes, attributes }: Found, { key, madeBelow }: Fresh): LoginRecord {
  const original = bytes && Buffer.from(bytes).toString("base64");
  return { version: 1, key, original, mode: attributes?.mode ?? null, madeBelow, pending: [], logins: [] };
}

/**
 * Undoes logins, in the same manner; all of them where no ids are given. Gives what became of each registry's entries.
 *
 * @throws RegcredError `bad-docker-config`, and what files can be refused for
 */
export async function removeLogins(locked: LockedFolder, ids?: readonly string[]): Promise<readonly Undone[]> {
  await mend(locked);
  const { record, attributes } = await look(locked);
  const chosen = (record?.logins ?? []).map(({ id }) => id).filter((id) => ids?.includes(id) ?? true);
  if (record === null || chosen.length === 0) return [];
  const pending = { ...record, pending: chosen };
  await saveRecord(locked, pending, attributes);
  return await undo(locked, pending);
}

/** Undoes what a killed run left pending; its files are swept away with it. */
async function mend(locked: LockedFolder): Promise<void> {
  const { folder, files } = locked;
  const { target, record } = await look(locked);
  for (const directory of new Set([folder, dirname(target)])) await files.sweep(directory, { below: false });
  if (record !== null && record.pending.length > 0) await undo(locked, record);
}

/** Undoes what is pending in a record, which is on the disk. */
async function undo(locked: LockedFolder, record: LoginRecord): Promise<readonly Undone[]> {
  return await repeated(locked, () => undoOnce(locked, record));
}

async function undoOnce(locked: LockedFolder, record: LoginRecord): Promise<readonly Undone[] | null> {
  const found = await look(locked);
  const { ledger, undone } = undoLogins({ record, text: found.text }, record.pending);
  // Whoever changed the permissions in between meant it, and a secret that came since may be for nobody else.
  const current = found.attributes?.mode ?? PRIVATE;
  const mode = isOriginal(ledger) && current === PRIVATE ? (record.mode ?? PRIVATE) : current;
  if (!(await writeConfig(locked, found, { text: ledger.text, mode }))) return null;
  if (ledger.record.logins.length === 0) await removeRecord(locked);
  else await saveRecord(locked, { ...ledger.record, pending: [] }, found.attributes);
  if (await isUndone(locked, record)) return undone;
  await saveRecord(locked, record, found.attributes);
  return null;
}

/** Another program may have read our entries before they went, and written them back since. */
async function isUndone(locked: LockedFolder, record: LoginRecord): Promise<boolean> {
  const { text, bytes } = await look(locked);
  const after = undoLogins({ record, text }, record.pending).ledger.text;
  return after === text || after === (bytes && Buffer.from(bytes).toString("utf8"));
}

/** @param once gives null when somebody else came between. */
async function repeated<T>({ folder }: LockedFolder, once: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const done = await once();
    if (done !== null) return done;
  }
  const message = `${join(folder, CONFIG)} cannot be written: another program keeps changing it`;
  throw new RegcredError({ code: "write-failed", message, hint: "run again when that is done" }, { exitCode: 1 });
}

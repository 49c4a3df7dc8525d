import { dirname, join } from "node:path";
import type { Files } from "../io/ports.ts";
import { helperOf, parseDockerConfig } from "./config.ts";
import { addLogin, undoLogins } from "./ledger.ts";
import type { Ledger, NewLogin, Undone } from "./ledger.ts";
import { RECORD, readRecord, writeRecord } from "./record.ts";
import type { LoginRecord } from "./record.ts";

/** A docker config folder that is locked. */
export interface LockedFolder {
  /** Absolute, with every symbolic link resolved. */
  readonly folder: string;
  readonly files: Files;
  /** Called before each write; throws when the lock is lost. */
  readonly stillHeld: () => Promise<void>;
}

/** What a folder holds, as it lies on the disk. */
interface Found {
  readonly record: LoginRecord | null;
  readonly text: string | null;
  /** Where `config.json` really lies: docker follows symbolic links, and so do we. */
  readonly target: string;
  readonly mode: number | null;
  readonly bytes: Uint8Array | null;
}

const CONFIG = "config.json";
const PRIVATE = 0o600;

/**
 * Writes logins into a docker config so that a run killed at any moment leaves what the next one mends:
 *
 * 1. undo what an earlier run left pending;
 * 2. the record, with the new login marked pending;
 * 3. `config.json`;
 * 4. the record, in which the login now stands.
 *
 * @param fresh the id of the login, a random key for a first record, and what had to be made for the folder.
 * @throws RegcredError `bad-docker-config`, and what files can be refused for
 */
export async function writeLogins(
  locked: LockedFolder,
  logins: readonly NewLogin[],
  { id, key, madeBelow }: { readonly id: string; readonly key: string; readonly madeBelow: string | null },
): Promise<void> {
  const mended = await mend(locked);
  const found = await look(locked);
  const record = found.record ?? firstRecord(found, key);
  const next = addLogin(
    { record: { ...record, madeBelow: record.madeBelow ?? madeBelow ?? mended }, text: found.text },
    id,
    logins,
  );
  await writeRecordOf(locked, { ...next.record, pending: [id] });
  await writeConfig(locked, found, { text: next.text, mode: PRIVATE });
  await writeRecordOf(locked, next.record);
}

function firstRecord({ bytes, mode }: Found, key: string): LoginRecord {
  const original = bytes && Buffer.from(bytes).toString("base64");
  return { version: 1, key, original, mode, madeBelow: null, pending: [], logins: [] };
}

/**
 * Undoes logins, in the same manner; all of them where no ids are given. Gives what became of each registry's entries,
 * and where the folder was made by us and nothing is left to undo, what to remove it up to.
 */
export async function removeLogins(
  locked: LockedFolder,
  ids?: readonly string[],
): Promise<{ readonly undone: readonly Undone[]; readonly madeBelow: string | null }> {
  const mended = await mend(locked);
  const found = await look(locked);
  if (found.record === null) return { undone: [], madeBelow: mended };
  const chosen = found.record.logins.map(({ id }) => id).filter((id) => ids?.includes(id) ?? true);
  if (chosen.length === 0) return { undone: [], madeBelow: null };
  await writeRecordOf(locked, { ...found.record, pending: chosen });
  return await undo(locked, { ...found, record: found.record }, chosen);
}

/** Undoes what a killed run left pending; its files are swept away with it. */
async function mend(locked: LockedFolder): Promise<string | null> {
  const { folder, files } = locked;
  const found = await look(locked);
  for (const directory of new Set([folder, dirname(found.target)])) await files.sweep(directory, { below: false });
  if (found.record === null || found.record.pending.length === 0) return null;
  return (await undo(locked, { ...found, record: found.record }, found.record.pending)).madeBelow;
}

async function undo(locked: LockedFolder, found: Found & Ledger, ids: readonly string[]) {
  const { ledger, undone } = undoLogins(found, ids);
  const isLast = ledger.record.logins.length === 0;
  // Whoever changed the permissions in between meant it.
  const mode = isLast && found.mode === PRIVATE ? (found.record.mode ?? PRIVATE) : (found.mode ?? PRIVATE);
  await writeConfig(locked, found, { text: ledger.text, mode });
  if (isLast) await locked.stillHeld().then(() => locked.files.remove(locked.folder, RECORD));
  else await writeRecordOf(locked, { ...ledger.record, pending: [] });
  return { undone, madeBelow: isLast ? ledger.record.madeBelow : null };
}

async function look({ folder, files }: LockedFolder): Promise<Found> {
  const target = await files.destination(join(folder, CONFIG));
  const [bytes, mode, record] = await Promise.all([
    files.readIfThere(target),
    files.modeOf(target),
    files.readIfThere(join(folder, RECORD)),
  ]);
  return {
    record: record && readRecord(Buffer.from(record).toString("utf8"), join(folder, RECORD)),
    text: bytes && parseDockerConfig(bytes, join(folder, CONFIG)),
    ...{ target, mode, bytes },
  };
}

async function writeConfig(
  { files, stillHeld }: LockedFolder,
  { target, mode: oldMode, bytes }: Found,
  { text, mode }: { readonly text: string | null; readonly mode: number },
): Promise<void> {
  const same = text === (bytes && Buffer.from(bytes).toString("utf8"));
  if (same && (mode === oldMode || text === null)) return;
  await stillHeld();
  if (text === null) await files.remove(dirname(target), target);
  else await files.replace(dirname(target), target, Buffer.from(text), { durable: true, mode });
}

async function writeRecordOf({ folder, files, stillHeld }: LockedFolder, record: LoginRecord): Promise<void> {
  await stillHeld();
  await files.replace(folder, RECORD, Buffer.from(writeRecord(record)), { durable: true, mode: PRIVATE });
}

/**
 * What there is to know of a folder without its lock: whether its `config.json` can be read at all, and which
 * credential helper answers for some hosts; and whether a login is recorded.
 *
 * @throws RegcredError `bad-docker-config`, and what files can be refused for
 */
export async function inspectFolder(
  folder: string,
  files: Files,
): Promise<{ readonly helperOf: (hosts: readonly string[]) => string | null; readonly recorded: boolean }> {
  const { text, record } = await look({ folder, files, stillHeld: () => Promise.resolve() });
  return { helperOf: (hosts) => (text === null ? null : helperOf(text, hosts)), recorded: record !== null };
}

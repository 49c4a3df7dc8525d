import { dirname, join } from "node:path";
import { RegcredError } from "../errors.ts";
import type { FileAttributes, FileOwner, Files } from "../io/ports.ts";
import { helperOf, parseDockerConfig } from "./config.ts";
import { CONFIG, RECORD } from "./names.ts";
import { readRecord, writeRecord } from "./record.ts";
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
export interface Found {
  readonly record: LoginRecord | null;
  readonly text: string | null;
  /** Where `config.json` really lies: docker follows symbolic links, and so do we. */
  readonly target: string;
  readonly attributes: FileAttributes | null;
  readonly bytes: Uint8Array | null;
}

/** @throws RegcredError `bad-docker-config`, and what files can be refused for */
export async function look({ folder, files }: Pick<LockedFolder, "folder" | "files">): Promise<Found> {
  const target = await files.destination(join(folder, CONFIG));
  const [bytes, attributes, record] = await Promise.all([
    files.readIfThere(target),
    files.attributesOf(target),
    files.readIfThere(join(folder, RECORD)),
  ]);
  return {
    record: record && readRecord(Buffer.from(record).toString("utf8"), join(folder, RECORD)),
    text: bytes && parseDockerConfig(bytes, join(folder, CONFIG)),
    ...{ target, attributes, bytes },
  };
}

/** The same, for what is to be written: docker makes no folder behind a link, and would not find it. */
export async function lookToWrite(place: Pick<LockedFolder, "folder" | "files">): Promise<Found> {
  const found = await look(place);
  const [link, behind] = [join(place.folder, CONFIG), dirname(found.target)];
  if (found.target === link || (await place.files.realPath(behind)) !== null) return found;
  const message = `${link} is a symbolic link into ${behind}, which is not there`;
  throw new RegcredError({ code: "bad-docker-config", message, hint: "make that folder, or remove the link" });
}

/** False when somebody else has changed the file since it was looked at; then nothing is written. */
export async function writeConfig(
  { files, stillHeld }: LockedFolder,
  { target, attributes, bytes }: Found,
  { text, mode }: { readonly text: string | null; readonly mode: number },
): Promise<boolean> {
  const same = text === (bytes && Buffer.from(bytes).toString("utf8"));
  if (same && (mode === attributes?.mode || text === null)) return true;
  await stillHeld();
  const [folder, expected] = [dirname(target), bytes];
  if (text === null) return await files.remove(folder, target, { expected });
  const options = { durable: true, mode, owner: attributes ?? undefined, expected };
  return await files.replace(folder, target, Buffer.from(text), options);
}

/** Permissions of what nobody else may read. */
export const PRIVATE = 0o600;

/** @param owner of `config.json`: who may read that may undo the login. */
export async function saveRecord(
  { folder, files, stillHeld }: LockedFolder,
  record: LoginRecord,
  owner: FileOwner | null,
): Promise<void> {
  await stillHeld();
  const options = { durable: true, mode: PRIVATE, owner: owner ?? undefined };
  await files.replace(folder, RECORD, Buffer.from(writeRecord(record)), options);
}

export async function removeRecord({ folder, files, stillHeld }: LockedFolder): Promise<void> {
  await stillHeld();
  await files.remove(folder, RECORD);
}

/**
 * What the record of a folder says, which need not be locked: null when no login is recorded; else where we had to make
 * the folder, the nearest above it that was there.
 *
 * @throws RegcredError `bad-docker-config`, and what files can be refused for
 */
export async function recordedIn(folder: string, files: Files): Promise<Pick<LoginRecord, "madeBelow"> | null> {
  return (await look({ folder, files })).record;
}

/**
 * Whether the `config.json` of a folder, which need not be locked, could be written; and which credential helper it
 * names for a host.
 *
 * @throws RegcredError `bad-docker-config`, and what files can be refused for
 */
export async function helpersIn(folder: string, files: Files): Promise<(host: string) => string | null> {
  const { text } = await lookToWrite({ folder, files });
  return (host) => (text === null ? null : helperOf(text, host));
}

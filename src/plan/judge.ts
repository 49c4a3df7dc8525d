import type {
  Action,
  ExistingCluster,
  ExistingFile,
  KeptEntries,
  LockedFile,
  LockedSecret,
  OpenedFile,
  Reason,
  WantedEntry,
  WantedSecret,
} from "../model.ts";
import { difference, foundIn, isTold, isUnchanged, lockedSecret } from "./comparison.ts";
import { lockedFile, UNREAD } from "./ownership.ts";

/** What is to become of one wanted pull secret. */
export interface Verdict {
  readonly action: Exclude<Action, "remove">;
  readonly reason: Reason;
  /** What goes into the file; for a hold, what caused it. */
  readonly entries: readonly WantedEntry[];
  /**
   * What the lock says of the file that is there, when it is ours: while the run writes, and after it where the file
   * stays.
   */
  readonly owned?: LockedFile | undefined;
  /** Of an update: what goes on as it was. */
  readonly kept?: KeptEntries;
  /** The file is there, and we did not write it. */
  readonly foreign?: boolean | undefined;
}

/**
 * Judges one wanted pull secret against what is at its path today.
 *
 * 1. Nothing there: it is made from what passed, and from what the lock says was in it and has not changed since.
 * 2. Something there that is not ours: it is left alone, unless adopted.
 * 3. Ours, and a registry in it is unresolved, or changed and failed its check: it is held; where it was opened, only
 *    that registry's entry in it is, and the rest is updated.
 * 4. Ours, and different from what is wanted: it is rewritten. An unchanged credential whose check failed stays in it.
 *
 * What a file holds is told by the lock of ours that names it, or by the file itself where it was opened.
 */
export function judge(wanted: WantedSecret, existing: ExistingCluster, adopt: boolean): Verdict {
  const file = existing.files.get(wanted.path);
  const locked = lockedFile(existing, wanted.path);
  if (file === undefined) return made(wanted, locked);
  if (locked?.secret === undefined) return takenOver(wanted, file, existing, adopt);
  const edited = file.blob !== locked.blob;
  const opened = edited ? undefined : file.opened;
  const secret = opened === undefined ? locked.secret : foundIn(wanted, opened, locked.secret);
  // Of a file that was taken over unread nobody knows who made its entries.
  const source = locked.secret.frame === UNREAD ? undefined : opened;
  return compared(wanted, { held: locked, secret, blob: locked.blob, edited, source });
}

/** Whether a file has to be opened: no lock tells what is in it, or an entry in it is to be kept. */
export function isUntold(wanted: WantedSecret, existing: ExistingCluster, adopt: boolean): boolean {
  const file = existing.files.get(wanted.path);
  const locked = lockedFile(existing, wanted.path);
  if (file === undefined || file.blob === null) return false;
  if (locked?.secret === undefined) return takeOverReason(wanted, existing, adopt) !== null;
  return file.blob === locked.blob && (!isTold(wanted, locked.secret) || blockersOf(wanted, locked.secret).length > 0);
}

function held(entries: readonly WantedEntry[]): Verdict {
  return { action: "hold", reason: "registry-failed", entries };
}

function made({ entries }: WantedSecret, locked: LockedFile | undefined): Verdict {
  const ready = entries.filter((entry) => entry.state === "passed" || isUnchanged(entry, locked?.secret));
  if (ready.length === 0) return held(entries);
  return { action: "create", reason: locked === undefined ? "new" : "missing", entries: ready };
}

/** Why a file that no lock of ours names may be rewritten; null when it may not. */
function takeOverReason({ path, key }: WantedSecret, { lock, files }: ExistingCluster, adopt: boolean): Reason | null {
  const labelled = lock.kind === "unvouched" && files.get(path)?.managed === true;
  if (labelled && lock.lock.key !== null && lock.lock.key !== key) return "fingerprint-key-changed";
  const named = lock.kind === "ours" && Object.hasOwn(lock.lock.files, path);
  return adopt || labelled || named ? "unknown" : null;
}

function takenOver(wanted: WantedSecret, file: ExistingFile, existing: ExistingCluster, adopt: boolean): Verdict {
  const reason = takeOverReason(wanted, existing, adopt);
  if (reason === null) return { action: "hold", reason: "unknown", entries: wanted.entries, foreign: true };
  const owned = unreadFile(wanted, file);
  const { lock } = existing;
  const claimed = lock.kind === "unvouched" ? lock.lock.files[wanted.path]?.secret : undefined;
  if (file.opened !== undefined) {
    const secret = foundIn(wanted, file.opened, claimed);
    return compared(wanted, { held: owned, secret, blob: owned.blob, edited: false });
  }
  const failed = wanted.entries.filter(({ state }) => state !== "passed");
  if (failed.length > 0) return { ...held(failed), owned };
  return { action: "update", reason, entries: wanted.entries, owned };
}

/**
 * A file that is ours now although nobody knows what is in it: it stays listed, and is rewritten once all of it is at
 * hand.
 */
function unreadFile({ namespace, name, entries }: WantedSecret, { blob }: ExistingFile): LockedFile {
  const registries = Object.fromEntries(entries.map(({ registry }) => [registry, null]));
  const secret = { namespace, name, recipients: [], frame: UNREAD, expiresAt: null, key: null, registries };
  return { blob: blob ?? "", secret };
}

/** A file that is ours, with what is known of it. */
interface Known {
  /** What the lock says of it until it is rewritten. */
  readonly held: LockedFile;
  /** What is in it. */
  readonly secret: LockedSecret;
  readonly blob: string;
  readonly edited: boolean;
  /** What was found in it, where a lock vouches that we made it: only then may an entry of it be kept. */
  readonly source?: OpenedFile | undefined;
}

function compared(wanted: WantedSecret, known: Known): Verdict {
  const { held: owned, secret, blob, edited } = known;
  const blockers = blockersOf(wanted, secret, edited);
  if (blockers.length > 0) return updatedAround(blockers, wanted, known) ?? { ...held(blockers), owned };
  const entries = wanted.entries.filter((entry) => entry.state === "passed" || isUnchanged(entry, secret));
  if (entries.length === 0) return { ...held(wanted.entries), owned };
  const reason = edited ? "edited-by-hand" : difference(wanted, entries, secret);
  if (reason !== "unchanged") return { action: "update", reason, entries, owned };
  return { action: "keep", reason, entries, owned: { blob, secret: lockedSecret(wanted, entries) } };
}

/** Keeps the old entries of registries that did not pass, and updates the rest; null where there is nothing to update. */
function updatedAround(
  blockers: readonly WantedEntry[],
  wanted: WantedSecret,
  { held: owned, secret, blob, source }: Known,
): Verdict | null {
  const old = new Map(blockers.flatMap((entry) => oldEntry(entry, secret, source)));
  if (old.size < blockers.length) return null;
  const entries = wanted.entries.flatMap((entry) => {
    const isReady = entry.state === "passed" || isUnchanged(entry, secret);
    return old.get(entry.registry) ?? (isReady ? [entry] : []);
  });
  const reason = difference(wanted, entries, secret);
  if (reason === "unchanged") return null;
  return { action: "update", reason, entries, kept: { blob, registries: [...old.keys()] }, owned };
}

/** A registry's entry as the file holds it. When it expires only the file's lock may know. */
function oldEntry(
  entry: WantedEntry,
  { expiresAt }: LockedSecret,
  source: OpenedFile | undefined,
): readonly (readonly [string, WantedEntry])[] {
  const { registry, server } = entry;
  if (source === undefined || source.frame === null || server === null) return [];
  const print = source.fingerprints.get(server);
  if (print === undefined) return [];
  return [[registry, { ...entry, fingerprints: { [source.key]: print }, expiresAt }]];
}

function blockersOf(wanted: WantedSecret, secret: LockedSecret, edited = false): readonly WantedEntry[] {
  const unread = edited || secret.frame === UNREAD;
  return wanted.entries.filter((entry) => blocks(entry, wanted, secret, unread));
}

/**
 * Whether a registry that did not pass keeps a file from being rewritten: what it has in the file would be lost, be it
 * under its own name or under another that is no longer wanted, such as the one before it was renamed.
 *
 * @param unread the file is not the one that the lock speaks of: written by a run whose lock was lost, say, or by hand.
 */
function blocks(entry: WantedEntry, { entries }: WantedSecret, secret: LockedSecret, unread: boolean): boolean {
  if (entry.state === "passed" || isUnchanged(entry, secret)) return false;
  if (unread || Object.hasOwn(secret.registries, entry.registry)) return true;
  return Object.keys(secret.registries).some((name) => !entries.some(({ registry }) => registry === name));
}

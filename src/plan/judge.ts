import type {
  Action,
  ExistingCluster,
  ExistingFile,
  LockedFile,
  LockedSecret,
  PlannedWrite,
  Reason,
  WantedEntry,
  WantedSecret,
} from "../model.ts";
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
  /** The file is there, and we did not write it. */
  readonly foreign?: boolean | undefined;
}

/**
 * Judges one wanted pull secret against what is at its path today.
 *
 * 1. Nothing there: it is made from what passed, and from what the lock says was in it and has not changed since.
 * 2. Something there that is not ours: it is left alone, unless adopted.
 * 3. Ours, and a registry in it is unresolved, or changed and failed its check: it is held.
 * 4. Ours, and different from what is wanted: it is rewritten. An unchanged credential whose check failed stays in it.
 */
export function judge(wanted: WantedSecret, existing: ExistingCluster, adopt: boolean): Verdict {
  const file = existing.files.get(wanted.path);
  const locked = lockedFile(existing, wanted.path);
  if (file === undefined) return made(wanted, locked);
  if (locked?.secret === undefined) return takenOver(wanted, file, takeOverReason(wanted, existing, adopt));
  return compared(wanted, locked, locked.secret, file.blob !== locked.blob);
}

function held(entries: readonly WantedEntry[]): Verdict {
  return { action: "hold", reason: "registry-failed", entries };
}

function made({ entries }: WantedSecret, locked: LockedFile | undefined): Verdict {
  const ready = entries.filter((entry) => entry.state === "passed" || isUnchanged(entry, locked?.secret));
  if (ready.length === 0) return held(entries);
  return { action: "create", reason: locked === undefined ? "new" : "missing", entries: ready };
}

/** Why a file that no trusted lock names may be rewritten; null when it may not. */
function takeOverReason({ path, key }: WantedSecret, { lock, files }: ExistingCluster, adopt: boolean): Reason | null {
  const untrusted = lock.kind === "ours" && !lock.trusted && files.get(path)?.managed === true;
  if (untrusted && lock.lock.key !== null && lock.lock.key !== key) return "fingerprint-key-changed";
  return adopt || untrusted || (lock.kind === "ours" && lock.trusted && Object.hasOwn(lock.lock.files, path))
    ? "unknown"
    : null;
}

function takenOver(wanted: WantedSecret, file: ExistingFile, reason: Reason | null): Verdict {
  if (reason === null) return { action: "hold", reason: "unknown", entries: wanted.entries, foreign: true };
  const failed = wanted.entries.filter(({ state }) => state !== "passed");
  const owned = unreadFile(wanted, file);
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

function compared(wanted: WantedSecret, locked: LockedFile, secret: LockedSecret, edited: boolean): Verdict {
  const blockers = wanted.entries.filter((entry) => blocks(entry, wanted, secret));
  if (blockers.length > 0) return { ...held(blockers), owned: locked };
  const entries = wanted.entries.filter((entry) => entry.state === "passed" || isUnchanged(entry, secret));
  if (entries.length === 0) return { ...held(wanted.entries), owned: locked };
  const reason = edited ? "edited-by-hand" : difference(wanted, entries, secret);
  if (reason !== "unchanged") return { action: "update", reason, entries, owned: locked };
  return { action: "keep", reason, entries, owned: { ...locked, secret: { ...secret, expiresAt: soonest(entries) } } };
}

/**
 * Whether a registry that did not pass keeps a file from being rewritten: what it has in the file would be lost, be it
 * under its own name or under another that is no longer wanted, such as the one before it was renamed.
 */
function blocks(entry: WantedEntry, { entries }: WantedSecret, secret: LockedSecret): boolean {
  if (entry.state === "passed" || isUnchanged(entry, secret)) return false;
  if (Object.hasOwn(secret.registries, entry.registry)) return true;
  return Object.keys(secret.registries).some((name) => !entries.some(({ registry }) => registry === name));
}

/** Whether a file is known to hold this very credential. Without a key on either side nobody knows. */
function isUnchanged({ registry, fingerprint }: WantedEntry, secret: LockedSecret | undefined): boolean {
  return secret !== undefined && fingerprint !== null && fingerprintIn(secret, registry) === fingerprint;
}

function fingerprintIn({ registries }: LockedSecret, registry: string): string | null | undefined {
  return Object.hasOwn(registries, registry) ? registries[registry] : undefined;
}

function difference(wanted: WantedSecret, entries: readonly WantedEntry[], secret: LockedSecret): Reason {
  if (secret.frame === UNREAD) return "unknown";
  if (!sameSet(wanted.recipients, secret.recipients)) return "recipients-changed";
  if (wanted.frame !== secret.frame) return "content-changed";
  const registries = entries.map(({ registry }) => registry);
  if (!sameSet(registries, Object.keys(secret.registries))) return "content-changed";
  if (entries.some(({ fingerprint }) => fingerprint === null)) return "unknown";
  if (wanted.key !== secret.key) return secret.key === null ? "unknown" : "fingerprint-key-changed";
  return entries.every((entry) => isUnchanged(entry, secret)) ? "unchanged" : "credential-changed";
}

/**
 * Whether a file is known to hold what a write would put there. It may hold more: what is there of registries that are
 * wanted and did not pass.
 */
export function isWritten({ wanted, entries }: PlannedWrite, { secret }: LockedFile): boolean {
  if (secret === undefined || secret.key === null || secret.key !== wanted.key || !fits(wanted, secret)) return false;
  const failed = wanted.entries.filter(({ state }) => state !== "passed").map(({ registry }) => registry);
  const known = new Set([...entries.map(({ registry }) => registry), ...failed]);
  return (
    Object.keys(secret.registries).every((name) => known.has(name)) &&
    entries.every((entry) => isUnchanged(entry, secret))
  );
}

/** Whether all but the credentials in a file is what is wanted: who can decrypt it, its labels, and no other registry. */
export function fits({ recipients, frame, entries }: WantedSecret, secret: LockedSecret): boolean {
  if (!sameSet(recipients, secret.recipients) || frame !== secret.frame) return false;
  return Object.keys(secret.registries).every((name) => entries.some(({ registry }) => registry === name));
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}

/**
 * The first moment at which an entry of a file stops working; null when none is known. ISO 8601 instants sort as text.
 */
export function soonest(entries: readonly WantedEntry[]): string | null {
  return entries
    .map(({ expiresAt }) => expiresAt)
    .reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

import type {
  Action,
  ExistingCluster,
  ExistingFile,
  LockedFile,
  LockedSecret,
  Reason,
  WantedEntry,
  WantedSecret,
} from "../model.ts";
import { lockedFile } from "./ownership.ts";

/** What is to become of one wanted pull secret. */
export interface Verdict {
  readonly action: Exclude<Action, "remove">;
  readonly reason: Reason;
  /** What goes into the file; for a hold, what caused it. */
  readonly entries: readonly WantedEntry[];
  /** What the lock says of the file that is there, when it is ours: while the run writes, and after it where the file stays. */
  readonly owned?: LockedFile | undefined;
  /** The file is there, and we did not write it. */
  readonly foreign?: boolean | undefined;
}

/**
 * Judges one wanted pull secret against what is at its path today.
 *
 * 1. Nothing there: it is made from what passed.
 * 2. Something there that is not ours: it is left alone, unless adopted.
 * 3. Ours, and a registry in it is unresolved, or changed and failed its check: it is held.
 * 4. Ours, and different from what is wanted: it is rewritten. An unchanged credential whose check failed stays in it.
 */
export function judge(wanted: WantedSecret, existing: ExistingCluster, adopt: boolean): Verdict {
  const passed = wanted.entries.filter(({ state }) => state === "passed");
  const file = existing.files.get(wanted.path);
  const locked = lockedFile(existing, wanted.path);
  if (file === undefined) return passed.length === 0 ? held(wanted.entries) : made(passed, locked);
  if (locked === undefined) return takenOver(wanted, file, adopt ? "unknown" : rewriteReason(wanted, existing));
  return compared(wanted, locked, file.blob !== locked.blob, passed);
}

/** Why a file is rewritten that an untrusted lock names and that says of itself that it is ours; null when it is not that. */
function rewriteReason({ path, key }: WantedSecret, { lock, files }: ExistingCluster): Reason | null {
  const named = lock.kind === "ours" && !lock.trusted && path in lock.lock.files && files.get(path)?.managed === true;
  if (!named) return null;
  return lock.lock.key !== null && lock.lock.key !== key ? "fingerprint-key-changed" : "unknown";
}

function held(entries: readonly WantedEntry[]): Verdict {
  return { action: "hold", reason: "registry-failed", entries };
}

function made(entries: readonly WantedEntry[], locked: LockedFile | undefined): Verdict {
  return { action: "create", reason: locked === undefined ? "new" : "missing", entries };
}

function takenOver(wanted: WantedSecret, file: ExistingFile, reason: Reason | null): Verdict {
  if (reason === null) return { action: "hold", reason: "unknown", entries: wanted.entries, foreign: true };
  const failed = wanted.entries.filter(({ state }) => state !== "passed");
  const owned = unreadFile(wanted, file);
  if (failed.length > 0) return { ...held(failed), owned };
  return { action: "update", reason, entries: wanted.entries, owned };
}

/** A file that is ours now although nobody knows what is in it: it stays listed, and is rewritten once all of it is at hand. */
function unreadFile({ namespace, name, entries }: WantedSecret, { blob }: ExistingFile): LockedFile {
  const registries = Object.fromEntries(entries.map(({ registry }) => [registry, null]));
  const secret = { namespace, name, recipients: [], frame: "", expiresAt: null, key: null, registries };
  return { blob: blob ?? "", secret };
}

function compared(wanted: WantedSecret, locked: LockedFile, edited: boolean, passed: readonly WantedEntry[]): Verdict {
  const secret = locked.secret;
  if (secret === undefined) return { action: "update", reason: "unknown", entries: passed, owned: locked };
  const blockers = wanted.entries.filter((entry) => blocks(entry, secret));
  if (blockers.length > 0) return { ...held(blockers), owned: locked };
  const entries = wanted.entries.filter((entry) => entry.state === "passed" || entry.registry in secret.registries);
  if (entries.length === 0) return { ...held(wanted.entries), owned: locked };
  const reason = edited ? "edited-by-hand" : difference(wanted, entries, secret);
  if (reason !== "unchanged") return { action: "update", reason, entries, owned: locked };
  return { action: "keep", reason, entries, owned: { ...locked, secret: { ...secret, expiresAt: soonest(entries) } } };
}

/** Whether a registry that is in the file keeps it from being rewritten: no credential, or a changed one that failed. */
function blocks(entry: WantedEntry, secret: LockedSecret): boolean {
  const before = secret.registries[entry.registry];
  if (entry.state === "passed" || before === undefined) return false;
  // Without a key on either side nobody knows whether it changed; an unresolved one has no fingerprint.
  return before === null || before !== entry.fingerprint;
}

function difference(wanted: WantedSecret, entries: readonly WantedEntry[], secret: LockedSecret): Reason {
  if (!sameSet(wanted.recipients, secret.recipients)) return "recipients-changed";
  if (wanted.frame !== secret.frame) return "content-changed";
  const registries = entries.map(({ registry }) => registry);
  if (!sameSet(registries, Object.keys(secret.registries))) return "content-changed";
  if (entries.some(({ fingerprint }) => fingerprint === null)) return "unknown";
  if (wanted.key !== secret.key) return secret.key === null ? "unknown" : "fingerprint-key-changed";
  const same = entries.every(({ registry, fingerprint }) => secret.registries[registry] === fingerprint);
  return same ? "unchanged" : "credential-changed";
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}

/** The first moment at which an entry of a file stops working; null when none is known. ISO 8601 instants sort as text. */
export function soonest(entries: readonly WantedEntry[]): string | null {
  return entries
    .map(({ expiresAt }) => expiresAt)
    .reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

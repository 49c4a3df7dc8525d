import type { LockedSecret, OpenedFile, PlannedWrite, Reason, WantedEntry, WantedSecret } from "../model.ts";
import { UNREAD } from "./ownership.ts";

/**
 * Whether a file is known to hold this very credential: their fingerprints are compared under the key that the lock
 * names. Without a key on either side nobody knows.
 */
export function isUnchanged({ registry, fingerprints }: WantedEntry, secret: LockedSecret | undefined): boolean {
  if (secret === undefined || secret.key === null) return false;
  const fingerprint = valueOf(fingerprints, secret.key);
  return fingerprint !== undefined && valueOf(secret.registries, registry) === fingerprint;
}

/** A lock may name what every object has. */
function valueOf<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Whether fingerprints tell what is in a file. */
export function isTold({ keys }: WantedSecret, { frame, key, registries }: LockedSecret): boolean {
  return frame !== UNREAD && key !== null && keys.includes(key) && !Object.values(registries).includes(null);
}

/**
 * What a file was found to hold, told as a lock would. Entries of servers that nobody wants stand under a name that no
 * registry has.
 *
 * @param claimed what a lock says of it: where the two name other recipients, nobody knows whose it is.
 */
export function foundIn(
  { namespace, name, entries }: WantedSecret,
  { recipients, frame, key, fingerprints }: OpenedFile,
  claimed: LockedSecret | undefined,
): LockedSecret {
  const names = new Map(entries.map(({ server, registry }) => [server, registry]));
  const registries = [...fingerprints].map(([server, value]) => [names.get(server) ?? `${server}/`, value] as const);
  const agreed = claimed === undefined || claimed.frame === UNREAD || sameSet(claimed.recipients, recipients);
  return {
    ...{ namespace, name, key, expiresAt: claimed?.expiresAt ?? null },
    recipients: agreed ? recipients : [],
    frame: frame ?? NOT_OURS,
    registries: Object.fromEntries(registries),
  };
}

/** The frame of what we did not write. */
const NOT_OURS = "not ours";

/** In what a file differs from what is wanted. */
export function difference(wanted: WantedSecret, entries: readonly WantedEntry[], secret: LockedSecret): Reason {
  if (secret.frame === UNREAD) return "unknown";
  if (!sameSet(wanted.recipients, secret.recipients)) return "recipients-changed";
  if (wanted.frame !== secret.frame) return "content-changed";
  const registries = entries.map(({ registry }) => registry);
  if (!sameSet(registries, Object.keys(secret.registries))) return "content-changed";
  if (secret.key === null || Object.values(secret.registries).includes(null)) return "unknown";
  if (!wanted.keys.includes(secret.key)) return wanted.key === null ? "unknown" : "fingerprint-key-changed";
  return entries.every((entry) => isUnchanged(entry, secret)) ? "unchanged" : "credential-changed";
}

/**
 * Whether a file is known to hold what a write would put there. It may hold more: what is there of registries that are
 * wanted and did not pass.
 */
export function isWritten({ wanted, entries }: PlannedWrite, secret: LockedSecret): boolean {
  if (!fits(wanted, secret)) return false;
  const failed = wanted.entries.filter(({ state }) => state !== "passed").map(({ registry }) => registry);
  const known = new Set([...entries.map(({ registry }) => registry), ...failed]);
  const more = Object.keys(secret.registries).filter((name) => !known.has(name));
  return more.length === 0 && entries.every((entry) => isUnchanged(entry, secret));
}

/** Whether all but the credentials in a file is what is wanted: who can decrypt it, its labels, and no other registry. */
export function fits({ recipients, frame, entries }: WantedSecret, secret: LockedSecret): boolean {
  if (!sameSet(recipients, secret.recipients) || frame !== secret.frame) return false;
  return Object.keys(secret.registries).every((name) => entries.some(({ registry }) => registry === name));
}

/** Whether a write would put an older entry in the place of another that a file is not known to share with it. */
export function isOlder({ entries, kept }: PlannedWrite, secret: LockedSecret): boolean {
  const old = entries.filter(({ registry }) => kept?.registries.includes(registry));
  return old.some((entry) => !isUnchanged(entry, secret));
}

/** What the lock says of a file that is written as wanted, with these entries. */
export function lockedSecret(wanted: WantedSecret, entries: readonly WantedEntry[]): LockedSecret {
  const { namespace, name, recipients, frame, key } = wanted;
  const expiresAt = soonest(entries);
  return { namespace, name, recipients, frame, expiresAt, key, registries: fingerprintsOf(entries, key) };
}

/** What the lock says of a file that holds these entries and stays: when they expire, all of it under the run's key. */
export function renewed(secret: LockedSecret, { key }: WantedSecret, entries: readonly WantedEntry[]): LockedSecret {
  const told = { ...secret, expiresAt: soonest(entries) };
  if (secret.key === key) return told;
  // Of what is in it and is not what is wanted, nobody knows more than under the key that was.
  const known = fingerprintsOf(
    entries.filter((entry) => isUnchanged(entry, secret)),
    key,
  );
  const names = Object.keys(secret.registries);
  return { ...told, key, registries: Object.fromEntries(names.map((name) => [name, valueOf(known, name) ?? null])) };
}

function fingerprintsOf(entries: readonly WantedEntry[], key: string | null): LockedSecret["registries"] {
  return Object.fromEntries(
    entries.map(({ registry, fingerprints }) => [registry, key === null ? null : (valueOf(fingerprints, key) ?? null)]),
  );
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

import { isJsonObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Lock, LockedFile, LockedSecret, LockState } from "../model.ts";

/** What vouches for a lock's text. */
export interface LockKey {
  /** HMAC of the text, hexadecimal. */
  mac(text: string): string;
  /** Whether the HMAC is the text's, under this key or the one before it, in constant time. */
  verify(text: string, mac: string): boolean;
}

const VERSION = 1;

/**
 * The text of `regcred.lock`: JSON with sorted paths, and last the HMAC over all that stands before it; null without a
 * key.
 */
export function writeLock(lock: Lock, key: LockKey | null): string {
  const body = lockBody(lock);
  return `${JSON.stringify({ ...body, mac: key?.mac(JSON.stringify(body)) ?? null }, null, 2)}\n`;
}

/** What the text of a `regcred.lock` turns out to be, for one cluster of one configuration. */
export function readLock(text: string, mine: { owner: string; cluster: string }, key: LockKey | null): LockState {
  const json = parseJson(text);
  if (!isJsonObject(json) || typeof json["version"] !== "number") return { kind: "malformed" };
  if (json["version"] > VERSION) return { kind: "newer", version: json["version"] };
  const lock = json["version"] === VERSION ? parseLock(json) : null;
  if (lock === null) return { kind: "malformed" };
  if (lock.owner !== mine.owner || lock.cluster !== mine.cluster) return { kind: "foreign", lock };
  return { kind: isVouchedFor(lock, json["mac"], key) ? "ours" : "unvouched", lock };
}

/** Without a key nothing can be judged; with one, its HMAC must be there and right. */
function isVouchedFor(lock: Lock, mac: unknown, key: LockKey | null): boolean {
  if (key === null) return true;
  return typeof mac === "string" && key.verify(JSON.stringify(lockBody(lock)), mac);
}

/** The lock with its keys in one order, so that equal locks have equal bytes. */
function lockBody({ owner, cluster, key, files, pending }: Lock): Lock {
  const body = { version: VERSION, owner, cluster, key, files: sorted(files, lockedFileBody) } as const;
  return pending === undefined ? body : { ...body, pending: sorted(pending, lockedFileBody) };
}

function lockedFileBody({ blob, secret }: LockedFile): LockedFile {
  return secret === undefined ? { blob } : { blob, secret: lockedSecretBody(secret) };
}

function lockedSecretBody(secret: LockedSecret): LockedSecret {
  const { namespace, name, recipients, frame, expiresAt, key } = secret;
  return {
    namespace,
    name,
    recipients,
    frame,
    expiresAt,
    key,
    registries: sorted(secret.registries, (value) => value),
  };
}

function sorted<T>(map: Readonly<Record<string, T>>, body: (value: T) => T): Record<string, T> {
  const entries = Object.entries(map).map(([key, value]) => [key, body(value)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// Reading is strict: what does not look exactly like a lock of ours is malformed, and a malformed lock stops its
// cluster.

function parseLock({ owner, cluster, key, files, pending }: JsonObject): Lock | null {
  if (typeof owner !== "string" || typeof cluster !== "string" || !isTextOrNull(key)) return null;
  const locked = parseMap(files, parseFile);
  const waiting = pending === undefined ? undefined : parseMap(pending, parseFile);
  if (locked === null || waiting === null) return null;
  return { version: VERSION, owner, cluster, key, files: locked, ...(waiting && { pending: waiting }) };
}

function parseFile(value: unknown): LockedFile | null {
  if (!isJsonObject(value) || typeof value["blob"] !== "string") return null;
  if (value["secret"] === undefined) return { blob: value["blob"] };
  const secret = parseSecret(value["secret"]);
  return secret === null ? null : { blob: value["blob"], secret };
}

function parseSecret(value: unknown): LockedSecret | null {
  if (!isJsonObject(value)) return null;
  const { namespace, name, recipients, frame, expiresAt, key } = value;
  if (typeof namespace !== "string" || typeof name !== "string" || typeof frame !== "string") return null;
  if (!isTextOrNull(expiresAt) || !isTextOrNull(key) || !isTextList(recipients)) return null;
  const registries = parseMap(value["registries"], (entry) => (isTextOrNull(entry) ? { entry } : null));
  if (registries === null) return null;
  const fingerprints = Object.fromEntries(Object.entries(registries).map(([name, { entry }]) => [name, entry]));
  return { namespace, name, recipients, frame, expiresAt, key, registries: fingerprints };
}

/** Reads a map whose values are read by `parse`; null when one of them is not. */
function parseMap<T>(value: unknown, parse: (value: unknown) => T | null): Record<string, T> | null {
  if (!isJsonObject(value)) return null;
  const entries = Object.entries(value).map(([key, item]) => [key, parse(item)] as const);
  const good = entries.flatMap(([key, item]) => (item === null ? [] : [[key, item] as const]));
  return good.length === entries.length ? Object.fromEntries(good) : null;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

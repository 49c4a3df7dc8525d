import { createHmac, createSecretKey, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { RegcredError } from "../errors.ts";
import type { Environment } from "../io/ports.ts";
import type { Secret } from "../secret.ts";

/** The variable that holds the fingerprint key. */
export const FINGERPRINT_KEY = "REGCRED_FINGERPRINT_KEY";

/** The variable that holds the one before it, while the key is changed. */
export const PREVIOUS_FINGERPRINT_KEY = "REGCRED_FINGERPRINT_KEY_PREVIOUS";

/**
 * What a fingerprint is taken of. Its place is part of it, so that equal credentials look different in different
 * places.
 */
export interface Fingerprinted {
  readonly owner: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly secret: string;
  readonly registry: string;
  readonly server: string;
  readonly username: string;
  readonly password: Secret;
}

/**
 * The key by which credentials are compared with those of an earlier run without keeping them. A plain hash of a secret
 * could be guessed offline by everybody who reads the repository; under a key it cannot.
 */
export class FingerprintKey {
  /** 16 hexadecimal digits that tell this key from others and nothing about it. */
  readonly id: string;
  readonly #subkeys: Readonly<Record<Purpose, KeyObject>>;

  constructor(key: Uint8Array) {
    this.id = Buffer.from(subkey(key, "key id")).toString("hex").slice(0, 16);
    this.#subkeys = {
      fingerprint: createSecretKey(subkey(key, "fingerprint")),
      lock: createSecretKey(subkey(key, "lock")),
    };
  }

  /** An HMAC-SHA-256 under the subkey for this purpose alone. */
  hmac(purpose: Purpose): ReturnType<typeof createHmac> {
    return createHmac("sha256", this.#subkeys[purpose]);
  }
}

type Purpose = "fingerprint" | "lock";

/** HKDF-SHA-256 (RFC 5869), so that what one subkey makes says nothing about the others. */
function subkey(key: Uint8Array, purpose: Purpose | "key id"): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", `regcred ${purpose}`, 32));
}

/** The fingerprint keys of a run; each null when its variable is not set or empty. */
export interface FingerprintKeys {
  readonly current: FingerprintKey | null;
  readonly previous: FingerprintKey | null;
}

/**
 * The keys in `REGCRED_FINGERPRINT_KEY` and `REGCRED_FINGERPRINT_KEY_PREVIOUS`.
 *
 * @throws RegcredError `bad-fingerprint-key` for anything but 64 or more hexadecimal digits, and for a previous key
 *   without a current one; never shows them.
 */
export function readFingerprintKeys(environment: Environment): FingerprintKeys {
  const current = readKey(environment, FINGERPRINT_KEY);
  const previous = readKey(environment, PREVIOUS_FINGERPRINT_KEY);
  if (current === null && previous !== null) throw previousAlone();
  return { current, previous };
}

/** A key for one run, under which nothing is kept. */
export function ephemeralFingerprintKey(): FingerprintKey {
  return new FingerprintKey(randomBytes(32));
}

function readKey(environment: Environment, variable: string): FingerprintKey | null {
  const text = (environment.get(variable) ?? "").trim();
  if (text === "") return null;
  if (!/^(?:[0-9a-fA-F]{2}){32,}$/.test(text)) throw badKey(variable, text.length);
  return new FingerprintKey(Buffer.from(text, "hex"));
}

/** HMAC-SHA-256 (hexadecimal) of a credential in its place. */
export function fingerprint(key: FingerprintKey, of: Fingerprinted): string {
  const { owner, cluster, namespace, secret, registry, server, username, password } = of;
  const hmac = key.hmac("fingerprint");
  for (const field of [owner, cluster, namespace, secret, registry, server, username, password.reveal()]) {
    const bytes = Buffer.from(field);
    // Each field with its length before it: no two lists of fields run together to the same bytes.
    hmac.update(lengthOf(bytes)).update(bytes);
  }
  return hmac.digest("hex");
}

/** HMAC-SHA-256 (hexadecimal) of a lock's text. */
export function lockMac(key: FingerprintKey, text: string): string {
  return key.hmac("lock").update(text).digest("hex");
}

/** Whether an HMAC is the lock's, in constant time. */
export function verifyLockMac(key: FingerprintKey, text: string, mac: string): boolean {
  const [right, given] = [Buffer.from(lockMac(key, text)), Buffer.from(mac)];
  return right.length === given.length && timingSafeEqual(right, given);
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

function badKey(variable: string, length: number): RegcredError {
  return new RegcredError({
    code: "bad-fingerprint-key",
    message: `${variable} is not an even number of 64 or more hexadecimal digits (it has ${length} characters)`,
    hint: "make one with: openssl rand -hex 32",
  });
}

function previousAlone(): RegcredError {
  return new RegcredError({
    code: "bad-fingerprint-key",
    message: `${PREVIOUS_FINGERPRINT_KEY} is set, and ${FINGERPRINT_KEY}, which takes its place, is not`,
    hint: `set the new key as ${FINGERPRINT_KEY}; or, if the key stays, set that one as it was and no previous one`,
  });
}

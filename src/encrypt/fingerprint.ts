import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { RegcredError } from "../errors.ts";
import type { Environment } from "../io/ports.ts";
import type { Secret } from "../secret.ts";

/** The variable that holds the fingerprint key. */
export const FINGERPRINT_KEY = "REGCRED_FINGERPRINT_KEY";

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

/**
 * The key in `REGCRED_FINGERPRINT_KEY`; null when the variable is not set or empty.
 *
 * @throws RegcredError `bad-fingerprint-key` for anything but 64 or more hexadecimal digits; never shows it.
 */
export function readFingerprintKey(environment: Environment): FingerprintKey | null {
  const text = (environment.get(FINGERPRINT_KEY) ?? "").trim();
  if (text === "") return null;
  if (!/^(?:[0-9a-fA-F]{2}){32,}$/.test(text)) throw badKey(text.length);
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

function badKey(length: number): RegcredError {
  return new RegcredError({
    code: "bad-fingerprint-key",
    message: `${FINGERPRINT_KEY} is not an even number of 64 or more hexadecimal digits (it has ${length} characters)`,
    hint: "make one with: openssl rand -hex 32",
  });
}

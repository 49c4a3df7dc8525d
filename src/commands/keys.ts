import {
  decryptSops,
  ephemeralFingerprintKey,
  FINGERPRINT_KEY,
  lockMac,
  PREVIOUS_FINGERPRINT_KEY,
  readFingerprintKeys,
  readIdentities,
  verifyLockMac,
} from "../encrypt/index.ts";
import type { FingerprintKey } from "../encrypt/index.ts";
import type { Problem } from "../errors.ts";
import type { Environment } from "../io/ports.ts";
import { createSecretReader } from "../io/secrets.ts";
import type { SecretReader } from "../io/secrets.ts";
import type { LockKey } from "../publish/index.ts";
import { Secret } from "../secret.ts";
import type { Configuration } from "./configuration.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import type { World } from "./world.ts";

/**
 * Reads what the configuration's sources name: variables, files, and SOPS files with the identities of the environment.
 */
export function secretReader(
  configuration: Configuration,
  { environment, files }: World,
  secrets: KnownSecrets,
): SecretReader {
  const { folder, root, allowFiles } = configuration;
  const decrypt = async (bytes: Uint8Array, file: string) => {
    const identities = await readIdentities(environment, files);
    for (const { secret } of identities) secrets.add(secret);
    return await decryptSops(bytes, file, identities);
  };
  return createSecretReader({ environment, files, folder, root, allowFiles, onRead: secrets.add, decrypt });
}

/** The fingerprint keys of a run. */
export interface Keys {
  /** Vouches for what the run writes; null when there is none. */
  readonly current: FingerprintKey | null;
  /**
   * Under each of these what is wanted may be compared with what is there: the current one and the one before it, or,
   * where there is none, one for this run alone, for what is opened.
   */
  readonly comparing: readonly [FingerprintKey, ...FingerprintKey[]];
}

/** Reads the fingerprint keys of a run. */
export function readKeys(environment: Environment, secrets: KnownSecrets): Keys {
  for (const variable of [FINGERPRINT_KEY, PREVIOUS_FINGERPRINT_KEY]) {
    const text = (environment.get(variable) ?? "").trim();
    if (text !== "") secrets.add(new Secret(text));
  }
  const { current, previous } = readFingerprintKeys(environment);
  if (current === null) return { current, comparing: [ephemeralFingerprintKey()] };
  return { current, comparing: previous === null ? [current] : [current, previous] };
}

const KEY_HINT = "make a key once with `openssl rand -hex 32` and keep it as a secret of your CI";

/** Nothing tells what changed. */
export const NO_KEY: Problem = {
  code: "no-fingerprint-key",
  message: `${FINGERPRINT_KEY} is not set, and no age identity either, so nothing tells what changed: every pull secret is written anew`,
  hint: `${KEY_HINT}; or, where the clusters' private key is at hand anyway, set SOPS_AGE_KEY or SOPS_AGE_KEY_FILE`,
};

/** The same of files that no identity opens. */
export function unopened(paths: readonly string[]): Problem {
  const files = paths.length === 1 ? `${paths[0]} is` : `${paths.length} files (${paths[0]}, …) are`;
  return {
    code: "no-fingerprint-key",
    message: `${files} opened by none of the age identities, and ${FINGERPRINT_KEY} is not set, so nothing tells what changed there`,
    hint: `${KEY_HINT}; or set SOPS_AGE_KEY to the private key of one of their recipients`,
  };
}

/** Vouches for locks under the fingerprint key, and takes the word of the previous one. */
export function lockKey({ current, comparing }: Keys): LockKey | null {
  if (current === null) return null;
  return {
    mac: (text) => lockMac(current, text),
    verify: (text, mac) => comparing.some((key) => verifyLockMac(key, text, mac)),
  };
}

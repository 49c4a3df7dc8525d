import {
  decryptSops,
  FINGERPRINT_KEY,
  lockMac,
  readFingerprintKey,
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

/** The fingerprint key of a run, with a warning when there is none: every run then rewrites every file. */
export function readKey(
  environment: Environment,
  secrets: KnownSecrets,
): { key: FingerprintKey | null; warnings: readonly Problem[] } {
  const text = environment.get(FINGERPRINT_KEY) ?? "";
  if (text !== "") secrets.add(new Secret(text.trim()));
  const key = readFingerprintKey(environment);
  return { key, warnings: key === null ? [NO_KEY] : [] };
}

const NO_KEY: Problem = {
  code: "no-fingerprint-key",
  message: "REGCRED_FINGERPRINT_KEY is not set, so nothing tells what changed: every pull secret is written anew",
  hint: "make a key once with `openssl rand -hex 32` and keep it as a secret of your CI",
};

/** Vouches for locks under the fingerprint key. */
export function lockKey(key: FingerprintKey | null): LockKey | null {
  return key && { id: key.id, mac: (text) => lockMac(key, text), verify: (text, mac) => verifyLockMac(key, text, mac) };
}

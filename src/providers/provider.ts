import type { Credential, Endpoint, Registry, SecretSource } from "../model.ts";
import type { Secret } from "../secret.ts";

/** Reads the value that a source names. @throws RegcredError when it cannot be read. */
export type ReadSecret = (source: SecretSource) => Promise<Secret>;

/** What one registry type knows of itself. */
export interface Provider {
  /** Where its API is, what docker calls it, and which hosts may get its credential. Needs no network. */
  endpoint(registry: Registry): Endpoint;
  /** Gets the credential that the entry's `auth` describes. @throws RegcredError when it cannot be read or used. */
  resolve(registry: Registry, readSecret: ReadSecret): Promise<Credential>;
}

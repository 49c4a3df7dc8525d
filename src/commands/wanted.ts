import type { FingerprintKey } from "../encrypt/index.ts";
import { fingerprint } from "../encrypt/index.ts";
import type { Config, Registry, WantedEntry, WantedSecret } from "../model.ts";
import { pathOf } from "../plan/index.ts";
import type { Delivery } from "../plan/index.ts";
import { frameDigest, frameOf } from "../render/index.ts";
import { dockerConfigEntry, hasPassed } from "./checks.ts";
import type { Checked } from "./checks.ts";
import type { RecipientsOf } from "./recipients.ts";

/** What a pull secret is made from. */
export interface Ingredients {
  readonly config: Config;
  /** By the registry's name. */
  readonly checked: ReadonlyMap<string, Checked>;
  readonly recipientsOf: RecipientsOf;
  /** Null when there is none: every file is then rewritten. */
  readonly key: FingerprintKey | null;
}

/** The pull secret that a delivery asks for, with a fingerprint of each credential in it but never the credential. */
export async function wantSecret(delivery: Delivery, ingredients: Ingredients): Promise<WantedSecret> {
  const { cluster, namespace, registries } = delivery;
  const { recipientsOf, key } = ingredients;
  const path = pathOf(namespace, cluster.secretName);
  return {
    cluster: cluster.name,
    namespace,
    name: cluster.secretName,
    path,
    recipients: await recipientsOf(cluster, path),
    frame: frameDigest(frameOf(cluster, namespace)),
    key: key?.id ?? null,
    entries: registries.map((registry) => wantEntry(registry, delivery, ingredients)),
  };
}

function wantEntry(registry: Registry, delivery: Delivery, { config, checked, key }: Ingredients): WantedEntry {
  const found = checked.get(registry.name);
  const entry = found && dockerConfigEntry(found);
  if (found === undefined || entry === undefined)
    return { registry: registry.name, state: "unresolved", fingerprint: null, expiresAt: null };
  const { cluster, namespace } = delivery;
  const place = { owner: config.name, cluster: cluster.name, namespace, secret: cluster.secretName };
  return {
    registry: registry.name,
    state: hasPassed(found) ? "passed" : "failed",
    fingerprint: key === null ? null : fingerprint(key, { ...place, registry: registry.name, ...entry }),
    expiresAt: found.check.expiresAt,
  };
}

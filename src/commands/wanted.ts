import { fingerprint } from "../encrypt/index.ts";
import type { Config, Registry, WantedEntry, WantedSecret } from "../model.ts";
import { pathOf } from "../plan/index.ts";
import type { Delivery } from "../plan/index.ts";
import { frameDigest, frameOf } from "../render/index.ts";
import { dockerConfigEntry, hasPassed } from "./checks.ts";
import type { Checked } from "./checks.ts";
import type { Keys } from "./keys.ts";
import type { Opener } from "./opening.ts";
import type { RecipientsOf } from "./recipients.ts";

/** What a pull secret is made from. */
export interface Ingredients {
  readonly config: Config;
  /** By the registry's name. */
  readonly checked: ReadonlyMap<string, Checked>;
  readonly recipientsOf: RecipientsOf;
  readonly keys: Keys;
  readonly opener: Opener;
}

/** The pull secret that a delivery asks for, with a fingerprint of each credential in it but never the credential. */
export async function wantSecret(delivery: Delivery, ingredients: Ingredients): Promise<WantedSecret> {
  const { cluster, namespace, registries } = delivery;
  const { recipientsOf, keys } = ingredients;
  const path = pathOf(namespace, cluster.secretName);
  return {
    cluster: cluster.name,
    namespace,
    name: cluster.secretName,
    path,
    recipients: await recipientsOf(cluster, path),
    frame: frameDigest(frameOf(cluster, namespace)),
    key: keys.current?.id ?? null,
    keys: keys.comparing.map(({ id }) => id),
    entries: registries.map((registry) => wantEntry(registry, delivery, ingredients)),
  };
}

function wantEntry(registry: Registry, delivery: Delivery, { config, checked, keys }: Ingredients): WantedEntry {
  const found = checked.get(registry.name);
  const server = found?.resolved.endpoint.server ?? null;
  const entry = found && dockerConfigEntry(found);
  if (found === undefined || entry === undefined)
    return { registry: registry.name, server, state: "unresolved", fingerprints: {}, expiresAt: null };
  const { cluster, namespace } = delivery;
  const place = { owner: config.name, cluster: cluster.name, namespace, secret: cluster.secretName };
  const fingerprinted = { ...place, registry: registry.name, ...entry };
  return {
    registry: registry.name,
    server,
    state: hasPassed(found) ? "passed" : "failed",
    fingerprints: Object.fromEntries(keys.comparing.map((key) => [key.id, fingerprint(key, fingerprinted)])),
    expiresAt: found.check.expiresAt,
  };
}

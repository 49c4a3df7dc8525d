import { RegcredError } from "../errors.ts";
import type { Clock } from "../io/ports.ts";
import type { Registry, RegistryType, Resolved } from "../model.ts";
import { dockerHub } from "./docker-hub.ts";
import { generic } from "./generic.ts";
import { ghcr } from "./ghcr.ts";
import { gitea } from "./gitea.ts";
import { gitlab } from "./gitlab.ts";
import { harbor } from "./harbor.ts";
import { jfrog } from "./jfrog.ts";
import { refuseEphemeral } from "./lifetime.ts";
import { nexus } from "./nexus.ts";
import type { Provider, ReadSecret } from "./provider.ts";
import { quay } from "./quay.ts";

export type { Provider, ReadSecret } from "./provider.ts";

const PROVIDERS: Readonly<Record<RegistryType, Provider>> = {
  "docker-hub": dockerHub,
  ghcr,
  gitlab,
  quay,
  harbor,
  jfrog,
  nexus,
  gitea,
  generic,
};

export function providerOf(type: RegistryType): Provider {
  return PROVIDERS[type];
}

/**
 * 2 providers: a registry with its credential, or with why there is none, so that the others go on.
 *
 * What would be rendered into Git must also live long enough for it. Anything but a `RegcredError` is a fault of ours
 * and thrown.
 */
export async function resolveRegistry(registry: Registry, readSecret: ReadSecret, clock: Clock): Promise<Resolved> {
  const provider = providerOf(registry.type);
  const endpoint = provider.endpoint(registry);
  try {
    const credential = await provider.resolve(registry, readSecret);
    if (registry.pullSecret === "registry") refuseEphemeral(registry, credential, clock.now());
    return { registry, endpoint, outcome: { status: "resolved", credential } };
  } catch (error) {
    if (!(error instanceof RegcredError)) throw error;
    return { registry, endpoint, outcome: { status: "unresolved", problem: error.problems[0] } };
  }
}

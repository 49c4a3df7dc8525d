import type { Cluster, Config, Registry } from "../model.ts";
import { deliversTo } from "../selection.ts";

/**
 * One pull secret to be: a namespace of a cluster, with the registries that deliver there, in the order of the file.
 */
export interface Delivery {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly registries: readonly Registry[];
}

/** What a run looks at; empty means everything. */
export interface Scope {
  readonly clusters: readonly string[];
  readonly registries: readonly string[];
}

export const EVERYTHING: Scope = { clusters: [], registries: [] };

export function isNarrowed(scope: Scope): boolean {
  return scope.clusters.length > 0 || scope.registries.length > 0;
}

/** Who gets what: every pull secret that should exist, and none without a registry. */
export function deliveriesOf(config: Config): readonly Delivery[] {
  return config.clusters.flatMap((cluster) =>
    cluster.namespaces
      .map((namespace) => ({ cluster, namespace, registries: registriesFor(config, cluster.name, namespace) }))
      .filter((delivery) => delivery.registries.length > 0),
  );
}

/**
 * The deliveries that a narrowed run looks at. A Secret that holds a named registry needs all of its registries, since
 * it is encrypted as a whole.
 */
export function inScope(deliveries: readonly Delivery[], scope: Scope): readonly Delivery[] {
  return deliveries.filter(
    ({ cluster, registries }) =>
      (scope.clusters.length === 0 || scope.clusters.includes(cluster.name)) &&
      (scope.registries.length === 0 || registries.some(({ name }) => scope.registries.includes(name))),
  );
}

function registriesFor(config: Config, cluster: string, namespace: string): readonly Registry[] {
  return config.registries.filter(
    ({ pullSecret, auth, deliverTo }) =>
      pullSecret === "registry" && auth.method !== "anonymous" && deliversTo(deliverTo, cluster, namespace),
  );
}

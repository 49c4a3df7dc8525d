import { deliversTo, globsOf, matchesGlob } from "../selection.ts";
import type { Selection } from "../selection.ts";
import { parseDirectory } from "./directory.ts";
import { FIXED_HOSTS, isHost, parseHost } from "./host.ts";
import type { Host } from "./host.ts";
import { entriesOf, isObject } from "./raw.ts";
import type { Cluster, ClusterSelection, DeliverTo, NamespaceSelection, RegistriesYaml, Registry } from "./schema.ts";

/** A registry as far as the rules between entries look at it. */
export interface RegistryOutline {
  readonly name: string;
  readonly raw: Registry;
  /** Undefined when it is none. */
  readonly host: Host | undefined;
  /** Whether any cluster is to get something for it. */
  readonly delivers: boolean;
  /** Its own, or the one of `defaults`. */
  readonly deliverTo: DeliverTo | undefined;
  readonly clusters: Selection;
  readonly namespaces: Selection;
}

export interface ClusterOutline {
  readonly name: string;
  readonly raw: Cluster;
  /** Where its files go; undefined when its `path` is none. */
  readonly directory: string | undefined;
  /** Undefined when only the live cluster knows them. */
  readonly namespaces: readonly string[] | undefined;
}

/** The entries of a configuration that have the form that the schema asks for. */
export interface Outline {
  readonly document: RegistriesYaml;
  readonly registries: readonly RegistryOutline[];
  readonly clusters: readonly ClusterOutline[];
  /** The names of all entries, also of those that the schema refused. */
  readonly registryNames: readonly string[];
  readonly clusterNames: readonly string[];
}

/**
 * @param document the part of the file that the schema accepts.
 * @param whole all of the file.
 */
export function outlineOf(document: RegistriesYaml, whole: unknown): Outline {
  return {
    document,
    registries: entriesOf(document.registries).map(([name, raw]) => registryOutline(name, raw, document)),
    clusters: entriesOf(document.clusters).map(([name, raw]) => clusterOutline(name, raw)),
    registryNames: namesIn(whole, "registries"),
    clusterNames: namesIn(whole, "clusters"),
  };
}

function registryOutline(name: string, raw: Registry, { defaults }: RegistriesYaml): RegistryOutline {
  const deliverTo = raw.deliverTo ?? defaults?.deliverTo;
  return {
    name,
    raw,
    host: hostOf(raw),
    delivers: raw.pullSecret !== "none" && raw.auth.anonymous === undefined,
    deliverTo,
    clusters: toSelection(deliverTo?.clusters),
    namespaces: toSelection(deliverTo?.namespaces),
  };
}

function clusterOutline(name: string, raw: Cluster): ClusterOutline {
  const parsed = parseDirectory(raw.path ?? `pull-secrets/${name}`);
  return {
    name,
    raw,
    directory: "directory" in parsed ? parsed.directory : undefined,
    namespaces: Array.isArray(raw.namespaces) ? raw.namespaces : undefined,
  };
}

function hostOf({ host, type }: Registry): Host | undefined {
  const text = host ?? FIXED_HOSTS.get(type);
  const parsed = text === undefined ? undefined : parseHost(text, type);
  return parsed && isHost(parsed) ? parsed : undefined;
}

function namesIn(whole: unknown, key: string): readonly string[] {
  const map = isObject(whole) && Object.hasOwn(whole, key) ? whole[key] : undefined;
  return isObject(map) ? Object.keys(map) : [];
}

/** Nothing said means everything: with two or more clusters something must be said (`delivery-missing`). */
export function toSelection(raw: ClusterSelection | NamespaceSelection | undefined): Selection {
  if (raw === undefined || typeof raw === "string") return raw === "none" ? { only: [] } : { except: [] };
  if (Array.isArray(raw)) return { only: raw };
  return raw.except === undefined ? { only: raw.only ?? [] } : { except: raw.except };
}

/** Every `CLUSTER/NAMESPACE` that gets this registry. */
export function reachOf(registry: RegistryOutline, clusters: readonly ClusterOutline[]): readonly string[] {
  if (!registry.delivers) return [];
  return clusters.flatMap(({ name, namespaces = [] }) =>
    namespaces.filter((namespace) => deliversTo(registry, name, namespace)).map((namespace) => `${name}/${namespace}`),
  );
}

/** The globs of a selection that match none of these names. */
export function idleGlobs(selection: Selection, names: readonly string[]): readonly string[] {
  return globsOf(selection).filter((glob) => !names.some((name) => matchesGlob(glob, name)));
}

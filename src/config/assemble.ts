import type { Location } from "../errors.ts";
import type { CertificateSource, Cluster, Config, Encryption, Registry, SecretSource, Tls } from "../model.ts";
import { REGISTRY_TYPES } from "../model/config.ts";
import { parseCanary } from "./canary.ts";
import type { Path } from "./finding.ts";
import type { ClusterOutline, Outline, RegistryOutline } from "./outline.ts";
import type { Places } from "./places.ts";
import { entriesOf } from "./raw.ts";
import type { Auth, Certificate, RegistriesYaml, Secret } from "./schema.ts";
import { parseDate, parseDuration } from "./time.ts";

const DEFAULTS = {
  secretName: "regcred",
  expiryWarning: "14d",
  timeout: "15s",
  check: "required",
  name: "default",
} as const;

/** The configuration with every default filled in. Only for a document in which nothing was found wrong. */
export function assemble(outline: Outline, file: string, places: Places): Config {
  const { document, registries, clusters } = outline;
  return {
    file,
    name: document.name ?? DEFAULTS.name,
    registries: registries.flatMap((registry) => assembleRegistry(registry, document, places) ?? []),
    clusters: clusters.flatMap((cluster) => assembleCluster(cluster, document, places) ?? []),
    defaultRegistry: registries.find(({ name }) => name === document.defaults?.registry)?.host?.host ?? null,
    gitops: assembleGitops(document, places),
  };
}

function assembleGitops({ gitops }: RegistriesYaml, places: Places): Config["gitops"] {
  if (gitops === undefined) return null;
  return { repository: gitops.repository, base: gitops.base, location: places.locate(["gitops"], "key") };
}

function assembleRegistry(outline: RegistryOutline, document: RegistriesYaml, places: Places): Registry | undefined {
  const { name, raw, host } = outline;
  const path: Path = ["registries", name];
  const type = REGISTRY_TYPES.find((known) => known === raw.type);
  const auth = assembleAuth(raw.auth, [...path, "auth"], places);
  if (type === undefined || auth === undefined || host === undefined) return undefined;
  return {
    name,
    type,
    ...host,
    auth,
    pullSecret: raw.pullSecret === "none" ? "none" : "registry",
    deliverTo: { clusters: outline.clusters, namespaces: outline.namespaces },
    canary: raw.canary === undefined ? undefined : parseCanary(raw.canary, type, host),
    check: raw.check ?? document.defaults?.check ?? DEFAULTS.check,
    expires: raw.expires === undefined ? undefined : parseDate(raw.expires),
    expiryWarning: parseDuration(raw.expiryWarning ?? document.defaults?.expiryWarning ?? DEFAULTS.expiryWarning),
    timeout: parseDuration(raw.timeout ?? DEFAULTS.timeout),
    tls: assembleTls(raw.tls, [...path, "tls"], places),
    tokenHosts: (raw.tokenHosts ?? []).map((tokenHost) => tokenHost.toLowerCase()),
    location: places.locate(path, "key"),
  };
}

function assembleAuth(auth: Auth, path: Path, places: Places): Registry["auth"] | undefined {
  if (auth.anonymous !== undefined) return { method: "anonymous" };
  const username = auth.basic?.username;
  const password = auth.basic && secretSource(auth.basic.password, [...path, "basic", "password"], places);
  return username === undefined || password === undefined ? undefined : { method: "basic", username, password };
}

function secretSource({ env, file, sops }: Secret, path: Path, places: Places): SecretSource | undefined {
  const location = places.locate(path);
  if (env !== undefined) return { location, from: "env", name: env };
  if (file !== undefined) return { location, from: "file", path: file };
  return sops && { location, from: "sops", path: sops.file, key: sops.key };
}

function assembleTls(tls: NonNullable<RegistriesYaml["registries"][string]>["tls"], path: Path, places: Places): Tls {
  return {
    ca: tls?.ca && certificateSource(tls.ca, [...path, "ca"], places),
    serverName: tls?.serverName,
    insecure: tls?.insecure ?? false,
    plainHttp: tls?.plainHttp ?? false,
  };
}

function certificateSource({ env, file, pem }: Certificate, path: Path, places: Places): CertificateSource | undefined {
  const location = places.locate(path);
  if (env !== undefined) return { location, from: "env", name: env };
  if (file !== undefined) return { location, from: "file", path: file };
  return pem === undefined ? undefined : { location, from: "pem", pem };
}

function assembleCluster(
  { name, raw, directory, namespaces }: ClusterOutline,
  { defaults }: RegistriesYaml,
  places: Places,
): Cluster | undefined {
  const path: Path = ["clusters", name];
  const encryption = encryptionOf(raw.encrypt.sops, (...rest) =>
    places.locate([...path, "encrypt", "sops", ...rest], "value"),
  );
  if (namespaces === undefined || encryption === undefined || directory === undefined) return undefined;
  return {
    name,
    controller: raw.controller === "plain" ? "plain" : "flux",
    path: directory,
    namespaces,
    secretName: raw.secretName ?? defaults?.secretName ?? DEFAULTS.secretName,
    encrypt: { ...encryption, location: places.locate([...path, "encrypt", "sops"], "key") },
    labels: Object.fromEntries(entriesOf(raw.labels)),
    annotations: Object.fromEntries(entriesOf(raw.annotations)),
    location: places.locate(path, "key"),
  };
}

function encryptionOf(
  sops: { age?: string[]; rules?: string } | undefined,
  locate: (...path: (string | number)[]) => Location,
): Encryption | undefined {
  if (sops?.age !== undefined)
    return { age: sops.age.map((name, index) => ({ name, location: locate("age", index) })) };
  return sops?.rules === undefined ? undefined : { rules: sops.rules };
}

import { gitBlobId } from "../../src/git-blob.ts";
import type {
  ClusterPlan,
  Cluster,
  ExistingCluster,
  ExistingFile,
  Lock,
  LockedSecret,
  Registry,
  WantedEntry,
  WantedSecret,
} from "../../src/model.ts";
import { makePlan } from "../../src/plan/index.ts";
import type { PlanRules } from "../../src/plan/index.ts";
import { renderKustomization } from "../../src/render/index.ts";

const location = { file: "registries.yaml", line: 1, column: 1 };

export const cluster: Cluster = {
  name: "prod",
  controller: "flux",
  path: "pull-secrets/prod",
  namespaces: ["apps"],
  secretName: "regcred",
  encrypt: { age: [{ name: "age1a", location }], location },
  labels: {},
  annotations: {},
  location,
};

export function registry(name: string, change: Partial<Registry> = {}): Registry {
  return {
    name,
    type: "generic",
    host: `${name}.example.com`,
    path: "",
    auth: { method: "basic", username: "u", password: { from: "env", name: "P", location } },
    pullSecret: "registry",
    deliverTo: { clusters: { except: [] }, namespaces: { except: [] } },
    check: "required",
    expiryWarning: 0,
    timeout: 1000,
    tls: { insecure: false, plainHttp: false },
    tokenHosts: [],
    location,
    ...change,
  };
}

interface Entry extends Partial<WantedEntry> {
  /** Under `key1`; null where there is none. */
  readonly fingerprint?: string | null;
}

export function entry(name: string, { fingerprint = `print-of-${name}`, ...change }: Entry = {}): WantedEntry {
  const fingerprints: Record<string, string> = fingerprint === null ? {} : { key1: fingerprint };
  return { registry: name, server: `${name}.example.com`, state: "passed", fingerprints, expiresAt: null, ...change };
}

export function wanted(
  namespace: string,
  entries: readonly WantedEntry[],
  change: Partial<WantedSecret> = {},
): WantedSecret {
  const path = `${namespace}/regcred.sops.yaml`;
  const key = change.key === undefined ? "key1" : change.key;
  const rest = { recipients: ["age1a"], frame: "frame", key, keys: key === null ? [] : [key] };
  return { cluster: "prod", namespace, name: "regcred", path, ...rest, entries, ...change };
}

/** What the lock says of a file that was written exactly as wanted. */
function lockedAs({ namespace, name, recipients, frame, key, entries }: WantedSecret): LockedSecret {
  const printOf = ({ fingerprints }: WantedEntry) => (key === null ? null : (fingerprints[key] ?? null));
  const registries = Object.fromEntries(entries.map((item) => [item.registry, printOf(item)]));
  return { namespace, name, recipients, frame, expiresAt: null, key, registries };
}

/** A directory that holds exactly these pull secrets, as we wrote them, blob `blob-of-PATH`. */
export function holding(...secrets: readonly WantedSecret[]): ExistingCluster & { readonly lock: { lock: Lock } } {
  const written = secrets.map(
    (secret) => [secret.path, { blob: `blob-of-${secret.path}`, secret: lockedAs(secret) }] as const,
  );
  const index = { blob: gitBlobOfIndex(secrets) };
  const lock: Lock = {
    version: 1,
    owner: "platform",
    cluster: "prod",
    key: "key1",
    files: Object.fromEntries([...written, ["kustomization.yaml", index]]),
  };
  const files = new Map<string, ExistingFile>(written.map(([path, { blob }]) => [path, { blob, managed: true }]));
  files.set("kustomization.yaml", { ...index, managed: false });
  return {
    lock: { kind: "ours", lock },
    files,
  };
}

function gitBlobOfIndex(secrets: readonly WantedSecret[]): string {
  return gitBlobId(renderKustomization(secrets.map(({ path }) => path).sort()));
}

export const empty: ExistingCluster = { lock: { kind: "none" }, files: new Map() };

const rules: PlanRules = {
  owner: "platform",
  key: "key1",
  narrowed: false,
  adopt: false,
  allowRemovals: false,
  renderKustomization,
};

export function plan(
  secrets: readonly WantedSecret[],
  existing: ExistingCluster,
  change: Partial<PlanRules> = {},
): ClusterPlan {
  const [only] = makePlan([{ cluster, wanted: secrets, existing }], { ...rules, ...change });
  if (only === undefined) throw new Error("no plan");
  return only;
}

/** `action reason path` of each change, without the directory. */
export function rows({ changes }: ClusterPlan): readonly string[] {
  return changes.map(({ action, reason, path }) => `${action} ${reason} ${path.replace("pull-secrets/prod/", "")}`);
}

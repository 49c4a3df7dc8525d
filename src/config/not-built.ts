import { REGISTRY_TYPES } from "../model/config.ts";
import { quote } from "./finding.ts";
import type { Finding, Path } from "./finding.ts";
import { isObject } from "./raw.ts";

/** What the schema allows and this version does not build. Refused by name: who builds a thing removes its line. */
const NOT_BUILT: readonly Row[] = [
  [
    "registries/*/type",
    "a registry of type {}",
    "`type: generic` logs in with user name and password almost anywhere",
    isNoneOf(...REGISTRY_TYPES),
  ],
  ["registries/*/auth/bearer", "login with `bearer`", "use `basic`"],
  [
    "registries/*/auth/aws",
    "login with `aws`",
    "`pullSecret: none` and the nodes' own role need no login here; leave the registry out",
  ],
  ["registries/*/auth/azure", "login with `azure`", "use `basic` with a repository-scoped token of the registry"],
  ["registries/*/auth/gcp", "login with `gcp`", "use `basic` with the user name `_json_key` and the key as password"],
  ["registries/*/auth/github", "login with `github`", "use `basic` with a classic personal access token"],
  [
    "registries/*/pullSecret/existing",
    "`pullSecret: { existing }`",
    "use `pullSecret: none`, and name the Secret in your workloads",
  ],
  [
    "registries/*/pullSecret/custom",
    "`pullSecret: { custom }`",
    "make two registries of it, this one with `pullSecret: none`, the other with the credential for the clusters",
  ],
  [
    "registries/*/pullSecret/externalSecrets",
    "`pullSecret: { externalSecrets }`",
    "use `pullSecret: none`, and write the ExternalSecret by hand",
  ],
  ["registries/*/charts", "`charts`", "remove the key; the pull secret itself is rendered without it"],
  ["registries/*/allowEphemeral", "`allowEphemeral`", "use a credential that lives longer than 24 hours", isTrue],
  [
    "registries/*/tls/clientCertificate",
    "`tls.clientCertificate`",
    "check this registry by hand, and set `check: skip`",
  ],
  [
    "clusters/*/controller",
    "`controller: argocd`",
    "use `plain`, and decrypt the files with your own tools",
    isOneOf("argocd"),
  ],
  ["clusters/*/encrypt/sealedSecrets", "`encrypt: { sealedSecrets }`", "use `encrypt: { sops: { age: [age1…] } }`"],
  [
    "clusters/*/layout",
    "`layout: per-registry`",
    "use `merged`, the default: one Secret per namespace",
    isOneOf("per-registry"),
  ],
  ["clusters/*/createNamespaces", "`createNamespaces`", "create the namespaces yourself, before the Secrets", isTrue],
  ["clusters/*/serviceAccounts", "`serviceAccounts`", "name the Secret under `imagePullSecrets` of your workloads"],
  ["clusters/*/refresher", "`refresher`", "remove the key"],
  [
    "gitops/pullRequests",
    "`pullRequests: per-cluster`",
    "use `single`, the default: one pull request for everything",
    isOneOf("per-cluster"),
  ],
  ...(["labels", "reviewers", "teamReviewers", "assignees", "milestone"] as const).map((key): Row => [
    `gitops/${key}`,
    `\`gitops.${key}\``,
    "remove the key, and use CODEOWNERS or a workflow on pull requests",
  ]),
  ["gitops/draft", "`gitops.draft`", "remove the key; the pull request is open for review at once", isTrue],
  ["gitops/signOff", "`gitops.signOff`", "remove the key", isTrue],
  ["gitops/deleteBranch", "`gitops.deleteBranch`", "remove the key, and let GitHub delete merged branches (Settings)"],
  ["gitops/onClosed", "`gitops.onClosed`", "remove the key; a closed pull request is followed by a new one"],
  ["gitops/autoMerge", "`gitops.autoMerge`", "remove the key, and merge by hand", isTrue],
  ["gitops/remote", "`gitops.remote`", "use a repository on GitHub, or a clone with `--dir DIR`"],
  ["clusters/*/namespaces/fromCluster", "`namespaces: { fromCluster }`", "list the namespaces: `namespaces: [apps]`"],
];

/**
 * Where (`*` is any name), what it is called (`{}` is the value), what to do today, and for which values (else all).
 */
type Row = readonly [where: string, what: string, hint: string, applies?: (value: unknown) => boolean];

/** Everything of a document that this version does not build. */
export function judgeNotBuilt(document: unknown): readonly Finding[] {
  return NOT_BUILT.flatMap(([where, what, hint, applies = () => true]) =>
    matches(document, where.split("/"))
      .filter(({ value }) => applies(value))
      .map(({ path, value }) => ({
        code: "not-supported-yet" as const,
        message: `${what.replace("{}", () => quote(value, "this"))} is not supported yet`,
        hint: `today: ${hint}`,
        at: path,
        on: typeof value === "string" || typeof value === "boolean" ? "value" : "key",
      })),
  );
}

function matches(
  value: unknown,
  [step, ...rest]: readonly string[],
  path: Path = [],
): readonly { path: Path; value: unknown }[] {
  if (step === undefined) return [{ path, value }];
  if (!isObject(value) || Array.isArray(value)) return [];
  const keys = step === "*" ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  return keys.flatMap((key) => matches(value[key], rest, [...path, key]));
}

function isOneOf(...words: readonly unknown[]): (value: unknown) => boolean {
  return (value) => words.includes(value);
}

function isNoneOf(...words: readonly unknown[]): (value: unknown) => boolean {
  return (value) => typeof value === "string" && !words.includes(value);
}

function isTrue(value: unknown): boolean {
  return value === true;
}

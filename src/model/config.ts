import type { Location } from "../errors.ts";
import type { DeliverTo } from "../selection.ts";

// 1 config: what `registries.yaml` says, validated and normalised, with every default filled in

/** The registry types that this version can log in to; the schema knows more, which are refused by name. */
export const REGISTRY_TYPES = [
  "docker-hub",
  "ghcr",
  "gitlab",
  "quay",
  "harbor",
  "jfrog",
  "nexus",
  "gitea",
  "generic",
] as const;
export type RegistryType = (typeof REGISTRY_TYPES)[number];

/** Where a secret value is read from. `file` paths are relative to the configuration's folder. */
export type SecretSource = { readonly location: Location } & (
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  /** `key` is a dotted path into the decrypted document. */
  | { readonly from: "sops"; readonly path: string; readonly key: string }
);

/** A certificate is no secret, but is read like one. */
export type CertificateSource = { readonly location: Location } & (
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "pem"; readonly pem: string }
);

export type Auth =
  | { readonly method: "basic"; readonly username: string; readonly password: SecretSource }
  | { readonly method: "anonymous" };

/** A repository, with a tag or digest, used to prove the right to pull. */
export interface Canary {
  readonly repository: string;
  /** A tag or `sha256:…`. */
  readonly reference: string;
}

export interface Tls {
  readonly ca?: CertificateSource | undefined;
  readonly serverName?: string | undefined;
  /** Skip verification. */
  readonly insecure: boolean;
  /** Speak HTTP, not HTTPS. */
  readonly plainHttp: boolean;
}

export interface Registry {
  readonly name: string;
  readonly type: RegistryType;
  /** Lower case `host[:port]` as images name it (`docker.io` for Docker Hub), without scheme or path. */
  readonly host: string;
  /** The path that the credential is limited to, without slashes at its ends; mostly empty. */
  readonly path: string;
  readonly auth: Auth;
  /** `registry`: the clusters get the same credential. `none`: nothing is rendered. */
  readonly pullSecret: "registry" | "none";
  readonly deliverTo: DeliverTo;
  readonly canary?: Canary | undefined;
  readonly check: "required" | "warn" | "skip";
  /** The declared last day of the credential, as an ISO 8601 instant. */
  readonly expires?: string | undefined;
  /** Warn when the credential expires in less than this many milliseconds. */
  readonly expiryWarning: number;
  /** Milliseconds for the whole check of this registry, retries and waits included. */
  readonly timeout: number;
  readonly tls: Tls;
  /** Hosts (`host[:port]`) that may also receive the credential for a token. */
  readonly tokenHosts: readonly string[];
  readonly location: Location;
}

/** Who can decrypt a cluster's files: given, or looked up file by file in the rules of a `.sops.yaml`. */
export type Encryption = { readonly age: readonly AgeRecipient[] } | { readonly rules: string };

/** An age recipient as the file has it, not yet judged. */
interface AgeRecipient {
  readonly name: string;
  readonly location: Location;
}

export interface Cluster {
  readonly name: string;
  readonly controller: "flux" | "plain";
  /** The directory of its files, relative to the root of the GitOps repository, `/`-separated. */
  readonly path: string;
  readonly namespaces: readonly string[];
  readonly secretName: string;
  readonly encrypt: Encryption & { readonly location: Location };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly location: Location;
}

export interface Config {
  /** The file as the user named it. */
  readonly file: string;
  /** Tells several configurations in one GitOps repository apart: the `owner` of a lock. */
  readonly name: string;
  readonly registries: readonly Registry[];
  readonly clusters: readonly Cluster[];
  /** The host of `defaults.registry`; null where none is named. */
  readonly defaultRegistry: string | null;
  /** Where to publish by pull request; null where the file asks for none. */
  readonly gitops: Gitops | null;
}

/** The GitHub repository to write to, as far as the file says. */
interface Gitops {
  /** `owner/name` */
  readonly repository: string | undefined;
  readonly base: string | undefined;
  readonly location: Location;
}

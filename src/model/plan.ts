// 4 plan: desired x existing -> changes; never holds a secret

/** One registry's entry in a pull secret that should exist. */
export interface WantedEntry {
  readonly registry: string;
  /** `failed`: resolved, but its check failed. `unresolved`: there is no credential. */
  readonly state: "passed" | "failed" | "unresolved";
  readonly fingerprint: string | null;
  readonly expiresAt: string | null;
}

/** A pull secret that should exist. */
export interface WantedSecret {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Relative to the cluster's directory. */
  readonly path: string;
  readonly recipients: readonly string[];
  readonly frame: string;
  readonly entries: readonly WantedEntry[];
}

export type Action = "create" | "update" | "keep" | "remove" | "hold";

export type Reason =
  | "new"
  | "credential-changed"
  | "recipients-changed"
  | "content-changed"
  | "fingerprint-key-changed"
  | "edited-by-hand"
  | "missing"
  | "near-expiry"
  | "no-longer-wanted"
  | "registry-failed"
  | "unknown"
  | "unchanged";

export interface Change {
  readonly action: Action;
  readonly reason: Reason;
  /** From the root of the GitOps repository. */
  readonly path: string;
  readonly cluster: string;
  /** Null for `kustomization.yaml`. */
  readonly namespace: string | null;
  readonly secret: string | null;
  /** For a hold: those that caused it. Otherwise those whose entries the file holds. */
  readonly registries: readonly string[];
  readonly expiresAt: string | null;
}

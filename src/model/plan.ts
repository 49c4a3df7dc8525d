import type { Problem } from "../errors.ts";
import type { LockedFile, LockState } from "./lock.ts";

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
  /** SHA-256 (hexadecimal) over everything in the manifest that is no secret. */
  readonly frame: string;
  /** The id of the key that made the fingerprints; null when there is none. */
  readonly key: string | null;
  readonly entries: readonly WantedEntry[];
}

/** A file that a cluster's directory holds at a path of interest. */
export interface ExistingFile {
  /** The git blob id of its bytes; null for what is no regular file. */
  readonly blob: string | null;
  /** Whether it carries our `app.kubernetes.io/managed-by: regcred` label. */
  readonly managed: boolean;
}

/** What a cluster's directory holds today. */
export interface ExistingCluster {
  readonly lock: LockState;
  /** By path relative to the directory. */
  readonly files: ReadonlyMap<string, ExistingFile>;
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

/** A pull secret to write, with the registries whose entries go into it. */
export interface PlannedWrite {
  readonly wanted: WantedSecret;
  readonly entries: readonly WantedEntry[];
}

/** What is to be done in one cluster's directory. */
export interface ClusterPlan {
  readonly cluster: string;
  /** False where nothing was judged: it was refused as a whole, or a narrowed run does not look at it. */
  readonly judged: boolean;
  /** The pull secrets that this run wants there. */
  readonly wanted: readonly WantedSecret[];
  /** The directory, from the root of the GitOps repository. */
  readonly directory: string;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
  readonly writes: readonly PlannedWrite[];
  /** Paths relative to the directory. */
  readonly removes: readonly string[];
  /** Files that are ours today, with what the lock says of them while the run writes. */
  readonly owned: Readonly<Record<string, LockedFile>>;
  /** Files of ours that stay as they are, with what the next lock says of them. */
  readonly stays: Readonly<Record<string, LockedFile>>;
  /** What `kustomization.yaml` is to list. */
  readonly resources: readonly string[];
  /** The new text of `kustomization.yaml`; null when it stays. */
  readonly kustomization: string | null;
  /** Whether the lock alone has to be written anew. */
  readonly lockChanged: boolean;
}

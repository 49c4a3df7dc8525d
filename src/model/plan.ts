import type { Problem } from "../errors.ts";
import type { LockedFile, LockState } from "./lock.ts";

// 4 plan: desired x existing -> changes; never holds a secret

/** One registry's entry in a pull secret that should exist. */
export interface WantedEntry {
  readonly registry: string;
  /** `failed`: resolved, but its check failed. `unresolved`: there is no credential. */
  /** The key under `auths` of a docker config; null where the registry was not looked at. */
  readonly server: string | null;
  readonly state: "passed" | "failed" | "unresolved";
  /** By the id of the key that made it; none where there is no credential. */
  readonly fingerprints: Readonly<Record<string, string>>;
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
  /** The id of the run's fingerprint key; null when there is none. */
  readonly key: string | null;
  /** The ids of all keys that credentials can be compared under in this run. */
  readonly keys: readonly string[];
  readonly entries: readonly WantedEntry[];
}

/** A file that a cluster's directory holds at a path of interest. */
export interface ExistingFile {
  /** The git blob id of its bytes; null for what is no regular file. */
  readonly blob: string | null;
  /** Whether it carries our `app.kubernetes.io/managed-by: regcred` label. */
  readonly managed: boolean;
  /** Only where nothing else tells what is in it, and an identity at hand opens it. */
  readonly opened?: OpenedFile | undefined;
}

/** What is in a pull secret that was opened and whose MAC is right. */
export interface OpenedFile {
  /** Whom it names as its recipients: labels, and no proof. */
  readonly recipients: readonly string[];
  /** As a {@link WantedSecret} has it; null where it is not what we write. */
  readonly frame: string | null;
  /** The id of the key that made the fingerprints. */
  readonly key: string;
  /** Of its entries, by the docker config's server. */
  readonly fingerprints: ReadonlyMap<string, string>;
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
  /** Null where all entries are new ones. */
  readonly kept: KeptEntries | null;
}

/** Registries whose old entry goes on, since there is no new one that passed. */
export interface KeptEntries {
  /** The git blob id of the file that holds them; it was opened. */
  readonly blob: string;
  readonly registries: readonly string[];
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

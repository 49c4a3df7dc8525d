import type { Problem } from "../errors.ts";

/** The lock's name in a cluster's directory. */
export const LOCK = "regcred.lock";

/** The name of the file that lists a directory's pull secrets for the controller. */
export const KUSTOMIZATION = "kustomization.yaml";

/** The label by which a file of ours is told from a stranger's (design, section 6). */
export const MANAGED_BY = { label: "app.kubernetes.io/managed-by", value: "regcred" } as const;

/** The lock of one cluster directory: what we own there and from which inputs. Paths are relative to that directory. */
export interface Lock {
  readonly version: 1;
  readonly owner: string;
  readonly cluster: string;
  /** The id of the fingerprint key whose HMAC vouches for this lock; null when there was none. */
  readonly key: string | null;
  readonly files: Readonly<Record<string, LockedFile>>;
  /** Set while a run writes: what the files that it replaces will be by its end. */
  readonly pending?: Readonly<Record<string, LockedFile>> | undefined;
}

export interface LockedFile {
  /** The git blob id (SHA-1, hexadecimal) of the bytes that we wrote. */
  readonly blob: string;
  /** Of a pull secret; absent for `kustomization.yaml`. */
  readonly secret?: LockedSecret | undefined;
}

export interface LockedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly recipients: readonly string[];
  /** SHA-256 (hexadecimal) over everything in the manifest that is no secret. */
  readonly frame: string;
  readonly expiresAt: string | null;
  /** The id of the key that made the fingerprints; null when there was none. */
  readonly key: string | null;
  /** Per registry its keyed fingerprint, or null when there was no key. */
  readonly registries: Readonly<Record<string, string | null>>;
}

/** What the lock of a directory turned out to be. */
export type LockState =
  | { readonly kind: "none" }
  /** Its HMAC is right, or there is no key to judge by. */
  | { readonly kind: "ours"; readonly lock: Lock }
  /** It says that it is ours, and its HMAC does not: it leads to rewriting, never to removing. */
  | { readonly kind: "unvouched"; readonly lock: Lock }
  /** Of another configuration, or of another cluster of this one. */
  | { readonly kind: "foreign"; readonly lock: Lock }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "malformed" }
  /** The directory cannot even be looked into. */
  | { readonly kind: "unreadable"; readonly problem: Problem };

/** Every path that a lock names, those of an interrupted run included. */
export function pathsOf({ files, pending }: Lock): readonly string[] {
  return Object.keys({ ...files, ...pending });
}

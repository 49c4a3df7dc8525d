/** The lock of one cluster directory: what we own there and from which inputs. Paths are relative to that directory. */
export interface Lock {
  readonly version: 1;
  readonly owner: string;
  readonly cluster: string;
  /** The id of the key that made the fingerprints; null when there was none. */
  readonly key: string | null;
  readonly files: Readonly<Record<string, LockedFile>>;
  /** Set while a run writes: the git blob ids that files may have by its end. */
  readonly pending?: Readonly<Record<string, string>> | undefined;
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
  /** SHA-256 over everything in the manifest that is no secret. */
  readonly frame: string;
  readonly expiresAt: string | null;
  /** Per registry its keyed fingerprint, or null when there was no key. */
  readonly registries: Readonly<Record<string, string | null>>;
}

import { createHash } from "node:crypto";

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What the embedded registry holds, in memory. */
export class Store {
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, StoredManifest>();
  readonly #tags = new Map<string, Set<string>>();

  /** Null when the bytes are not those of the digest. */
  putBlob(repository: string, digest: string, bytes: Buffer): string | null {
    if (digestOf(bytes) !== digest) return null;
    this.#blobs.set(`${repository}@${digest}`, bytes);
    return digest;
  }

  blob(repository: string, digest: string): Buffer | undefined {
    return this.#blobs.get(`${repository}@${digest}`);
  }

  /** Null when the reference is a digest and the bytes are not its. */
  putManifest(repository: string, reference: string, mediaType: string, bytes: Buffer): StoredManifest | null {
    const manifest = { digest: digestOf(bytes), mediaType, bytes };
    if (reference.includes(":") && reference !== manifest.digest) return null;
    this.#manifests.set(`${repository}@${reference}`, manifest);
    this.#manifests.set(`${repository}@${manifest.digest}`, manifest);
    const tags = this.#tags.get(repository) ?? new Set();
    this.#tags.set(repository, reference.includes(":") ? tags : tags.add(reference));
    return manifest;
  }

  manifest(repository: string, reference: string): StoredManifest | undefined {
    return this.#manifests.get(`${repository}@${reference}`);
  }

  /** Sorted; undefined for a repository that nothing was pushed to. */
  tags(repository: string): readonly string[] | undefined {
    const tags = this.#tags.get(repository);
    return tags && [...tags].sort();
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

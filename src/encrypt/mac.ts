import { createHash } from "node:crypto";

/**
 * SHA-256 of `sops`: what a MAC over encrypted values alone starts with, so that it never equals one over all
 * (sops.go).
 */
const ENCRYPTED_ONLY = Buffer.from("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69", "hex");

/**
 * The MAC of a sops file: SHA-512 over its values in the order of the document, in upper-case hexadecimal. Keys, nulls
 * and comments are not in it, and nothing stands between two values.
 */
export class MacHash {
  readonly #hash = createHash("sha512");

  constructor(options: { encryptedOnly: boolean } = { encryptedOnly: false }) {
    if (options.encryptedOnly) this.#hash.update(ENCRYPTED_ONLY);
  }

  /** Takes in the next value, as {@link OpenedValue} has it. */
  add(text: string): void {
    this.#hash.update(text, "utf8");
  }

  digest(): string {
    return this.#hash.digest("hex").toUpperCase();
  }
}

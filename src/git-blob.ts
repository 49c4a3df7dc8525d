import { createHash } from "node:crypto";

/** The id under which Git stores these bytes as a blob: SHA-1, hexadecimal. */
export function gitBlobId(content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return createHash("sha1").update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

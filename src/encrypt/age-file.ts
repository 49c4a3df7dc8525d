import type { KeyObject } from "node:crypto";
import {
  createCipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from "node:crypto";

// One age file for one X25519 recipient (C2SP.org/age, "The X25519 recipient type"). `age-encryption` would take three
// to six times as long for all of a sealed file: its own X25519 is JavaScript, and with this one as its recipient there
// remain web streams and hashes in JavaScript (0.3.1, 2026-11; `bench/encrypt.ts`). The library stays the reader, and
// the writer for post-quantum recipients.

/** The DER of an X25519 public key (RFC 8410) up to its 32 bytes. */
const SPKI_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/** An X25519 recipient, ready to encrypt to. */
export interface X25519Recipient {
  readonly point: Uint8Array;
  readonly key: KeyObject;
}

export function x25519Recipient(point: Uint8Array): X25519Recipient {
  return { point, key: createPublicKey({ key: Buffer.concat([SPKI_PREFIX, point]), format: "der", type: "spki" }) };
}

/** The binary age file of at most 64 KiB of plaintext. */
export function encryptAgeFile(plaintext: Uint8Array, recipient: X25519Recipient): Uint8Array {
  const fileKey = randomBytes(16);
  const header = `age-encryption.org/v1\n${stanza(fileKey, recipient)}\n---`;
  const mac = createHmac("sha256", hkdf(fileKey, "", "header"))
    .update(header)
    .digest();
  const nonce = randomBytes(16);
  // STREAM: the only chunk is number 0 and the last, which its nonce says.
  const chunk = chacha20Poly1305(
    hkdf(fileKey, nonce, "payload"),
    Buffer.from("000000000000000000000001", "hex"),
    plaintext,
  );
  return Buffer.concat([Buffer.from(`${header} ${unpadded(mac)}\n`), nonce, chunk]);
}

/** The file key, wrapped under a secret shared by a fresh key and the recipient's. */
function stanza(fileKey: Uint8Array, { point, key }: X25519Recipient): string {
  const ephemeral = generateKeyPairSync("x25519");
  const share = ephemeral.publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: key });
  const wrapKey = hkdf(shared, Buffer.concat([share, point]), "age-encryption.org/v1/X25519");
  return `-> X25519 ${unpadded(share)}\n${unpadded(chacha20Poly1305(wrapKey, Buffer.alloc(12), fileKey))}`;
}

function hkdf(secret: Uint8Array, salt: Uint8Array | string, info: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, info, 32));
}

function chacha20Poly1305(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** The types that a sealed value can have. `bytes` is read only: sops writes none. */
export type ValueType = "str" | "int" | "float" | "bool" | "bytes" | "time" | "comment";

/** A value as it was sealed: `True` and `False` for a boolean. */
export interface OpenedValue {
  readonly type: ValueType;
  readonly text: string;
}

/** sops draws 32 random bytes, not the usual 12, and so may never count (aes/cipher.go). */
const IV_BYTES = 32;
const TAG_BYTES = 16;

// Sops' own expression, but anchored at both ends and without backtracking.
const SEALED =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:(str|int|float|bool|bytes|time|comment)\]$/;

/**
 * A string under the data key. The context (its path, or the time of the MAC) is authenticated. Nothing is left as
 * nothing, as sops does.
 */
export function sealValue(text: string, dataKey: Uint8Array, context: string): string {
  if (text === "") return "";
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", dataKey, iv);
  cipher.setAAD(Buffer.from(context));
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `ENC[AES256_GCM,data:${base64(data)},iv:${base64(iv)},tag:${base64(cipher.getAuthTag())},type:str]`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** The context of a value at a path of keys; sops leaves list indices out of it. */
export function contextOf(path: readonly string[]): string {
  return `${path.join(":")}:`;
}

export type Opening =
  | { readonly outcome: "opened"; readonly value: OpenedValue }
  /** Not what sops writes. */
  | { readonly outcome: "malformed" }
  /** Cut, changed, moved from another place, or under another key. */
  | { readonly outcome: "refused" };

/** The reverse of {@link sealValue}, for every type. */
export function openValue(sealed: string, dataKey: Uint8Array, context: string): Opening {
  if (sealed === "") return { outcome: "opened", value: { type: "str", text: "" } };
  const [, data, iv, tag, type] = SEALED.exec(sealed) ?? [];
  if (data === undefined || iv === undefined || tag === undefined || !isType(type)) return { outcome: "malformed" };
  const tagBytes = Buffer.from(tag, "base64");
  if (tagBytes.length !== TAG_BYTES) return { outcome: "refused" };
  try {
    const decipher = createDecipheriv("aes-256-gcm", dataKey, Buffer.from(iv, "base64"), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(tagBytes);
    const bytes = Buffer.concat([decipher.update(data, "base64"), decipher.final()]);
    return { outcome: "opened", value: { type, text: bytes.toString("utf8") } };
  } catch {
    return { outcome: "refused" };
  }
}

function isType(text: string | undefined): text is ValueType {
  return text !== undefined;
}

import { RegcredError } from "../errors.ts";
import { isJsonObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";

// `regcred-login.json`, beside `config.json`: what was there before, so that a login can be undone. As private as the
// config itself.

/** The logins of one docker config folder that are not undone yet. */
export interface LoginRecord {
  readonly version: 1;
  /** The random key of the digests, hexadecimal. */
  readonly key: string;
  /** The bytes of `config.json` before the first of the logins, in base64; null when there was none. */
  readonly original: string | null;
  /** Its permissions then; null when there was none. */
  readonly mode: number | null;
  /** Where we had to make the folder: the nearest above it that was there. */
  readonly madeBelow: string | null;
  /**
   * Logins that are just being written or undone. A run that was killed leaves some, and the next one undoes them.
   */
  readonly pending: readonly string[];
  /** In the order in which they were made. */
  readonly logins: readonly RecordedLogin[];
}

export interface RecordedLogin {
  readonly id: string;
  readonly entries: readonly RecordedEntry[];
}

export interface RecordedEntry {
  readonly registry: string;
  /** The key under `auths`. */
  readonly key: string;
  /** The text of what stood there before; null for nothing. */
  readonly before: string | null;
  /** The keyed digest of what was written. */
  readonly digest: string;
}

const VERSION = 1;

export function writeRecord(record: LoginRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** @throws RegcredError `bad-docker-config` for what does not look exactly like a record of ours */
export function readRecord(text: string, path: string): LoginRecord {
  const json = parseJson(text);
  const record = isJsonObject(json) && json["version"] === VERSION ? parseRecord(json) : null;
  if (record !== null) return record;
  const message = `${path} is not as this version of regcred writes it, so that no login can be undone by it`;
  const hint = "use the version that wrote it; or remove it, and what was logged in to stays in config.json";
  throw new RegcredError({ code: "bad-docker-config", message, hint });
}

function parseRecord({ key, original, mode, madeBelow, pending, logins }: JsonObject): LoginRecord | null {
  if (typeof key !== "string" || !isTextOrNull(original) || !isTextOrNull(madeBelow)) return null;
  if (mode !== null && typeof mode !== "number") return null;
  const ids = listOf(pending, (id) => (typeof id === "string" ? id : null));
  const parsed = listOf(logins, parseLogin);
  if (ids === null || parsed === null) return null;
  return { version: VERSION, key, original, mode, madeBelow, pending: ids, logins: parsed };
}

function parseLogin(value: unknown): RecordedLogin | null {
  if (!isJsonObject(value) || typeof value["id"] !== "string") return null;
  const entries = listOf(value["entries"], parseEntry);
  return entries && { id: value["id"], entries };
}

function parseEntry(value: unknown): RecordedEntry | null {
  if (!isJsonObject(value)) return null;
  const { registry, key, before, digest } = value;
  if (typeof registry !== "string" || typeof key !== "string" || typeof digest !== "string") return null;
  return isTextOrNull(before) ? { registry, key, before, digest } : null;
}

/** A list whose items are read by `parse`; null when one of them is not. */
function listOf<T>(value: unknown, parse: (item: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const items = value.map(parse);
  const good = items.filter((item) => item !== null);
  return good.length === items.length ? good : null;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

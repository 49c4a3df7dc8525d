import { createHmac } from "node:crypto";
import { parseJson } from "../json.ts";
import type { DockerConfigEntry } from "../model.ts";
import {
  entryOf,
  entryText,
  hasAuths,
  parseDockerConfig,
  sameMeaning,
  withEntry,
  withoutEmptyAuths,
  withoutEntry,
} from "./config.ts";
import { authEntry } from "./entry.ts";
import { CONFIG } from "./names.ts";
import type { LoginRecord, RecordedEntry, RecordedLogin } from "./record.ts";

/** A record, and the text of the `config.json` beside it; null when there is none. */
export interface Ledger {
  readonly record: LoginRecord;
  readonly text: string | null;
}

/** The login of one registry, and the keys that it is written under. */
export interface NewLogin {
  readonly registry: string;
  readonly keys: readonly string[];
  readonly entry: Omit<DockerConfigEntry, "server">;
}

/** What undoing did to the entries of one registry. */
export interface Undone {
  readonly registry: string;
  /** The keys that are as they were before. */
  readonly keys: readonly string[];
  /** The keys that somebody else has changed since, so that they stay as they are. */
  readonly left: readonly string[];
}

/** Writes logins into the text, and what stood there before into the record. */
export function addLogin({ record, text }: Ledger, id: string, logins: readonly NewLogin[]): Ledger {
  const written = logins.flatMap(({ registry, keys, entry }) =>
    keys.map((key) => ({ registry, key, value: authEntry({ ...entry, server: key }) })),
  );
  const base = text ?? "{}";
  const entries = written.map(({ registry, key, value }): RecordedEntry => {
    return { registry, key, before: entryOf(base, key), digest: digestOf(JSON.stringify(value), key, record) };
  });
  const whole = written.reduce((rest, { key, value }) => withEntry(rest, key, entryText(rest, value)), base);
  return { record: { ...record, logins: [...record.logins, { id, entries }] }, text: whole };
}

/**
 * Undoes logins, the last one first, whichever others there are. An entry that is still ours gets back what stood there
 * before; where a later login covers it, that one inherits it instead. With the last login, the original comes back.
 */
export function undoLogins(ledger: Ledger, ids: readonly string[]): { ledger: Ledger; undone: readonly Undone[] } {
  const logins = ledger.record.logins.filter(({ id }) => ids.includes(id)).reverse();
  const undone: { registry: string; key: string; left: boolean }[] = [];
  let { record, text } = ledger;
  for (const { id, entries } of logins) {
    for (const entry of entries) {
      const next = undoEntry({ record, text }, id, entry);
      undone.push({ ...entry, left: next === null });
      ({ record, text } = next ?? { record, text });
    }
    record = { ...record, logins: record.logins.filter((login) => login.id !== id) };
  }
  const rest = { record, text: record.logins.length === 0 ? settled({ record, text }) : text };
  return { ledger: rest, undone: byRegistry(undone) };
}

/** Null when the entry is no longer what the login wrote. */
function undoEntry({ record, text }: Ledger, id: string, { key, before, digest }: RecordedEntry): Ledger | null {
  const isOurs = (value: string | null) => value !== null && digestOf(value, key, record) === digest;
  const index = record.logins.findIndex((login) => login.id === id);
  const cover = record.logins.slice(index + 1).find(({ entries }) => entries.some((entry) => entry.key === key));
  if (cover !== undefined) {
    const inherit = (entry: RecordedEntry): RecordedEntry =>
      entry.key === key && isOurs(entry.before) ? { ...entry, before } : entry;
    return { record: { ...record, logins: record.logins.map(mapEntriesOf(cover.id, inherit)) }, text };
  }
  if (text === null || !isOurs(entryOf(text, key))) return null;
  return { record, text: before === null ? withoutEntry(text, key) : withEntry(text, key, before) };
}

function mapEntriesOf(id: string, change: (entry: RecordedEntry) => RecordedEntry) {
  return (login: RecordedLogin): RecordedLogin =>
    login.id === id ? { ...login, entries: login.entries.map(change) } : login;
}

/** The text when no login is left: the original to the byte, if that is what it means; null if there was no file. */
function settled({ record, text }: Ledger): string | null {
  if (text === null) return null;
  const original = originalOf(record);
  if (original === null) return sameMeaning(text, "{}") ? null : text;
  const before = parseDockerConfig(Buffer.from(original), CONFIG);
  if (sameMeaning(text, before)) return original;
  return hasAuths(before) ? text : withoutEmptyAuths(text);
}

/** Whether everything is as before the first login, to the byte. */
export function isOriginal({ record, text }: Ledger): boolean {
  return record.logins.length === 0 && text === originalOf(record);
}

function originalOf({ original }: LoginRecord): string | null {
  return original === null ? null : Buffer.from(original, "base64").toString("utf8");
}

/**
 * A keyed digest of what an entry says, whatever its layout: docker writes anew what it finds. With the entry's own
 * key in it, so that a record does not tell which registries have one password.
 */
function digestOf(entry: string, key: string, record: LoginRecord): string {
  const meaning = JSON.stringify([key, parseJson(entry)]);
  return createHmac("sha256", Buffer.from(record.key, "hex")).update(meaning).digest("hex");
}

function byRegistry(
  all: readonly { readonly registry: string; readonly key: string; readonly left: boolean }[],
): readonly Undone[] {
  const names = [...new Set(all.map(({ registry }) => registry))];
  return names.map((registry) => {
    const own = all.filter((entry) => entry.registry === registry);
    const keysOf = (left: boolean) => [...new Set(own.filter((entry) => entry.left === left).map(({ key }) => key))];
    return { registry, keys: keysOf(false), left: keysOf(true) };
  });
}

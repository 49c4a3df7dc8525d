import { isDeepStrictEqual } from "node:util";
import { RegcredError } from "../errors.ts";
import { isJsonObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { nestsTooDeeply } from "../nesting.ts";
import { exactly } from "./exact.ts";
import { memberOf, valueText, withMember, withoutMember } from "./json-text.ts";

// The text of a docker `config.json`, and its entries under `auths` (docker/cli, cli/config/configfile/file.go). Where
// this file says text, it is valid: a mapping, with a mapping or nothing under `auths`.

/** How deep the members of an entry of `auths` stand. */
const ENTRY_DEPTH = 2;

/**
 * The text of a `config.json`; an empty file, which docker takes too, is an empty mapping.
 *
 * @throws RegcredError `bad-docker-config` for what docker could not read either
 */
export function parseDockerConfig(bytes: Uint8Array, path: string): string {
  const text = decode(bytes);
  if (text?.trim() === "") return "{}";
  if (text !== null && nestsTooDeeply(text)) throw bad(path, "nests too deeply");
  const config = text === null ? null : parseJson(text);
  if (text === null || !isJsonObject(config)) throw bad(path, "is no JSON mapping");
  const auths = config["auths"];
  if (!isJsonObject(auths ?? {})) throw bad(path, "has something else than a mapping under `auths`");
  return text;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function bad(path: string, what: string): RegcredError {
  const hint = "mend it, or move it away; or name another folder with --docker-config";
  return new RegcredError({ code: "bad-docker-config", message: `${path} ${what}, and stays as it is`, hint });
}

/** The text of the entry under a key of `auths`; null where there is none. */
export function entryOf(text: string, key: string): string | null {
  const auths = authsOf(text);
  const entry = auths === null ? undefined : memberOf(text, auths, key);
  return entry === undefined ? null : text.slice(entry.valueStart, entry.end);
}

/** Puts an entry under a key of `auths`, where it replaces what is there. */
export function withEntry(text: string, key: string, entry: string): string {
  const whole = authsOf(text) === null ? withMember(text, 0, "auths", "{}") : text;
  return withMember(whole, authsOf(whole) ?? 0, key, entry);
}

export function withoutEntry(text: string, key: string): string {
  const auths = authsOf(text);
  return auths === null ? text : withoutMember(text, auths, key);
}

/** An entry laid out as the rest of the text is. */
export function entryText(text: string, entry: object): string {
  return valueText(text, entry, ENTRY_DEPTH);
}

/** Takes `auths` out where nothing is left in it. */
export function withoutEmptyAuths(text: string): string {
  return isDeepStrictEqual(parsed(text)["auths"], {}) ? withoutMember(text, 0, "auths") : text;
}

export function hasAuths(text: string): boolean {
  return memberOf(text, 0, "auths") !== undefined;
}

/** Whether two texts say the same, to the last digit of each number; an empty `auths` says nothing. */
export function sameMeaning(one: string, other: string): boolean {
  return isDeepStrictEqual(meaningOf(one), meaningOf(other));
}

function meaningOf(text: string): unknown {
  const { auths } = parsed(text);
  return exactly(isDeepStrictEqual(auths ?? {}, {}) ? withoutMember(text, 0, "auths") : text);
}

/**
 * The credential helper that docker asks for a host, whose entry under `auths` it then does not read; null for none, as
 * where a host has one with an empty name.
 */
export function helperOf(text: string, host: string): string | null {
  const { credHelpers, credsStore } = parsed(text);
  const helpers = isJsonObject(credHelpers) ? credHelpers : {};
  const helper = Object.hasOwn(helpers, host) ? helpers[host] : credsStore;
  return typeof helper === "string" && helper !== "" ? helper : null;
}

function parsed(text: string): JsonObject {
  const config = parseJson(text);
  return isJsonObject(config) ? config : {};
}

/** Where the mapping under `auths` begins; null where there is none. */
function authsOf(text: string): number | null {
  const auths = memberOf(text, 0, "auths");
  return auths === undefined || text[auths.valueStart] !== "{" ? null : auths.valueStart;
}

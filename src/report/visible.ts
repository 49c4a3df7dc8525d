import type { ErrorCode } from "../errors.ts";

/**
 * The keys of `registries.yaml` whose values may be shown. Everything else is masked: an excerpt is printed just when a
 * file is wrong, so a password may stand where nobody expects one (under a misspelt key, as a recipient, in a host).
 */
const PUBLIC = new Set([
  ...["version", "name", "type", "host", "canary", "check", "expires", "expiryWarning", "timeout", "insecure"],
  ...["plainHttp", "serverName", "allowEphemeral", "clusters", "namespaces", "only", "except", "controller", "path"],
  ...["createNamespaces", "layout", "secretName", "refresher", "base", "pullRequests", "autoMerge", "registry"],
]);

/** Where the structure of a file is not what it seems, or a value is known to be a secret: keys only. */
const KEYS_ONLY: ReadonlySet<ErrorCode> = new Set(["bad-yaml", "not-utf8", "inline-secret", "duplicate-key"]);

const NAME = String.raw`(?:[A-Za-z_$][\w$.-]{0,31}|"[A-Za-z_$][\w$.-]{0,31}"|'[A-Za-z_$][\w$.-]{0,31}')`;
/** A key with what leads to it: `- `, `{ `, `, `. */
const KEY = new RegExp(String.raw`[\s{,-]*(${NAME})\s*:(?=\s|$)`, "uy");
const OPENING = /\s*(?=\{)/uy;
/**
 * A plain or quoted value of harmless characters, or a list of them, up to the next key, a closing brace or the end.
 */
const ITEM = String.raw`(?:"[\w./:* -]*"|'[\w./:* -]*'|[\w./*-][\w./:*-]*)`;
const VALUE = new RegExp(
  String.raw`\s*(?:${ITEM}|\[\s*(?:${ITEM}(?:\s*,\s*${ITEM})*)?\s*\])?(?=\s*(?:[,}]|$|#))[\s}]*`,
  "uy",
);
/** Tokens are long and have no separators; names that people choose have some. */
const TOKEN_LIKE = /[A-Za-z0-9_]{20}/u;
/** A parent that holds nothing on its own line: the lines below are its mapping or list, not the rest of a text. */
const BARE_PARENT = new RegExp(String.raw`^[\s-]*(${NAME})\s*:\s*(?:#.*)?$`, "u");
const LIST_ITEM = new RegExp(String.raw`^\s*-\s+${ITEM}\s*$`, "u");

/** How much of one line of a configuration may be shown, in UTF-16 code units from its start. Counts lines from 1. */
export function visibleLength(text: readonly string[], line: number, code: ErrorCode): number {
  const own = text[line - 1] ?? "";
  const indentation = contentColumn(own);
  const parents = parentsOf(text, line);
  if (parents === null) return indentation;
  if (LIST_ITEM.test(own))
    return isPublic(parents[0]) && !KEYS_ONLY.has(code) && !TOKEN_LIKE.test(own) ? own.length : indentation;
  return KEYS_ONLY.has(code) ? (readKey(own, 0)?.end ?? indentation) : visibleMapping(own, indentation);
}

/**
 * Reads `key: value` and `key: { key: value, … }` from the left, up to the first thing that is not known to be
 * harmless.
 */
function visibleMapping(line: string, indentation: number): number {
  let end = indentation;
  for (let key = readKey(line, 0); key !== null; key = readKey(line, end)) {
    end = key.end;
    const opening = match(OPENING, line, end);
    if (opening !== null) continue;
    const value = isPublic(key.name) ? match(VALUE, line, end) : null;
    if (value === null || TOKEN_LIKE.test(value[0])) return end;
    end += value[0].length;
  }
  return end;
}

function readKey(line: string, from: number): { name: string; end: number } | null {
  const found = match(KEY, line, from);
  const name = found?.[1]?.replace(/^["']|["']$/gu, "");
  if (found === null || name === undefined || TOKEN_LIKE.test(name)) return null;
  return { name, end: from + found[0].length };
}

function match(pattern: RegExp, line: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(line);
}

function isPublic(key: string | undefined): boolean {
  return key !== undefined && PUBLIC.has(key);
}

/** The keys above a line, nearest first; null where one of them holds a text, of which this line may be a part. */
function parentsOf(text: readonly string[], line: number): readonly string[] | null {
  const parents: string[] = [];
  let column = contentColumn(text[line - 1] ?? "");
  for (let index = line - 2; index >= 0 && column > 0; index--) {
    const above = text[index] ?? "";
    if (isBlank(above) || contentColumn(above) >= column) continue;
    const parent = BARE_PARENT.exec(above)?.[1];
    if (parent === undefined) return null;
    parents.push(parent);
    column = contentColumn(above);
  }
  return parents;
}

function isBlank(line: string): boolean {
  return /^\s*(?:#|---|$)/u.test(line);
}

/** Where a line's content begins, behind its indentation and the dashes of a list. */
function contentColumn(line: string): number {
  return /^\s*(?:-\s+)*/u.exec(line)?.[0].length ?? 0;
}

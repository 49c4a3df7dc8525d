import type { Location } from "../errors.ts";
import type { Entry, Node } from "./document.ts";
import { malformed, notSupported, wrongMac } from "./refusals.ts";
import type { Scope } from "./scope.ts";

/** What the `sops` block of a file says. */
export interface Metadata {
  readonly location: Location;
  readonly age: readonly { readonly recipient: string; readonly enc: string }[];
  /** As Go formats it, which is what the MAC is bound to. */
  readonly lastModified: string;
  readonly mac: string;
  readonly macOnlyEncrypted: boolean;
  readonly scope: Scope;
}

/** Far more than anybody has, and few enough to try each. */
const MAX_RECIPIENTS = 256;

/** Of the armored data key for one recipient; a post-quantum one takes about 2,300. */
const MAX_ENC_LENGTH = 16 * 1024;

/**
 * Reads the `sops` block (stores/metadata.go): recipients stand at its top, or in the one group of `key_groups`.
 *
 * @throws RegcredError `sops-malformed`, `sops-wrong-mac` (there is none), `not-supported-yet`
 */
export function readMetadata(document: readonly Entry[], file: string): Metadata {
  const location = { file, line: 1, column: 1 };
  const block = find(document, "sops");
  if (block === undefined) throw malformed("it has no top-level key sops: was it ever encrypted?", location);
  if (block.kind !== "map") throw malformed("its key sops is no mapping", location);
  const mac = text(block.entries, "mac");
  if (mac === "") throw wrongMac("it has no MAC", location);
  return {
    location,
    age: ageEntries(keyGroup(block.entries, location), location),
    lastModified: goTime(text(block.entries, "lastmodified"), location),
    mac,
    macOnlyEncrypted: text(block.entries, "mac_only_encrypted") === "true",
    scope: readScope(block.entries, location),
  };
}

function find(entries: readonly Entry[], key: string): Node | undefined {
  return entries.find(([name]) => name === key)?.[1];
}

function text(entries: readonly Entry[], key: string): string {
  const node = find(entries, key);
  return node?.kind === "leaf" ? node.text : "";
}

function list(entries: readonly Entry[], key: string): readonly Node[] {
  const node = find(entries, key);
  return node?.kind === "list" ? node.items : [];
}

/** Top-level lists take precedence over groups, as in sops. */
function keyGroup(block: readonly Entry[], location: Location): readonly Entry[] {
  const groups = list(block, "key_groups");
  const topLevel = ["age", "kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp"].some(
    (key) => list(block, key).length > 0,
  );
  if (topLevel || groups.length === 0) return block;
  if (groups.length > 1) throw notSupported(`${groups.length} key groups`, location);
  const [group] = groups;
  if (group?.kind !== "map") throw malformed("its key group is no mapping", location);
  return group.entries;
}

function ageEntries(group: readonly Entry[], location: Location): Metadata["age"] {
  const entries = list(group, "age");
  if (entries.length > MAX_RECIPIENTS) throw malformed(`it has more than ${MAX_RECIPIENTS} recipients`, location);
  return entries.map((entry) => {
    const fields = entry.kind === "map" ? entry.entries : [];
    const [recipient, enc] = [text(fields, "recipient"), text(fields, "enc")];
    if (recipient === "" || enc === "" || enc.length > MAX_ENC_LENGTH)
      throw malformed("an entry of sops.age is damaged", location);
    return { recipient, enc };
  });
}

/** Go parses the time and formats it again: a fraction of a second is lost, and an offset of nothing becomes `Z`. */
function goTime(value: string, location: Location): string {
  const [, instant, zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)$/.exec(value) ?? [];
  if (instant === undefined || zone === undefined) throw malformed("its lastmodified is no time", location);
  return instant + (/[1-9]/.test(zone) ? zone : "Z");
}

const RULES = ["unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex"] as const;
const COMMENT_RULES = ["unencrypted_comment_regex", "encrypted_comment_regex"];

function readScope(block: readonly Entry[], location: Location): Scope {
  const comments = COMMENT_RULES.find((rule) => text(block, rule) !== "");
  if (comments !== undefined) throw notSupported(comments, location);
  const scopes = RULES.map((rule) => ({ rule, pattern: text(block, rule) })).filter(({ pattern }) => pattern !== "");
  if (scopes.length > 1) throw malformed(`it has both ${scopes.map(({ rule }) => rule).join(" and ")}`, location);
  return scopes[0] ?? { rule: "unencrypted_suffix", pattern: "_unencrypted" };
}

import { resolvePlain } from "./plain-scalar.ts";

// Strings as go-yaml writes them (go.yaml.in/yaml/v3 v3.0.4, encode.go `stringv` and emitterc.go): a later `sops edit`
// or `sops rotate` then changes no line but those it means to.

/** What YAML 1.1 parsers take for a boolean, or for a number to base 60. */
const OLD_BOOL = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const OLD_FLOAT = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** Where a plain scalar would be taken for something else by its look. */
const INDICATOR = /^[#,[\]{}&*!|>'"%@`]|^(?:---|\.\.\.)|^[?:-](?=[ \t]|$)|:(?=[ \t]|$)|[ \t]#|^ | $/;

/** Everything but a line feed that go-yaml does not print as it is. A tab is printed in block scalars only. */
const UNPRINTABLE = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

/**
 * Line and paragraph separator: go-yaml writes them bare, and reads them back as something else, so that we escape
 * them.
 */
const SEPARATOR = /[\u2028\u2029]/;

/**
 * What go-yaml quotes rather than to write it as a block; and a tab at the start, with which it writes a block that it
 * cannot read.
 */
const UNBLOCKABLE = /^\t| (?:\n|$)/;

/** A string as a YAML scalar. `indent` is the column of the lines of a block scalar. */
export function writeScalar(text: string, indent: number): string {
  const special = UNPRINTABLE.test(text.replaceAll("\t", "")) || SEPARATOR.test(text);
  if (text.includes("\n")) return special || UNBLOCKABLE.test(text) ? doubleQuoted(text) : literal(text, indent);
  if (special || text.includes("\t") || isTaken(text)) return doubleQuoted(text);
  return INDICATOR.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

/** A string as a mapping key: the same, but on one line. */
export function writeKey(text: string): string {
  return text.includes("\n") ? doubleQuoted(text) : writeScalar(text, 0);
}

/**
 * Whether the bare text means something other than itself; `<<` is ours: go-yaml writes `!!merge <<`, which few parsers
 * understand.
 */
function isTaken(text: string): boolean {
  return text === "<<" || resolvePlain(text).type !== "str" || OLD_BOOL.test(text) || OLD_FLOAT.test(text);
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? "4" : "";
  const chomp = !text.endsWith("\n") ? "-" : /^\n$|\n\n$/.test(text) ? "+" : "";
  const margin = " ".repeat(indent);
  return `|${hint}${chomp}\n${text.replace(/\n$/, "").replaceAll(/^(?=.)/gm, margin)}`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "\0": "0",
    "\x07": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\xa0": "_",
    "\u2028": "L",
    "\u2029": "P",
  }),
);

function doubleQuoted(text: string): string {
  // Go's `is_bom` looks at the start of the text, not at the character: after a byte order mark everything is escaped.
  const all = text.startsWith("\ufeff");
  const body = Array.from(text.replaceAll(/\p{Surrogate}/gu, "\ufffd"), (character) =>
    all || UNPRINTABLE.test(character) || /["\\\n\u2028\u2029]/.test(character) ? escaped(character) : character,
  );
  return `"${body.join("")}"`;
}

function escaped(character: string): string {
  const short = ESCAPES.get(character);
  if (short !== undefined) return `\\${short}`;
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

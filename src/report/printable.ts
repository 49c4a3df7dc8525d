import { stripVTControlCharacters } from "node:util";

/** The longest message or hint (design, section 4), in UTF-16 code units. */
const LIMIT = 500;

/** Controls, format characters (bidi, zero width), lone surrogates, and what else a terminal draws as nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text as one printable line of at most 500 characters, whoever wrote it.
 *
 * White space folds to one space, terminal sequences are dropped, other invisible characters are shown by name
 * (`<U+202E>`), so that nobody can reorder or hide a part of the line. Applying it twice changes nothing.
 */
export function printable(text: string): string {
  const folded = stripVTControlCharacters(text).replace(/\s+/gu, " ").trim();
  return shorten(defuse(folded.replace(INVISIBLE, nameOf)));
}

/**
 * One line that a workflow's runner cannot take for a command: it reads `##[…]` anywhere in a line and `::` at the
 * start of a trimmed one. A space in between keeps both readable: `# #[`, `: :`.
 */
export function defuse(line: string): string {
  return line.replaceAll("##[", "# #[").replace(/^(\s*:)(?=:)/u, "$1 ");
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** Cuts before a pair of surrogates, never through it. */
function shorten(line: string): string {
  if (line.length <= LIMIT) return line;
  return `${line.slice(0, LIMIT - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

/** What is shorter occurs in any text by chance. */
const SHORTEST = 4;
const PEM_BOUNDARY = /^-----(?:BEGIN|END) [^-]*-----$/u;

/**
 * The lines that must be hidden for a value not to be seen. The runner hides a value line by line, so that a
 * pretty-printed JSON key would hide every `{` of the log: JSON is compacted first, and only those of its strings that
 * have lines of their own (private keys) are taken apart.
 */
export function maskedLines(value: string): readonly string[] {
  const json = readJson(value);
  // On one line it may be spelt in a way of its own.
  const spelt = value.trim().includes("\n") ? [] : [value];
  const texts =
    json === null ? [value] : [...spelt, json.compact, ...json.strings.filter((text) => text.includes("\n"))];
  return [...new Set(texts.flatMap(linesOf))];
}

/** A mapping or list in its shortest form, with every string in it; null for any other text. */
function readJson(text: string): { readonly compact: string; readonly strings: readonly string[] } | null {
  if (!/^\s*[{[]/u.test(text)) return null;
  const strings: string[] = [];
  try {
    const value: unknown = JSON.parse(text, (_, item: unknown) => {
      if (typeof item === "string") strings.push(item);
      return item;
    });
    return { compact: JSON.stringify(value), strings };
  } catch {
    return null;
  }
}

function linesOf(text: string): readonly string[] {
  const lines = text
    .split(/[\r\n]+/u)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.filter((line) => line.length >= SHORTEST && (lines.length === 1 || !isTrivial(line)));
}

/** Braces, rules and PEM boundaries give nothing away, and hiding them would hide half of a log. */
function isTrivial(line: string): boolean {
  return PEM_BOUNDARY.test(line) || !/[\p{L}\p{N}]/u.test(line);
}

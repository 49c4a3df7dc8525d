import { widthOf } from "./width.ts";

/** A piece of text with its colour. */
export interface Word {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

export function painted({ text, paint }: Word): string {
  return paint === undefined || text === "" ? text : paint(text);
}

/** The words of a text, in one colour. */
export function wordsOf(text: string, paint?: Word["paint"]): readonly Word[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => ({ text: word, paint }));
}

/**
 * Fills lines with words. A word that is too long stands alone, unbroken, so that a path or a URL can be copied.
 *
 * @param hanging how far the lines after the first are moved in, in columns.
 */
export function fill(words: readonly Word[], width: number, hanging = 0): readonly string[] {
  const lines: Word[][] = [];
  let used = 0;
  for (const word of words) {
    const columns = widthOf(word.text);
    const line = lines.at(-1);
    if (line !== undefined && used + 1 + columns <= width) {
      line.push(word);
      used += 1 + columns;
    } else {
      used = columns + (line === undefined ? 0 : hanging);
      lines.push([word]);
    }
  }
  return lines.map((line, index) => " ".repeat(index === 0 ? 0 : hanging) + line.map(painted).join(" "));
}

/** Every line moved in. */
export function indent(lines: readonly string[], columns: number): readonly string[] {
  return lines.map((line) => (line === "" ? line : " ".repeat(columns) + line));
}

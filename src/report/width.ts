// How wide a text stands on a terminal: columns, not characters.

/** Made where it is first needed, which is seldom: that takes a third as long as starting Node.js. */
let segmenter: Intl.Segmenter | undefined;
/** What regcred itself writes, one column each. */
const PLAIN = /^[\x20-\x7e–…✔✖▲]*$/u;
const EMPTY = /^[\p{Mn}\p{Me}\p{Cc}\p{Cf}]*$/u;
/** Emoji, and the blocks that Unicode's EastAsianWidth calls wide or full-width. */
const WIDE = new RegExp(
  "\\p{Emoji_Presentation}|\\uFE0F|[\\u1100-\\u115F\\u2E80-\\u303E\\u3041-\\uA4CF\\uA960-\\uA97C\\uAC00-\\uD7A3" +
    "\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF00-\\uFF60\\uFFE0-\\uFFE6\\u{17000}-\\u{18DFF}" +
    "\\u{1B000}-\\u{1B2FF}\\u{20000}-\\u{3FFFD}]",
  "u",
);

/** What a reader takes for one character. */
export function graphemesOf(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The columns that a text without colour codes takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return graphemesOf(text).reduce((sum, grapheme) => sum + columnsOf(grapheme), 0);
}

function columnsOf(grapheme: string): number {
  if (EMPTY.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** The longest start of a text that fits. */
export function startOf(text: string, width: number): string {
  return fitting(graphemesOf(text), width).join("");
}

/** The longest end of a text that fits. */
export function endOf(text: string, width: number): string {
  return fitting([...graphemesOf(text)].reverse(), width)
    .reverse()
    .join("");
}

function fitting(all: readonly string[], width: number): string[] {
  let taken = 0;
  const over = all.findIndex((grapheme) => (taken += columnsOf(grapheme)) > width);
  return all.slice(0, over === -1 ? all.length : over);
}

/** The text itself, or its two ends with an ellipsis between. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const start = startOf(text, Math.floor((width - 1) / 2));
  return `${start}…${endOf(text, width - 1 - widthOf(start))}`;
}

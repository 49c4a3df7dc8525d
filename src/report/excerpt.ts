import type { ErrorCode, Location } from "../errors.ts";
import type { Style } from "./options.ts";
import { visibleLength } from "./visible.ts";
import { endOf, graphemesOf, startOf, widthOf } from "./width.ts";

const MASK = "••••";
const TAB = "→ ";
/** Beyond this many code units from the column nothing is looked at: a line may be megabytes long. */
const FAR = 1000;

/**
 * The line that a problem stands on, with its number and a caret under the column; none where the file has no such
 * line. What may be a secret is masked.
 *
 * @param lines the whole file.
 */
export function excerpt(
  lines: readonly string[],
  { line, column }: Location,
  code: ErrorCode,
  { colors, width }: Pick<Style, "colors" | "width">,
): readonly string[] {
  const own = lines[line - 1];
  if (own === undefined || own.trim() === "") return [];
  const { dim, red } = colors;
  const gutter = String(line);
  const room = Math.max(20, width - gutter.length - 3);
  const { text: shown, caret } = aim(masked(own, visibleLength(lines, line, code)), column, room);
  return [`${dim(`${gutter} │`)} ${shown}`, `${dim(`${" ".repeat(gutter.length)} │`)} ${" ".repeat(caret)}${red("^")}`];
}

/** What is shown of a line; `end` is where its visible part ends, in code units. */
interface Shown {
  readonly text: string;
  readonly end: number;
}

function masked(line: string, visible: number): Shown {
  const start = line.slice(0, visible);
  const hidden = line.slice(visible).replace(/^\s*(?:#.*)?$|^\s*[}\],]*\s*$/u, "") !== "";
  return { text: hidden ? `${start.replace(/:\s*$/u, ": ")}${MASK}` : start.trimEnd(), end: start.length };
}

/** Cuts a line around a column (from 1, in code units) so that it fits, and says how far in the caret stands. */
function aim({ text, end }: Shown, column: number, room: number): { text: string; caret: number } {
  const masksAt = text.endsWith(MASK) ? text.length - MASK.length : text.length;
  const at = column - 1 < end ? Math.min(column - 1, masksAt) : masksAt;
  const before = drawn(text.slice(Math.max(0, at - FAR), at));
  const after = drawn(text.slice(at, at + FAR));
  if (widthOf(before) + widthOf(after) <= room) return { text: before + after, caret: widthOf(before) };
  const left = widthOf(before) <= room / 2 ? before : `…${endOf(before, Math.floor(room / 2) - 1)}`;
  const rest = room - widthOf(left);
  const right = widthOf(after) <= rest ? after : `${startOf(after, rest - 1)}…`;
  return { text: left + right, caret: widthOf(left) };
}

/** Tabs as arrows, since they are often the mistake; other controls as a replacement character. */
function drawn(text: string): string {
  return graphemesOf(text)
    .map((grapheme) => (grapheme === "\t" ? TAB : grapheme.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD")))
    .join("");
}

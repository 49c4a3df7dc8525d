import type { Problem } from "../errors.ts";
import { excerpt } from "./excerpt.ts";
import { printable } from "./printable.ts";
import type { Style } from "./options.ts";
import { fill, indent, wordsOf } from "./words.ts";
import type { Word } from "./words.ts";

/** One problem: where and what, what to do, and the line that it is about. */
export function problemLines(kind: "error" | "warning", problem: Problem, style: Style): readonly string[] {
  const { colors, width, sources } = style;
  const { code, message, location } = problem;
  const paint = kind === "error" ? colors.red : colors.yellow;
  const source = location === undefined ? undefined : sources.get(location.file);
  const words: readonly Word[] = [
    { text: `${kind}:`, paint: (label) => colors.bold(paint(label)) },
    ...(location === undefined ? [] : [{ text: placeOf(location), paint: colors.cyan }]),
    ...wordsOf(printable(message)),
    { text: `[${code}]`, paint: colors.dim },
  ];
  const lines =
    location === undefined || source === undefined ? [] : excerpt(source, location, code, { colors, width: width - 2 });
  return [...fill(words, width, 2), ...hintLines(problem.hint ?? "", style, 2), ...indent(lines, 2)];
}

/** What to do, moved in; nothing where nothing is known. */
export function hintLines(hint: string, { colors, width }: Style, columns: number): readonly string[] {
  if (hint === "") return [];
  const words = [{ text: "hint:", paint: colors.cyan }, ...wordsOf(printable(hint))];
  return indent(fill(words, width - columns, 2), columns);
}

function placeOf({ file, line, column }: NonNullable<Problem["location"]>): string {
  return `${printable(file)}:${line}:${column}`;
}

export interface Column<Row> {
  readonly title: string;
  /** Markdown of one line; empty for a blank. */
  readonly cell: (row: Row) => string;
}

/** A table of GitHub's Markdown, in lines; a column that is blank in every row is left out. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): { readonly head: readonly string[]; readonly rows: readonly string[] } {
  const shown = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ""));
  const head = [line(shown.map(({ title }) => title)), line(shown.map(() => "---"))];
  return { head, rows: rows.map((row) => line(shown.map(({ cell }) => inCell(cell(row))))) };
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/**
 * A row is split at its bars before anything else is read, code spans included (GFM, section 4.10). Parsers differ in
 * what a backslash before an escaped bar means, so the two are kept apart.
 */
function inCell(markdown: string): string {
  return markdown.replace(/\\(?=\|)/gu, "\\ ").replaceAll("|", "\\|");
}

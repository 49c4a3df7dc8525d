import { cutMiddle, widthOf } from "./width.ts";
import { fill, painted, wordsOf } from "./words.ts";
import type { Word } from "./words.ts";

export interface Column<Row> {
  /** Empty in a table without a head. */
  readonly title: string;
  /** What stands in a row; an empty text is a blank. */
  readonly cell: (row: Row) => Word;
  readonly align?: "left" | "right";
  /**
   * What gives when the table is too wide: the middle of the text, or its lines (a long word then sticks out: for the
   * last column only). Without either, the column keeps its width.
   */
  readonly fit?: "cut" | "wrap";
  /** What it never goes below. */
  readonly least?: number;
}

/** Finished lines around a row. */
export interface Framed {
  readonly above: readonly string[];
  readonly below: readonly string[];
}

type Sized<Row> = Column<Row> & { readonly width: number };

const GAP = 2;
const LEAST = 12;

/** Rows in aligned columns, at most `width` wide; a column that is blank in every row is left out. */
export function table<Row extends Framed>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paintHead?: Word["paint"],
): readonly string[] {
  const shown = columns.filter(({ cell }) => rows.some((row) => cell(row).text !== ""));
  const sized = fitted(
    shown.map((column) => ({ ...column, width: naturalWidth(column, rows) })),
    width,
  );
  const head = linesOf(sized, ({ title }) => ({ text: title, paint: paintHead }));
  const body = rows.flatMap((row) => [...row.above, ...linesOf(sized, ({ cell }) => cell(row)), ...row.below]);
  return paintHead === undefined || rows.length === 0 ? body : [...head, ...body];
}

function naturalWidth<Row>({ title, cell }: Column<Row>, rows: readonly Row[]): number {
  return rows.reduce((widest, row) => Math.max(widest, widthOf(cell(row).text)), widthOf(title));
}

/** Takes from the widest column that may give, one by one, until all fit. */
function fitted<Row>(columns: readonly Sized<Row>[], width: number): readonly Sized<Row>[] {
  const over = columns.reduce((sum, column) => sum + column.width + GAP, -GAP) - width;
  const able = columns.filter(({ fit, least = LEAST, width }) => fit !== undefined && width > least);
  const widest = able.reduce((most, column) => Math.max(most, column.width), 0);
  if (over <= 0 || able.length === 0) return columns;
  const giver = able.find((column) => column.width === widest);
  return fitted(
    columns.map((column) => (column === giver ? { ...column, width: widest - 1 } : column)),
    width,
  );
}

/** One row, as many lines high as its highest cell. */
function linesOf<Row>(columns: readonly Sized<Row>[], cellOf: (column: Column<Row>) => Word): readonly string[] {
  const blocks = columns.map((column) => ({
    column,
    word: cellOf(column),
    texts: textsOf(cellOf(column).text, column),
  }));
  const height = Math.max(...blocks.map(({ texts }) => texts.length));
  return Array.from({ length: height }, (_, line) =>
    blocks
      .map(({ column, word, texts }) => aligned({ text: texts[line] ?? "", paint: word.paint }, column))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

function textsOf<Row>(text: string, { fit, width }: Sized<Row>): readonly string[] {
  return fit === "wrap" && widthOf(text) > width ? fill(wordsOf(text), width) : [cutMiddle(text, width)];
}

function aligned<Row>(word: Word, { align, width }: Sized<Row>): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(word.text)));
  return align === "right" ? blanks + painted(word) : painted(word) + blanks;
}

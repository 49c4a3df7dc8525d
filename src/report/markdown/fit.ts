import { Buffer } from "node:buffer";
import { amount } from "./inline.ts";

/** A part of a document: what stands first, and rows of which the last ones may go. */
export interface Block {
  readonly head: readonly string[];
  /** None for a block that is not to be shortened. */
  readonly rows: readonly string[];
  /** Who gets room first when there is too little: the lowest. */
  readonly rank: number;
}

interface Sized {
  readonly block: Block;
  /** Bytes of the whole block. */
  readonly need: number;
  /** Bytes that it may have. */
  readonly share: number;
}

/** The line of what was left out, and the blank line before it. */
const NOTE = 100;
const GAP = "\n\n";

/**
 * The blocks as one text of at most `limit` bytes of UTF-8, parted by blank lines, with a newline at its end. When not
 * all fits, whole rows go, from the end of a block, and a line says how many; a block for which no row is left goes as
 * a whole, and the last line counts those.
 */
export function fit(blocks: readonly Block[], limit: number): string {
  const whole = joined(blocks.map(({ head, rows }) => [...head, ...rows]));
  if (bytes(whole) <= limit) return whole;
  const parts = shared(blocks, limit - NOTE).map((sized) => ({ rows: sized.block.rows, lines: cut(sized) }));
  const gone = parts.filter(({ lines }) => lines.length === 0).flatMap(({ rows }) => rows);
  const note = gone.length === 0 ? [] : [[`… and ${amount(gone.length)} more rows that found no room here.`]];
  const short = joined([...parts.map(({ lines }) => lines), ...note]);
  return bytes(short) <= limit ? short : "";
}

function joined(blocks: readonly (readonly string[])[]): string {
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return texts.length === 0 ? "" : `${texts.join(GAP)}\n`;
}

/**
 * First what has no rows; then each block by its rank up to half of what is left, so that a long one leaves room for
 * the others; then, in the same order, what is still free.
 */
function shared(blocks: readonly Block[], limit: number): readonly Sized[] {
  const ordered = blocks
    .map((block, index) => ({ block, index, need: bytes([...block.head, ...block.rows].join("\n")) + GAP.length }))
    .sort((a, b) => Number(a.block.rows.length > 0) - Number(b.block.rows.length > 0) || a.block.rank - b.block.rank);
  let free = limit;
  const first = ordered.map((item) => {
    const most = item.block.rows.length === 0 ? free : Math.floor(free / 2);
    const share = item.block.rows.length === 0 && item.need > free ? 0 : Math.min(item.need, most);
    free -= share;
    return { ...item, share };
  });
  const second = first.map((item) => {
    const more = item.block.rows.length === 0 ? 0 : Math.min(item.need - item.share, free);
    free -= more;
    return { ...item, share: item.share + more };
  });
  return second.sort((a, b) => a.index - b.index);
}

/** The lines for which there is room; none when that is not even one row. */
function cut({ block: { head, rows }, need, share }: Sized): readonly string[] {
  if (need <= share) return [...head, ...rows];
  let used = bytes([...head, "", more(rows.length)].join("\n")) + GAP.length;
  const over = rows.findIndex((row) => (used += bytes(row) + 1) > share);
  return over <= 0 ? [] : [...head, ...rows.slice(0, over), "", more(rows.length - over)];
}

function more(rows: number): string {
  return `… and ${amount(rows)} more`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

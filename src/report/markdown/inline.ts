import type { Location } from "../../errors.ts";
import { printable } from "../printable.ts";

/** What stops the workflows of a commit whose message holds it, which a squash merge makes of a pull request's body. */
const SKIP = /\[(?=(?:skip ci|ci skip|no ci|skip actions|actions skip)\])/giu;
/** A number of an issue, which such a message may close. */
const REFERENCE = /#(?=\d)/gu;

const TOKEN = /\(?`[^`]+`\)?[.,;:!?]?(?=\s|$)|\S+/gu;
const PARTS = /^(?<before>\(?)(?<core>.*?)(?<after>\)?[.,;:!?]?)$/u;
/** A word of prose, a small number, a dash: GitHub makes nothing of these. */
const TAME = /^(?:\p{Script=Latin}+(?:['’-]\p{Script=Latin}+)*|\d{1,6}|[–—…])$/u;
/** What may be the start of a commit's hash. */
const HASH = /^[\da-f]{7,}$/iu;

/**
 * Any text as a code span (CommonMark, section 6.1): one line in which GitHub sees no link, mention, reference, image or
 * tag. Empty for an empty text. A cell of a table needs `table.ts` on top.
 */
export function code(text: string): string {
  const line = printable(text).replace(SKIP, "[ ").replace(REFERENCE, "# ");
  if (line === "") return "";
  const fence = "`".repeat(fenceLength(line));
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return fence + pad + line + pad + fence;
}

/**
 * The shortest run of backticks that the text does not have. The longest one and one more would do too, but GitHub's
 * parser gives up on runs beyond 80; in 500 characters not even 32 lengths find room.
 */
function fenceLength(line: string): number {
  const runs = new Set(Array.from(line.matchAll(/`+/gu), ([run]) => run.length));
  let length = 1;
  while (runs.has(length)) length++;
  return length;
}

/** A sentence: plain words stay plain, everything else in it (names, hosts, paths, variables) becomes a code span. */
export function prose(text: string): string {
  return (printable(text).match(TOKEN) ?? []).map(token).join(" ");
}

function token(text: string): string {
  const { before = "", core = "", after = "" } = PARTS.exec(text)?.groups ?? {};
  if (core === "") return code(text);
  if (TAME.test(core) && !HASH.test(core)) return text;
  const quoted = /^`([^`]+)`$/u.exec(core)?.[1];
  return before + code(quoted ?? core) + after;
}

/**
 * A name for where Markdown does not reach, titles and commit messages: what could be a mention, a reference, a link or
 * a trailer is blotted out. Names of Kubernetes pass as they are, unless a part of one looks like a commit's hash.
 */
export function bare(text: string): string {
  return printable(text)
    .replace(/[^\p{Script=Latin}\p{N} ._/+-]/gu, "_")
    .replace(/www\./giu, "www_")
    .replace(/GH-(?=\d)/giu, "GH_")
    .replace(/(?<![\p{L}\p{N}])[\da-f]{7,}(?![\p{L}\p{N}])/giu, (hash) => hash.replace(/.{6}(?=.)/gu, "$&_"));
}

/** Code spans in a row; of many, the first ones and how many there are besides. */
export function codes(texts: readonly string[], most: number): string {
  return listed(texts.map(code), most);
}

/** A list in one line; beyond `most` entries the last place says how many there are besides. */
export function listed(texts: readonly string[], most: number): string {
  if (texts.length <= most) return texts.join(", ");
  return `${texts.slice(0, most - 1).join(", ")} and ${amount(texts.length - most + 1)} more`;
}

/** `FILE:LINE:COLUMN`. */
export function placeOf({ file, line, column }: Location): string {
  return code(`${printable(file)}:${line}:${column}`);
}

/** `1,204`. */
export function amount(number: number): string {
  return number.toLocaleString("en-US");
}

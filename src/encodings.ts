/** How a secret can stand in a text: forms that give it away anywhere, and a short one only as a word of its own. */
export interface Forms {
  readonly anywhere: readonly string[];
  readonly word: string | null;
}

/** Shorter ones stand in any text by chance, above all in ciphertext, which has 64 letters. */
const SHORTEST_ANYWHERE = 8;
/** Hexadecimal digits are everywhere in a lock, and there are only sixteen of them. */
const SHORTEST_HEX = 12;
/** Of a key each line is long; shorter ones are what is the same in every key. */
const SHORTEST_LINE = 32;
/** Still shorter ones are words of the language. */
const SHORTEST_WORD = 4;

/**
 * A value as it is, escaped as JSON and YAML do, as hexadecimal digits, as in a URL, and as base64 (also URL-safe) at
 * each of its three alignments, as when more stands before and behind it.
 */
export function formsOf(value: string): Forms {
  const bytes = Buffer.from(value, "utf8");
  const hex = bytes.toString("hex");
  const url = encodeURIComponent(bytes.toString("utf8"));
  const all = [
    value,
    JSON.stringify(value).slice(1, -1),
    ...(hex.length < SHORTEST_HEX ? [] : [hex, hex.toUpperCase()]),
    ...[url, url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()), url.replaceAll("%20", "+")],
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
    ...linesOf(value),
  ];
  const anywhere = [...new Set(all)].filter(({ length }) => length >= SHORTEST_ANYWHERE);
  const short = value.length >= SHORTEST_WORD && value.length < SHORTEST_ANYWHERE;
  return { anywhere: value.length < SHORTEST_WORD ? [] : anywhere, word: short ? value : null };
}

/** A key of many lines is given away by one of them, also where JSON spells the line feeds. */
function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n|\\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith("-----"));
}

/** The characters that these bytes alone decide when `offset` other bytes stand before them, in both alphabets. */
function base64At(bytes: Buffer, offset: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const last = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
  const own = text.slice(Math.ceil((offset * 4) / 3), last);
  return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Whether a text holds one of the forms. */
export function holds(text: string, { anywhere, word }: Forms): boolean {
  return anywhere.some((form) => text.includes(form)) || (word !== null && holdsWord(text, word));
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true;
  }
  return false;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

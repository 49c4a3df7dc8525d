import type { ErrorCode } from "../errors.ts";

/** The way to a value in the document: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** A problem before it is known in which line it stands. Never holds a value that may be a secret. */
export interface Finding {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Where: a path in the document, or an offset in the text (UTF-16 code units). */
  readonly at: Path | number;
  /** What of it is meant; by default the value. */
  readonly on?: "key" | "value" | undefined;
}

/** Long runs without a separator are how tokens look, and names that people choose do not. */
const TOKEN_LIKE = /[A-Za-z0-9_]{20}/u;
const PLAIN = /^[A-Za-z0-9_$./*:@-]{1,100}$/u;

/** A word from the document, in backticks, if it is sure to be harmless; otherwise what to call it instead. */
export function quote(word: unknown, otherwise: string): string {
  return typeof word === "string" && PLAIN.test(word) && !TOKEN_LIKE.test(word) ? `\`${word}\`` : otherwise;
}

/** A path as people write it, `registries.harbor.auth`, with `…` for a key that may not be shown. */
export function pathText(path: Path): string {
  const words = path.map((step) => (typeof step === "number" ? `[${step}]` : quote(step, "`…`").slice(1, -1)));
  return words.length === 0 ? "the file" : `\`${words.join(".").replaceAll(".[", "[")}\``;
}

/** `a`, `b` and `c`, each in backticks. */
export function enumerate(words: readonly string[], conjunction: "and" | "or" = "and"): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${conjunction} ${last}`;
}

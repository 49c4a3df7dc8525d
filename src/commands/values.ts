import { parseTimeout } from "../config/index.ts";
import { FAIL_ON } from "./options.ts";
import type { FailOn } from "./options.ts";

/** How the text of an option becomes its value, the same at every door. */
export interface Form<Value> {
  /** What it has to be: `a whole number`. */
  readonly rule: string;
  /** Undefined where the text is something else. */
  readonly parse: (text: string) => Value | undefined;
}

export const COUNT: Form<number> = {
  rule: "a whole number from 1 to 9999",
  parse: (text) => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined),
};

/** Milliseconds, within what the file's own `timeout` may be. */
export const TIMEOUT: Form<number> = {
  rule: "a duration from 1s to 1h, such as 15s",
  parse: (text) => parseTimeout(text) ?? undefined,
};

export const FAILURES: Form<readonly FailOn[]> = {
  rule: `one of ${FAIL_ON.join(", ")}`,
  parse: (text) => {
    const names = namesOf(text);
    const known = FAIL_ON.filter((word) => names.includes(word));
    return names.every((name) => known.some((word) => word === name)) ? known : undefined;
  },
};

/** Names with commas or line feeds between them. */
export function namesOf(text: string): readonly string[] {
  return text
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

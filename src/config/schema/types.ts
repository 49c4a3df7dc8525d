import { pathText } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { missingHint, SECRET_HINT } from "./hints.ts";
import type { Mistake } from "./mistake.ts";

/** A value of the wrong kind: a number where text belongs, text where a mapping does. */
export function explainType({ path, value, params }: Mistake, definition: string | undefined): Finding {
  const expected = [params["type"]].flat().map(String);
  const name = pathText(path);
  if (value === null)
    return {
      code: "missing-key",
      message: path.length === 0 ? "the file is empty" : `${name} is empty`,
      hint: definition === "secret" ? SECRET_HINT : emptyHint(path.at(-1)),
      at: path,
      on: "key",
    };
  if (definition === "secret" && !Array.isArray(value)) return inlineSecret(path);
  if (typeof value === "number" || typeof value === "boolean") return explainScalar(path, value, expected);
  const hint = path.length === 0 ? emptyHint(undefined) : (INSTEAD[definition ?? ""] ?? writing(expected));
  return { code: "bad-value", message: `${name} must be ${kinds(expected)}, and is ${kindOf(value)}`, hint, at: path };
}

/** The string itself is never shown: it is most likely the password. */
export function inlineSecret(path: Finding["at"]): Finding {
  return {
    code: "inline-secret",
    message: `${typeof path === "number" ? "this" : pathText(path)} holds its value in plain text, and secret values never stand in this file`,
    hint: `${SECRET_HINT}; if the file was ever committed or shared, change the secret`,
    at: path,
  };
}

function explainScalar(at: Mistake["path"], value: number | boolean, expected: readonly string[]): Finding {
  const message = `${pathText(at)} must be ${kinds(expected)}, and YAML reads ${kindOf(value)} here`;
  if (!expected.includes("string")) return { code: "bad-value", message, hint: writing(expected), at };
  const isAccount = typeof value === "number" && Math.abs(value) >= 1e8;
  return {
    code: "bad-value",
    message,
    hint: isAccount
      ? "put it in quotes: an account id is a name, and as a number it would lose leading zeros and digits"
      : (missingHint(String(at.at(-1))) ?? "put it in quotes"),
    at,
  };
}

function emptyHint(key: string | number | undefined): string | undefined {
  return key === undefined
    ? "start with `version: 1` and `registries:`"
    : (missingHint(String(key)) ?? "give it a value, or remove the key");
}

const INSTEAD: Readonly<Record<string, string>> = {
  certificate: "say where it is read from: `{ file: PATH }`, `{ env: NAME }` or `{ pem: TEXT }`",
  sealingCertificate: "say where it is read from, such as `{ file: PATH }`",
  auth: "name the method: `auth: { basic: { username: NAME, password: { env: NAME } } }`, or `auth: { anonymous: {} }`",
  basic: "say `{ username: NAME, password: { env: NAME } }`",
  deliverTo: "say `{ clusters: all }`, or name them: `{ clusters: [NAME] }`",
};

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  object: "a mapping",
  array: "a list",
  boolean: "`true` or `false`",
  integer: "a whole number",
  null: "empty",
};

const WRITING: Readonly<Record<string, string>> = {
  string: "write a single value",
  object: "write `{ key: value }`, or `key: value` on indented lines below",
  array: "write `[a, b]`, or `- a` on lines below",
  boolean: "write `true` or `false`, without quotes",
  integer: "write a whole number",
};

function writing([first]: readonly string[]): string {
  return WRITING[first ?? ""] ?? "see its description in the schema";
}

function kinds(expected: readonly string[]): string {
  return expected.map((type) => KINDS[type] ?? type).join(" or ");
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? "text" : typeof value === "number" ? "a number" : "`true` or `false`";
}

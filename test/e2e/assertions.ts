import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { Ended } from "./process.ts";

/** The password of every registry of the suite: whatever happens, nobody may find it in what regcred prints. */
export const SECRET = "hunter2:S3cret-ünd-more";

const SPELLINGS = [SECRET, encodeURIComponent(SECRET), ...base64Cores(SECRET)];

/** What holds of every run, whatever went wrong: no stack trace, no secret. */
export function expectCivil(ended: Ended): void {
  const printed = `${ended.stdout}\n${ended.stderr}`;
  expect(printed).not.toMatch(/^\s+at .+[:)]/m);
  expect(printed).not.toMatch(/\bnode:internal|\bindex\.js:\d|UnhandledPromise|Error: /);
  expectNoSecret(printed);
}

/** No secret of the suite, in any spelling. */
export function expectNoSecret(printed: string): void {
  for (const spelling of SPELLINGS) expect(printed).not.toContain(spelling);
  // A part of it, and of the password in test/vectors/sops.
  expect(printed).not.toMatch(/s3cret/i);
}

export interface Document {
  readonly ok: boolean;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly checks: readonly { name: string; status: string; stage: string; proved: string }[];
  readonly changed: boolean;
  readonly changes: readonly { action: string; reason: string; path: string }[];
  readonly published: { kind: string; path: string } | null;
  readonly logins: readonly { registry: string; keys: readonly string[] }[];
  readonly dockerConfig: string | null;
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

const COMMANDS = ["validate", "check", "plan", "apply", "login", "logout"] as const;
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
ajv.addSchema(schema("envelope"));
const validators = new Map(COMMANDS.map((command) => [command, ajv.compile(schema(command))]));

/** The one JSON document on stdout, which is as the command's published schema has it. */
export function documentOf(command: (typeof COMMANDS)[number], ended: Ended): Document {
  expectCivil(ended);
  const document = JSON.parse(ended.stdout);
  const validate = validators.get(command);
  validate?.(document);
  expect(validate?.errors).toBeNull();
  expect(document.command).toBe(command);
  return document;
}

/** `code LINE:COLUMN` of each error. */
export function errorsOf({ errors }: Document): readonly string[] {
  return errors.map(({ code, location }) =>
    location === null ? code : `${code} ${location.line.toString()}:${location.column.toString()}`,
  );
}

function schema(name: string): object {
  return JSON.parse(readFileSync(new URL(`../../schema/output/${name}.schema.json`, import.meta.url), "utf8"));
}

/** A secret in base64, at each of the three places in a group where it may begin, without the groups that it shares. */
function base64Cores(secret: string): readonly string[] {
  return [0, 1, 2].map((shift) =>
    Buffer.from(`${" ".repeat(shift)}${secret}`)
      .toString("base64")
      .slice(4, -4),
  );
}

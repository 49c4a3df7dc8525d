import type { ErrorCode, Problem } from "../errors.ts";
import type { Config } from "../model.ts";
import { assemble } from "./assemble.ts";
import { decode } from "./decode.ts";
import type { Confinement } from "./directory.ts";
import { MOST_BYTES, readDocument, toProblems } from "./document.ts";
import type { Source } from "./document.ts";
import type { Finding } from "./finding.ts";
import { judgeLeaves } from "./leaves.ts";
import { judgeNotBuilt } from "./not-built.ts";
import { outlineOf } from "./outline.ts";
import type { Outline } from "./outline.ts";
import { judgeRules } from "./rules.ts";
import { judgeSchema, usablePart } from "./schema/index.ts";

export { parseTimeout } from "./time.ts";

/** A `registries.yaml`, as it was read. */
export interface ConfigSource {
  /** Its name, as the user knows it. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Its folder, absolute: what its `file` sources are relative to. */
  readonly folder: string;
  /** The root of its repository, absolute; without one, its folder. */
  readonly root: string;
  /** Single files, absolute, that `file` sources may name although they lie outside of `root` or in a `.git`. */
  readonly allowFiles?: readonly string[] | undefined;
}

type Problems = readonly [Problem, ...Problem[]];

/**
 * A configuration that may be used, with what is worth saying of it; or all that is wrong. In the order of the file.
 */
export type Loaded =
  | { readonly status: "valid"; readonly config: Config; readonly notes: readonly Problem[] }
  | { readonly status: "invalid"; readonly problems: Problems };

/** What is worth saying, and stops nobody. */
const NOTES: ReadonlySet<ErrorCode> = new Set([
  "normalised",
  "nothing-selected",
  "insecure-connection",
  "doubtful-username",
]);

/**
 * From the text of a `registries.yaml` to a configuration with every default filled in. Tells every problem at once,
 * each with its place, and never the value of anything that might be a secret. Reads no other file, and never throws.
 */
export function loadConfig({ file, bytes, folder, root, allowFiles = [] }: ConfigSource): Loaded {
  if (bytes.length > MOST_BYTES) return { status: "invalid", problems: [tooLarge(file)] };
  const decoded = decode(bytes, file);
  if ("problem" in decoded) return { status: "invalid", problems: [decoded.problem] };
  const source = readDocument(decoded.text, file);
  const { outline, findings } = judge(source, { folder, root, allowFiles });
  const all = toProblems([...source.findings, ...findings], source.places).toSorted(byPlace);
  const [first, ...rest] = all.filter(({ code }) => !NOTES.has(code));
  if (first !== undefined || outline === undefined)
    return { status: "invalid", problems: [first ?? unreadable(file), ...rest] };
  return { status: "valid", config: assemble(outline, file, source.places), notes: all };
}

function judge(
  { value }: Source,
  confinement: Confinement,
): { readonly outline: Outline | undefined; readonly findings: readonly Finding[] } {
  if (value === undefined) return { outline: undefined, findings: [] };
  const schema = judgeSchema(value);
  const refused = new Set(schema.map(({ at }) => JSON.stringify(at)));
  const single = [...judgeNotBuilt(value), ...judgeLeaves(value, confinement)].filter(
    ({ at }) => !refused.has(JSON.stringify(at)),
  );
  const usable = usablePart(value, schema);
  if (usable === undefined) return { outline: undefined, findings: [...schema, ...single] };
  const outline = outlineOf(usable, value);
  return { outline, findings: [...schema, ...single, ...judgeRules(outline)] };
}

function tooLarge(file: string): Problem {
  return {
    code: "file-too-large",
    message: `the configuration is larger than ${MOST_BYTES / 1024} KiB`,
    hint: "was another file meant? Several configurations can share a GitOps repository, each with its own `name`",
    location: { file, line: 1, column: 1 },
  };
}

function unreadable(file: string): Problem {
  return {
    code: "bad-yaml",
    message: "the file holds no configuration",
    hint: "start with `version: 1`",
    location: { file, line: 1, column: 1 },
  };
}

function byPlace(a: Problem, b: Problem): number {
  return lineOf(a) - lineOf(b) || columnOf(a) - columnOf(b);
}

function lineOf({ location }: Problem): number {
  return location?.line ?? 0;
}

function columnOf({ location }: Problem): number {
  return location?.column ?? 0;
}

import { writeKey, writeScalar } from "./scalar.ts";

/** A YAML document of mappings, lists of mappings and strings, in the order in which it is written. */
export type Tree = string | Branch | readonly Branch[];
export type Branch = readonly (readonly [key: string, value: Tree])[];

/**
 * Go-yaml's longest key that it writes in one line with its value, in bytes (emitterc.go,
 * `yaml_emitter_check_simple_key`).
 */
const SIMPLE_KEY_BYTES = 128;

/** A document as `sops` writes YAML: four spaces of indentation, lists indented too. */
export function writeYaml(branch: Branch): string {
  return `${lines(branch, 0).join("\n")}\n`;
}

function lines(branch: Branch, depth: number): string[] {
  return branch.flatMap(([key, value]) => item(key, value, depth));
}

function item(key: string, value: Tree, depth: number): string[] {
  const margin = " ".repeat(depth);
  const simple = Buffer.byteLength(key) <= SIMPLE_KEY_BYTES;
  const head = simple ? `${margin}${writeKey(key)}:` : `${margin}? ${writeKey(key)}\n${margin}:`;
  // In a list, keys stand two columns behind the margin of the dash, but block scalars four.
  if (typeof value === "string") return [`${head} ${writeScalar(value, depth - (depth % 4) + 4)}`];
  return [head, ...(isBranch(value) ? lines(value, depth + 4) : value.flatMap((entry) => listItem(entry, depth + 4)))];
}

/** The first key of a mapping in a list stands on the line of its dash, and the others below it. */
function listItem(branch: Branch, depth: number): string[] {
  const [first = "", ...rest] = lines(branch, depth + 2);
  return [`${" ".repeat(depth)}- ${first.trimStart()}`, ...rest];
}

/** Whether this is a mapping, not a list of mappings. */
export function isBranch(value: Branch | readonly Branch[]): value is Branch {
  return typeof value[0]?.[0] === "string";
}

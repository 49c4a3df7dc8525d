import { RegcredError } from "../errors.ts";
import type { Secret } from "../secret.ts";

/** A decrypted value; every leaf is a secret, also one that was not encrypted. */
export type OpenNode =
  | { readonly kind: "leaf"; readonly value: Secret }
  | { readonly kind: "null" }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, OpenNode])[] }
  | { readonly kind: "list"; readonly items: readonly OpenNode[] };

/** A decrypted SOPS file whose MAC was right. */
export interface SopsDocument {
  /**
   * One value. Dots separate keys, and numbers count the items of a list from 0: `harbor.users.0.password`. A key that
   * itself holds dots needs no quoting: of several readings the one with the longest keys wins, so that
   * `data..dockerconfigjson` is the key `.dockerconfigjson` below `data`.
   *
   * @throws RegcredError `sops-key-missing`, which names the nearest keys.
   */
  get(key: string): Secret;
}

export function sopsDocument(entries: readonly (readonly [string, OpenNode])[], file: string): SopsDocument {
  const root: OpenNode = { kind: "map", entries };
  return {
    get(key) {
      const found = lookUp(root, key.split("."));
      if (found?.kind === "leaf") return found.value;
      throw keyMissing(key, file, nearest(key, pathsOf(root)));
    },
  };
}

/** The node at a path whose keys may have been split at their own dots. */
function lookUp(node: OpenNode, parts: readonly string[]): OpenNode | undefined {
  if (parts.length === 0) return node;
  for (let length = parts.length; length > 0; length--) {
    const child = childOf(node, parts.slice(0, length).join("."));
    const found = child && lookUp(child, parts.slice(length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function childOf(node: OpenNode, key: string): OpenNode | undefined {
  if (node.kind === "map") return node.entries.find(([name]) => name === key)?.[1];
  return node.kind === "list" && /^\d+$/.test(key) ? node.items[Number(key)] : undefined;
}

/** The path of every value. */
function pathsOf(node: OpenNode): readonly string[] {
  if (node.kind === "leaf") return [""];
  if (node.kind === "null") return [];
  const children = node.kind === "map" ? node.entries : node.items.map((item, index) => [String(index), item] as const);
  return children.flatMap(([key, child]) => pathsOf(child).map((path) => (path === "" ? key : `${key}.${path}`)));
}

/** The few paths that have most in common with a key: neighbouring letters that occur in both. */
function nearest(key: string, paths: readonly string[]): readonly string[] {
  const scored = paths.map((path) => ({ path, score: likeness(key.toLowerCase(), path.toLowerCase()) }));
  return scored
    .sort((left, right) => right.score - left.score)
    .slice(0, 3)
    .map(({ path }) => path);
}

function likeness(left: string, right: string): number {
  const pairs = new Set(Array.from(left, (_, index) => left.slice(index, index + 2)));
  const shared = Array.from(right, (_, index) => right.slice(index, index + 2)).filter((pair) => pairs.has(pair));
  return shared.length / (left.length + right.length);
}

function keyMissing(key: string, file: string, near: readonly string[]): RegcredError {
  const message = `${file} has no value ${JSON.stringify(key)}`;
  const hint =
    near.length === 0
      ? "it has no values at all"
      : `the nearest are ${near.map((path) => JSON.stringify(path)).join(", ")}`;
  return new RegcredError({ code: "sops-key-missing", message, hint, location: { file, line: 1, column: 1 } });
}

import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Document, LineCounter, Node, Pair, YAMLMap } from "yaml";
import type { Location } from "../errors.ts";
import type { Path } from "./finding.ts";
import { isMergeKey } from "./structure.ts";
import type { Targets } from "./structure.ts";

/** Where everything stands in the text of one file. */
export class Places {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #root: Node | null;
  readonly #targets: Targets;
  readonly #indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(file: string, lines: LineCounter, document?: Document.Parsed, targets: Targets = new Map()) {
    this.#file = file;
    this.#lines = lines;
    this.#root = document?.contents ?? null;
    this.#targets = targets;
  }

  /** Where a path (or an offset) stands; for what is not there, the nearest thing above that is. */
  locate(at: Path | number, on: "key" | "value" = "value"): Location {
    const { line, col } = this.#lines.linePos(typeof at === "number" ? at : this.#offset(at, on));
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #offset(path: Path, on: "key" | "value"): number {
    let node: unknown = this.#root;
    let found = startOf(node) ?? 0;
    for (const [index, step] of path.entries()) {
      const place = this.#step(node, step);
      if (place === undefined) return found;
      const last = index === path.length - 1;
      const value = isEmpty(place.value) ? undefined : startOf(place.value);
      const [first, second] = last && on === "value" ? [value, place.key] : [place.key, value];
      found = first ?? second ?? found;
      node = place.value;
    }
    return found;
  }

  #step(node: unknown, step: string | number): { key: number | undefined; value: unknown } | undefined {
    const target = this.#follow(node);
    if (isMap(target)) {
      const pair = this.#index(target).get(String(step));
      return pair && { key: startOf(pair.key), value: pair.value };
    }
    if (!isSeq(target)) return undefined;
    const value = target.items[Number(step)];
    return value === undefined ? undefined : { key: startOf(value), value };
  }

  /** The pairs of a mapping by key: its own, and what it merges in. */
  #index(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#indexes.get(map);
    if (known !== undefined) return known;
    const own = map.items.filter(({ key }) => !isMergeKey(key));
    const pairs = new Map(own.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]));
    for (const { value } of map.items.filter(({ key }) => isMergeKey(key)))
      for (const [key, pair] of this.#merged(value)) if (!pairs.has(key)) pairs.set(key, pair);
    this.#indexes.set(map, pairs);
    return pairs;
  }

  #merged(value: unknown): readonly (readonly [string, Pair])[] {
    const source = this.#follow(value);
    const maps = (isSeq(source) ? source.items : [source]).map((item) => this.#follow(item));
    return maps.flatMap((map) => (isMap(map) ? [...this.#index(map)] : []));
  }

  #follow(node: unknown): unknown {
    return isAlias(node) ? this.#targets.get(node) : node;
  }
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}

/** `key:` with nothing behind it has its place behind the colon, where nobody would look. */
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && (node.source ?? "") === "");
}

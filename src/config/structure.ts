import { isAlias, isMap, isPair, isScalar, isSeq } from "yaml";
import type { Alias, Document, Node, YAMLMap } from "yaml";
import type { Finding } from "./finding.ts";

/** Nodes behind aliases, counted each time: they share one object in memory, and yet are walked again and again. */
const MOST_EXPANDED = 100_000;
/** The library looks each alias up among all of them. */
const MOST_ALIASES = 10_000;

/** What the aliases of a document stand for. */
export type Targets = ReadonlyMap<Alias, Node>;

export interface Structure {
  readonly targets: Targets;
  readonly findings: readonly Finding[];
}

/**
 * Judges what YAML allows and we do not: keys that stand twice, aliases without an anchor, aliases that blow the
 * document up, and merges of what is no mapping. In one pass, in linear time, before anything is expanded. (The
 * library's own limit counts how often an anchor is used, so that 101 registries could not share one `auth`; and merges
 * escape it.)
 */
export function judgeStructure(document: Document): Structure {
  const walk = new Walk();
  walk.sizeOf(document.contents);
  return { targets: walk.targets, findings: walk.findings };
}

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && (key.value === "<<" || typeof key.value === "symbol") && key.type === "PLAIN";
}

class Walk {
  readonly targets = new Map<Alias, Node>();
  readonly findings: Finding[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #sizes = new Map<Node, number>();
  #expanded = 0;

  /** How many nodes somebody walks who follows every alias. */
  sizeOf(node: unknown): number {
    if (isAlias(node)) return this.#aliasSize(node);
    if (isMap(node) || isSeq(node)) return this.#collectionSize(node);
    if (isScalar(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return 1;
  }

  #collectionSize(node: Node & { readonly items: readonly unknown[]; readonly anchor?: string }): number {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    // While a node is walked it has no size yet: an alias to it would never end.
    this.#sizes.set(node, Infinity);
    const size = node.items.reduce<number>(
      (sum, item) => sum + (isPair(item) ? this.sizeOf(item.key) + this.sizeOf(item.value) : this.sizeOf(item)),
      1,
    );
    this.#sizes.set(node, size);
    if (isMap(node)) this.#judgeKeys(node);
    return size;
  }

  #aliasSize(alias: Alias): number {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      this.findings.push({
        code: "bad-yaml",
        message: "an unquoted `*` starts a YAML alias, and there is no anchor of that name above",
        hint: 'quote patterns that start with `*`, as in ["*-prod"]',
        at: offsetOf(alias),
      });
      return 1;
    }
    this.targets.set(alias, target);
    const size = this.#sizes.get(target) ?? 1;
    const before = this.#expanded;
    this.#expanded += Math.max(size, MOST_EXPANDED / MOST_ALIASES);
    if (before <= MOST_EXPANDED && this.#expanded > MOST_EXPANDED) this.#refuse(alias);
    return size;
  }

  #refuse(alias: Alias): void {
    this.findings.push({
      code: "too-many-aliases",
      message: "YAML aliases multiply the document beyond any size that a configuration could need",
      hint: "write the values out, or let fewer aliases refer to each other",
      at: offsetOf(alias),
    });
  }

  #judgeKeys(map: YAMLMap): void {
    const seen = new Set<unknown>();
    for (const { key, value } of map.items) {
      if (isMergeKey(key) && !this.#isMergeable(value)) this.findings.push(badMerge(key));
      const name = isScalar(key) ? key.value : key;
      if (seen.has(name)) this.findings.push(duplicate(key));
      seen.add(name);
    }
  }

  #isMergeable(value: unknown): boolean {
    const node = isAlias(value) ? this.targets.get(value) : value;
    if (!isSeq(node)) return isMap(node);
    return node.items.every((item) => isMap(isAlias(item) ? this.targets.get(item) : item));
  }
}

function duplicate(key: unknown): Finding {
  return {
    code: "duplicate-key",
    message: "this key stands twice in its mapping",
    hint: "remove one of the two: YAML would silently drop the first",
    at: offsetOf(key),
  };
}

function badMerge(key: unknown): Finding {
  return {
    code: "bad-yaml",
    message: "`<<` merges mappings, and this is none",
    hint: "name an anchor of a mapping: `<<: *common`",
    at: offsetOf(key),
  };
}

function offsetOf(node: unknown): number {
  return (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined) ?? 0;
}

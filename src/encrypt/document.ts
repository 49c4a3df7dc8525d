import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Document, Scalar } from "yaml";
import type { Location } from "../errors.ts";
import { nestsTooDeeply } from "../nesting.ts";
import { resolvePlain } from "./plain-scalar.ts";
import type { ScalarType } from "./plain-scalar.ts";
import { malformed } from "./refusals.ts";

/** A value of a parsed document, with where it stands. */
export type Node =
  | { readonly kind: "leaf"; readonly type: ScalarType; readonly text: string; readonly location: Location }
  | { readonly kind: "map"; readonly entries: readonly Entry[] }
  | { readonly kind: "list"; readonly items: readonly Node[] };

export type Entry = readonly [key: string, value: Node];

/** Deeper than any sops file, and shallow enough to walk. */
const MAX_DEPTH = 100;

/**
 * The documents of a YAML or JSON file (JSON is YAML here: objects of JavaScript would put keys such as `1` first, and
 * the MAC depends on the order), with every scalar typed as go-yaml types it. Comments are dropped: they never enter
 * the MAC. What sops never writes (aliases, tags) is refused.
 *
 * @throws RegcredError `sops-malformed`
 */
export function parseDocuments(text: string, file: string): readonly (readonly Entry[])[] {
  if (nestsTooDeeply(text)) throw malformed("it is nested too deeply", start(file));
  const lineCounter = new LineCounter();
  const reader = new Reader(file, lineCounter);
  const documents = [...parseAllDocuments(text, { schema: "failsafe", lineCounter, prettyErrors: false })];
  return documents.map((document) => reader.root(document));
}

class Reader {
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  root(document: Document): readonly Entry[] {
    const [error] = document.errors;
    // The parser's own message quotes the text, which may be a secret that was never encrypted.
    if (error !== undefined) throw malformed(`it is no valid YAML or JSON (${error.code})`, this.#at(error.pos[0]));
    const node = this.#node(document.contents, 0);
    if (node.kind !== "map") throw malformed("its top level is no mapping", start(this.#file));
    return node.entries;
  }

  #node(node: unknown, depth: number): Node {
    if (isAlias(node)) throw malformed("it has a YAML alias, which sops never writes", this.#at(node.range?.[0] ?? 0));
    if (isCollection(node) && depth > MAX_DEPTH)
      throw malformed("it is nested too deeply", this.#at(node.range?.[0] ?? 0));
    if (isMap(node)) return { kind: "map", entries: node.items.map((pair) => this.#entry(pair, depth + 1)) };
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => this.#node(item, depth + 1)) };
    if (!isScalar(node)) return { kind: "leaf", type: "null", text: "", location: start(this.#file) };
    const location = this.#at(node.range?.[0] ?? 0);
    return { kind: "leaf", ...typed(node, location), location };
  }

  #entry({ key, value }: { key: unknown; value: unknown }, depth: number): Entry {
    const name = this.#node(key, depth);
    if (name.kind === "leaf" && name.type === "str") return [name.text, this.#node(value, depth)];
    throw malformed("a key is no string", name.kind === "leaf" ? name.location : start(this.#file));
  }

  #at(offset: number): Location {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col };
  }
}

const STRING = "tag:yaml.org,2002:str";
/** How go-yaml writes the string `<<`, which the parser takes for a symbol. */
const MERGE = "tag:yaml.org,2002:merge";

function typed({ tag, type, value }: Scalar, location: Location): { type: ScalarType; text: string } {
  const text = typeof value === "string" ? value : "";
  if (tag === undefined && type === "PLAIN") return resolvePlain(text);
  if (tag === undefined || tag === STRING) return { type: "str", text };
  if (tag === MERGE) return { type: "str", text: "<<" };
  throw malformed("it has a YAML tag, which sops never writes", location);
}

function start(file: string): Location {
  return { file, line: 1, column: 1 };
}

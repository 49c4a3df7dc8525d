import type { Location } from "../errors.ts";
import { RegcredError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { openDataKey } from "./data-key.ts";
import type { Entry, Node } from "./document.ts";
import { parseDocuments } from "./document.ts";
import type { Identity } from "./identity.ts";
import { MacHash } from "./mac.ts";
import type { Metadata } from "./metadata.ts";
import { readMetadata } from "./metadata.ts";
import { canonical, shown } from "./opened-value.ts";
import type { OpenNode, SopsDocument } from "./opened-document.ts";
import { sopsDocument } from "./opened-document.ts";
import { malformed, wrongMac } from "./refusals.ts";
import type { Covers } from "./scope.ts";
import { compileScope } from "./scope.ts";
import { contextOf, openValue } from "./value.ts";

/** Flux refuses larger ones (kustomize-controller, `maxEncryptedFileSize`). */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Decrypts a SOPS file, YAML or JSON, made by any sops from 3.7 on for age recipients.
 *
 * 1. Parse it, and take its `sops` block out.
 * 2. Open the data key with one of the identities.
 * 3. Open every encrypted value, and hash it and the others for the MAC, in the order of the file.
 * 4. Compare the MAC; nothing is handed out before it is right.
 *
 * @throws RegcredError `sops-malformed`, `sops-no-identity`, `sops-wrong-mac`, `not-supported-yet`, `file-too-large`
 */
export async function decryptSops(
  bytes: Uint8Array,
  file: string,
  identities: readonly Identity[],
): Promise<SopsDocument> {
  const { entries } = await openSops(bytes, file, identities);
  return sopsDocument(entries, file);
}

/** A decrypted SOPS file whose MAC was right, as a tree; its documents, if it has several, run together. */
export interface OpenedSops {
  readonly metadata: Metadata;
  readonly entries: readonly (readonly [string, OpenNode])[];
}

/** The same, with what the file says of itself. */
export async function openSops(bytes: Uint8Array, file: string, identities: readonly Identity[]): Promise<OpenedSops> {
  const documents = parseDocuments(decode(bytes, file), file);
  const metadata = readMetadata(documents[0] ?? [], file);
  const covers = await scopeOf(metadata);
  const walk = new Walk(await openDataKey(metadata, identities), covers, metadata.macOnlyEncrypted);
  const entries = documents.flatMap((document) => walk.entries(withoutMetadata(document), []));
  walk.verify(metadata);
  return { metadata, entries };
}

function decode(bytes: Uint8Array, file: string): string {
  const location = { file, line: 1, column: 1 };
  if (bytes.length > MAX_BYTES) throw tooLarge(location);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed("it is not UTF-8", location, cause);
  }
}

function tooLarge(location: Location): RegcredError {
  const message = `${location.file} is over 5 MiB, too large for a SOPS file`;
  return new RegcredError({
    code: "file-too-large",
    message,
    hint: "keep only the values that are needed in it",
    location,
  });
}

function withoutMetadata(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(([key]) => key !== "sops");
}

async function scopeOf({ scope, location }: Metadata): Promise<Covers> {
  try {
    return await compileScope(scope);
  } catch (cause) {
    throw malformed(`its ${scope.rule} is no RE2 expression`, location, cause);
  }
}

/** One pass over all values, in order. */
class Walk {
  readonly #dataKey: Uint8Array;
  readonly #covers: Covers;
  readonly #encryptedOnly: boolean;
  readonly #hash: MacHash;

  constructor(dataKey: Uint8Array, covers: Covers, encryptedOnly: boolean) {
    this.#dataKey = dataKey;
    this.#covers = covers;
    this.#encryptedOnly = encryptedOnly;
    this.#hash = new MacHash({ encryptedOnly });
  }

  entries(entries: readonly Entry[], path: readonly string[]): readonly (readonly [string, OpenNode])[] {
    return entries.map(([key, value]) => [key, this.#node(value, [...path, key])]);
  }

  verify({ mac, lastModified, location }: Metadata): void {
    const opening = openValue(mac, this.#dataKey, lastModified);
    if (opening.outcome !== "opened") throw wrongMac("its MAC does not open with its data key", location);
    if (opening.value.text !== this.#hash.digest()) throw wrongMac("its MAC does not match its values", location);
  }

  #node(node: Node, path: readonly string[]): OpenNode {
    if (node.kind === "map") return { kind: "map", entries: this.entries(node.entries, path) };
    if (node.kind === "list") return { kind: "list", items: this.#items(node.items, path) };
    return node.type === "null" ? { kind: "null" } : { kind: "leaf", value: this.#leaf(node, path) };
  }

  /** In a list, sops seals a comment like an item. It is neither an item nor hashed, as no comment is. */
  #items(items: readonly Node[], path: readonly string[]): readonly OpenNode[] {
    const isComment = (item: Node) =>
      item.kind === "leaf" && this.#covers(path) && item.text.endsWith(",type:comment]");
    return items.filter((item) => !isComment(item)).map((item) => this.#node(item, path));
  }

  #leaf(node: Node & { kind: "leaf" }, path: readonly string[]): Secret {
    const encrypted = this.#covers(path);
    const value = encrypted ? this.#open(node, path) : canonical(node);
    if (value === null)
      throw malformed(`the value at ${JSON.stringify(path.join("."))} is not of the type that it names`, node.location);
    if (encrypted || !this.#encryptedOnly) this.#hash.add(value.text);
    return new Secret(shown(value));
  }

  #open(node: Node & { kind: "leaf" }, path: readonly string[]): ReturnType<typeof canonical> {
    const opening = openValue(node.text, this.#dataKey, contextOf(path));
    if (node.type !== "str" || opening.outcome === "malformed")
      throw malformed(`the value at ${JSON.stringify(path.join("."))} should be encrypted and is not`, node.location);
    if (opening.outcome === "refused")
      throw wrongMac(`the value at ${JSON.stringify(path.join("."))} was changed, cut or moved`, node.location);
    return canonical(opening.value);
  }
}

import { isJsonObject, parseJson } from "../json.ts";
import type { DockerConfigEntry } from "../model.ts";
import { Secret } from "../secret.ts";
import type { Identity } from "./identity.ts";
import type { Metadata } from "./metadata.ts";
import { openSops } from "./open.ts";
import type { OpenNode } from "./opened-document.ts";
import { ENCRYPTED_REGEX } from "./seal.ts";

type Entries = readonly (readonly [string, OpenNode])[];

/** A pull secret that was sealed before, as its MAC vouches for it. Whoever has a recipient can make such a file. */
export interface OpenedSecret {
  /** Who can decrypt it by its own account: labels, and no proof. */
  readonly recipients: readonly string[];
  /** Everything in it that is no secret; null where it is not, in form and in sealing, what {@link seal} writes. */
  readonly frame: OpenedFrame | null;
  /** The entries of its docker config that are as kubelet reads them. */
  readonly entries: readonly DockerConfigEntry[];
}

interface OpenedFrame {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Opens a file that {@link seal} may have written.
 *
 * @throws RegcredError as `decryptSops` does
 */
export async function openPullSecret(
  bytes: Uint8Array,
  file: string,
  identities: readonly Identity[],
): Promise<OpenedSecret> {
  const { metadata, entries } = await openSops(bytes, file, identities);
  const config = leaf(mapIn(entries, "data"), ".dockerconfigjson") ?? "";
  const auths = authsIn(config);
  const found = (auths ?? []).map(([server, value]) => entryOf(server, value));
  const whole = auths !== null && found.every((entry) => entry !== null);
  return {
    recipients: metadata.age.map(({ recipient }) => recipient),
    frame: whole && isSealedAsOurs(metadata) ? frameIn(entries) : null,
    entries: found.filter((entry) => entry !== null),
  };
}

/** What another rule leaves in the clear would stay so; and a MAC over the sealed values alone does not cover labels. */
function isSealedAsOurs({ scope, macOnlyEncrypted }: Metadata): boolean {
  return scope.rule === "encrypted_regex" && scope.pattern === ENCRYPTED_REGEX && !macOnlyEncrypted;
}

function frameIn(entries: Entries): OpenedFrame | null {
  const metadata = mapIn(entries, "metadata");
  const [name, namespace] = [leaf(metadata, "name"), leaf(metadata, "namespace")];
  const [labels, annotations] = [textsIn(metadata, "labels"), textsIn(metadata, "annotations")];
  const isSecret =
    hasOnly(entries, ["apiVersion", "kind", "metadata", "type", "data"]) &&
    hasOnly(metadata, ["name", "namespace", "labels", "annotations"]) &&
    hasOnly(mapIn(entries, "data"), [".dockerconfigjson"]) &&
    leaf(entries, "apiVersion") === "v1" &&
    leaf(entries, "kind") === "Secret" &&
    leaf(entries, "type") === "kubernetes.io/dockerconfigjson";
  if (!isSecret || name === null || namespace === null || labels === null || annotations === null) return null;
  return { name, namespace, labels, annotations };
}

/** No key but these, and none twice, as in a second document. */
function hasOnly(entries: Entries, keys: readonly string[]): boolean {
  const names = entries.map(([name]) => name);
  return new Set(names).size === names.length && names.every((name) => keys.includes(name));
}

function child(entries: Entries, key: string): OpenNode | undefined {
  return entries.find(([name]) => name === key)?.[1];
}

function mapIn(entries: Entries, key: string): Entries {
  const node = child(entries, key);
  return node?.kind === "map" ? node.entries : [];
}

function leaf(entries: Entries, key: string): string | null {
  const node = child(entries, key);
  return node?.kind === "leaf" ? node.value.reveal() : null;
}

/** A map of texts, empty where there is none; null for anything else. */
function textsIn(entries: Entries, key: string): Readonly<Record<string, string>> | null {
  const node = child(entries, key);
  if (node === undefined) return {};
  const texts = mapIn(entries, key).flatMap(([name, item]) =>
    item.kind === "leaf" ? [[name, item.value.reveal()] as const] : [],
  );
  return node.kind === "map" && texts.length === node.entries.length ? Object.fromEntries(texts) : null;
}

/** What stands under `auths` of a docker config, given as its base64; null where something stands beside it. */
function authsIn(config: string): readonly (readonly [string, unknown])[] | null {
  const json = parseJson(Buffer.from(config, "base64").toString("utf8"));
  if (!isJsonObject(json) || !isJsonObject(json["auths"]) || Object.keys(json).length > 1) return null;
  return Object.entries(json["auths"]);
}

function entryOf(server: string, value: unknown): DockerConfigEntry | null {
  if (!isJsonObject(value) || Object.keys(value).length !== 3) return null;
  const { username, password, auth } = value;
  if (typeof username !== "string" || typeof password !== "string") return null;
  const isWhole = auth === Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  return isWhole ? { server, username, password: new Secret(password) } : null;
}

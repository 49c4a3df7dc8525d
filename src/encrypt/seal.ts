import { randomBytes } from "node:crypto";
import type { Manifest } from "../model.ts";
import { SealedFile } from "../model/sealed.ts";
import { MacHash } from "./mac.ts";
import { wrapDataKey } from "./recipient.ts";
import type { Branch, Tree } from "./tree.ts";
import { isBranch, writeYaml } from "./tree.ts";
import { contextOf, sealValue } from "./value.ts";

/** Written as `version`: the sops whose output ours is compared with. */
const SOPS_VERSION = "3.13.3";

/** Anchored, because sops looks for it anywhere in a key: `data` alone would encrypt `metadata` too. */
export const ENCRYPTED_REGEX = "^(data|stringData)$";
const ENCRYPTED_KEYS: ReadonlySet<string> = new Set(["data", "stringData"]);

/**
 * A pull secret as a SOPS file, which every recipient of the manifest can decrypt, and nobody else.
 *
 * 1. Write the Secret down, its labels and annotations sorted, as Kubernetes' own tools do.
 * 2. Draw a data key, and wrap it once for each recipient.
 * 3. Hash every value for the MAC, and seal those below `data`.
 * 4. Seal the MAC, bound to the time.
 *
 * @param now goes into `lastmodified`, to the second.
 * @throws when a recipient was not validated by `parseRecipients`.
 */
export async function seal(manifest: Manifest, now: Date): Promise<SealedFile> {
  const secret = secretOf(manifest);
  const dataKey = randomBytes(32);
  const age = await Promise.all(manifest.wanted.recipients.map((recipient) => ageEntry(dataKey, recipient)));
  const hash = new MacHash();
  const sealed = sealBranch(secret, [], dataKey, hash);
  // Go's time.RFC3339 has no fraction of a second, and the MAC is bound to these very bytes.
  const lastModified = now.toISOString().replace(/\.\d+Z$/, "Z");
  const metadata: Branch = [
    ["age", age],
    ["encrypted_regex", ENCRYPTED_REGEX],
    ["lastmodified", lastModified],
    ["mac", sealValue(hash.digest(), dataKey, lastModified)],
    ["version", SOPS_VERSION],
  ];
  return new SealedFile(manifest.wanted.path, writeYaml([...sealed, ["sops", metadata]]));
}

function secretOf({ wanted, labels, annotations, dockerConfigJson }: Manifest): Branch {
  const metadata: Branch = [
    ["name", wanted.name],
    ["namespace", wanted.namespace],
    ...optional("labels", labels),
    ...optional("annotations", annotations),
  ];
  return [
    ["apiVersion", "v1"],
    ["kind", "Secret"],
    ["metadata", metadata],
    ["type", "kubernetes.io/dockerconfigjson"],
    ["data", [[".dockerconfigjson", dockerConfigJson.reveal()]]],
  ];
}

function optional(key: string, map: Readonly<Record<string, string>>): Branch {
  const sorted = Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.length === 0 ? [] : [[key, sorted]];
}

async function ageEntry(dataKey: Uint8Array, recipient: string): Promise<Branch> {
  return [
    ["enc", await wrapDataKey(dataKey, recipient)],
    ["recipient", recipient],
  ];
}

/**
 * The same branch with what stands below `data` sealed (as sops has it, below any key of that name); every value goes
 * into the hash on the way.
 */
function sealBranch(branch: Branch, path: readonly string[], dataKey: Uint8Array, hash: MacHash): Branch {
  return branch.map(([key, value]) => [key, sealTree(value, [...path, key], dataKey, hash)]);
}

function sealTree(value: Tree, path: readonly string[], dataKey: Uint8Array, hash: MacHash): Tree {
  if (typeof value !== "string") return isBranch(value) ? sealBranch(value, path, dataKey, hash) : value;
  hash.add(value);
  return path.some((key) => ENCRYPTED_KEYS.has(key)) ? sealValue(value, dataKey, contextOf(path)) : value;
}

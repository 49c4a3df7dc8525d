// What `apply` has to do in one cluster's directory, as slowly and as plainly as can be said: over whole texts and
// passwords, without a hash, a blob id or an HMAC. Paths are those of a checkout: `CLUSTER/NAMESPACE/NAME.sops.yaml`.

import { hostOf, reachOf, RECIPIENTS } from "./checkout.ts";
import type { Call, KeyName, Meaning, Setup } from "./checkout.ts";

/** What is remembered of a file that is ours. */
export interface Known {
  /** Its text when it was written or taken over. */
  readonly text: string;
  /** The password of each registry in it; null when nobody knows what is in it. */
  readonly passwords: Readonly<Record<string, string>> | null;
  readonly key: KeyName;
  readonly recipients: number;
  readonly team: string;
}

/** What is remembered of a cluster's directory, and the key that vouches for it; null without a lock. */
export type Memory = { readonly key: KeyName; readonly files: ReadonlyMap<string, Known> } | null;

export interface Situation {
  readonly setup: Setup;
  readonly call: Call;
  readonly memory: Memory;
  readonly disk: ReadonlyMap<string, string>;
}

export interface Expected {
  readonly written: ReadonlyMap<string, Meaning>;
  readonly removed: ReadonlySet<string>;
  /** What `kustomization.yaml` lists; null when there is none, undefined when it stays as it is. */
  readonly listed: readonly string[] | null | undefined;
  readonly failed: boolean;
  /** Files of ours afterwards, those that were written still without their text; null when the lock stays as it is. */
  readonly files: ReadonlyMap<string, Known> | null;
}

const UNREAD = { passwords: null, key: "none", recipients: 0, team: "" } as const;

export function specify(cluster: string, situation: Situation): Expected {
  const { setup, call, memory, disk } = situation;
  const { adopt = false, allowRemovals = false, key = "a" } = call;
  const narrowed = isNarrowed(call);
  const all = secretsOf(cluster, setup);
  const looked = new Map([...all].filter(([, names]) => isLookedAt(cluster, names, call)));
  const vouched = memory !== null && (key === "none" || memory.key === key);
  const index = `${cluster}/kustomization.yaml`;
  const left = { written: new Map(), removed: new Set<string>(), listed: undefined, files: null };

  if (narrowed && looked.size === 0) return { ...left, failed: false };
  if (memory === null && disk.has(index) && (narrowed || !adopt)) return { ...left, failed: true };
  if (memory !== null && !vouched && narrowed) return { ...left, failed: true };

  const files = new Map<string, Known>();
  const written = new Map<string, Meaning>();
  const waiting = new Set<string>();
  let failed = false;
  for (const [path, names] of looked) {
    const text = disk.get(path);
    const remembered = vouched ? memory.files.get(path) : undefined;
    const taken = text !== undefined && (adopt || (memory !== null && !vouched && isLabelled(text)));
    const known = remembered ?? (taken ? { ...UNREAD, text } : undefined);
    if (text !== undefined && known === undefined) {
      failed = true;
      waiting.add(folderOf(path));
      continue;
    }
    const there = text === undefined ? "nothing" : known?.text === text ? "ours" : "edited";
    const sure = names.filter((name) => isSure(name, known, situation));
    if (sure.length < names.length) waiting.add(folderOf(path));
    if (isHeld(sure, names, known, there)) {
      if (known !== undefined && text !== undefined) files.set(path, known);
    } else if (there === "ours" && known !== undefined && isSame(sure, known, cluster, situation)) {
      files.set(path, known);
    } else {
      written.set(path, meaningOf(path, sure, setup));
      files.set(path, knownAs(cluster, sure, situation));
    }
  }

  const unwanted = [...(memory?.files ?? [])].filter(([path]) => disk.has(path) && !looked.has(path));
  for (const [path, known] of unwanted) {
    const text = disk.get(path) ?? "";
    // A lock that nothing vouches for may name whatever it likes.
    if (vouched || isLabelled(text)) files.set(path, vouched ? known : { ...UNREAD, text });
  }
  const removed = new Set<string>();
  if (!narrowed) {
    const labelled = unwanted.map(([path]) => path).filter((path) => isLabelled(disk.get(path) ?? ""));
    const ready = labelled.filter((path) => !waiting.has(folderOf(path)));
    const unsure = ready.some((path) => files.get(path)?.passwords === null);
    const made = [...written.keys()].filter((path) => !disk.has(path)).length;
    // Those that are made now count as well where they make it fewer, as they will for the next run.
    const many = [files.size - made, files.size].every((all) => isMuch(ready.length, all));
    if (labelled.length < unwanted.length) failed = true;
    if (ready.length > 0 && (unsure || many) && !allowRemovals) failed = true;
    else for (const path of ready) removed.add(path);
  }
  for (const path of removed) files.delete(path);

  // Strangers that say that they are ours stay listed: a working pull secret might leave the cluster.
  const strangers = [...all.keys()].filter((path) => !files.has(path) && isLabelled(disk.get(path) ?? ""));
  const listed = [...files.keys(), ...strangers].map((path) => path.slice(cluster.length + 1)).sort();
  return { written, removed, listed: listed.length > 0 || disk.has(index) ? listed : null, failed, files };
}

function isMuch(removed: number, all: number): boolean {
  return removed === all || (all > 5 && removed > all / 5);
}

function isNarrowed({ clusters = [], registries = [] }: Call): boolean {
  return clusters.length + registries.length > 0;
}

/** The registries whose failing fails the run. */
export function lookedAt(setup: Setup, call: Call): readonly string[] {
  if (!isNarrowed(call)) return Object.keys(setup.registries);
  const secrets = Object.keys(setup.clusters).flatMap((cluster) =>
    [...secretsOf(cluster, setup).values()].filter((names) => isLookedAt(cluster, names, call)),
  );
  return [...new Set([...(call.registries ?? []), ...secrets.flat()])];
}

function isLookedAt(cluster: string, names: readonly string[], { clusters = [], registries = [] }: Call): boolean {
  if (clusters.length > 0 && !clusters.includes(cluster)) return false;
  return registries.length === 0 || names.some((name) => registries.includes(name));
}

/** The pull secrets of a cluster by path, each with the registries in it. */
function secretsOf(cluster: string, setup: Setup): ReadonlyMap<string, readonly string[]> {
  const { namespaces = [], secretName = "" } = setup.clusters[cluster] ?? {};
  const secrets = namespaces.map((namespace) => {
    const names = Object.entries(setup.registries).filter(([, registry]) =>
      reachOf(registry, setup).includes(`${cluster}/${namespace}`),
    );
    return [`${cluster}/${namespace}/${secretName}.sops.yaml`, names.map(([name]) => name)] as const;
  });
  return new Map(secrets.filter(([, names]) => names.length > 0));
}

/** Whether a registry's credential may go into a file: its registry took it, or it is known to be in there already. */
function isSure(name: string, known: Known | undefined, { setup, call }: Situation): boolean {
  const { state, password } = setup.registries[name] ?? { state: "missing", password: "" };
  if (state === "taken") return true;
  const key = call.key ?? "a";
  return state === "refused" && key !== "none" && known?.key === key && known.passwords?.[name] === password;
}

/** Whether a file stays as it is because something that it might hold would be lost. */
function isHeld(
  sure: readonly string[],
  names: readonly string[],
  known: Known | undefined,
  there: "nothing" | "ours" | "edited",
): boolean {
  if (sure.length === 0) return true;
  if (there === "nothing" || sure.length === names.length) return false;
  if (there === "edited" || known === undefined || known.passwords === null) return true;
  const lost = Object.keys(known.passwords).filter((name) => !sure.includes(name));
  return lost.length > 0;
}

function isSame(
  sure: readonly string[],
  known: Known,
  cluster: string,
  { setup, call: { key = "a" } }: Situation,
): boolean {
  if (known.passwords === null || key === "none" || known.key !== key) return false;
  const { recipients = 0, team = "" } = setup.clusters[cluster] ?? {};
  if (known.recipients !== recipients || known.team !== team) return false;
  const { passwords } = known;
  if (Object.keys(passwords).length !== sure.length) return false;
  return sure.every((name) => passwords[name] === setup.registries[name]?.password);
}

function meaningOf(path: string, sure: readonly string[], setup: Setup): Meaning {
  const [cluster = "", namespace = ""] = path.split("/");
  const { secretName = "", team = "", recipients = 0 } = setup.clusters[cluster] ?? {};
  const auths = sure.map((name) => [hostOf(name), `${name}-ci:${setup.registries[name]?.password ?? ""}`]);
  const place = `${namespace}/${secretName}`;
  return { place, team, recipients: RECIPIENTS.slice(0, recipients), auths: Object.fromEntries(auths) };
}

function knownAs(cluster: string, sure: readonly string[], { setup, call: { key = "a" } }: Situation): Known {
  const { recipients = 0, team = "" } = setup.clusters[cluster] ?? {};
  const passwords = sure.map((name) => [name, setup.registries[name]?.password ?? ""]);
  return { text: "", passwords: Object.fromEntries(passwords), key, recipients, team };
}

function folderOf(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}

export const LABEL = "app.kubernetes.io/managed-by: regcred";

function isLabelled(text: string): boolean {
  return text.split("\n").some((line) => line.startsWith(" ") && line.trim().replaceAll('"', "") === LABEL);
}

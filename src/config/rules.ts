import { MANAGED_BY } from "../model.ts";
import type { Finding, Path } from "./finding.ts";
import { enumerate, pathText } from "./finding.ts";
import { didYouMean } from "../nearest.ts";
import type { Outline } from "./outline.ts";
import { judgeDelivery } from "./delivery.ts";
import { judgeSameHost } from "./same-host.ts";
import { entriesOf } from "./raw.ts";

/** What entries say of each other, and what no schema can say of one. */
export function judgeRules(outline: Outline): readonly Finding[] {
  return [judgeDefaultRegistry, judgeDelivery, judgeSameHost, judgeOverlap, judgeMetadata, judgeConnections].flatMap(
    (rule) => rule(outline),
  );
}

function judgeDefaultRegistry({ document, registryNames }: Outline): readonly Finding[] {
  const name = document.defaults?.registry;
  if (name === undefined || registryNames.includes(name)) return [];
  return [
    {
      code: "unknown-name",
      message: `there is no registry \`${name}\``,
      hint: didYouMean(name, registryNames) ?? "name one that stands under `registries`",
      at: ["defaults", "registry"],
    },
  ];
}

/** Two clusters in one directory would each remove the other's files. */
function judgeOverlap({ clusters }: Outline): readonly Finding[] {
  const findings: Finding[] = [];
  const taken = new Map<string, string>();
  const sorted = clusters
    // As a file system that ignores case sees it; empty for what is no directory at all.
    .map(({ name, raw, directory = "" }) => ({ name, path: raw.path, folded: directory.toLowerCase() }))
    .sort((a, b) => a.folded.length - b.folded.length);
  for (const { name, path, folded: directory } of sorted) {
    const other = prefixesOf(directory).find((prefix) => taken.has(prefix));
    if (other !== undefined)
      findings.push(overlap(name, taken.get(other) ?? "", path !== undefined, other === directory));
    else if (directory !== "") taken.set(directory, name);
  }
  return findings;
}

function prefixesOf(directory: string): readonly string[] {
  const parts = directory.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function overlap(name: string, other: string, said: boolean, same: boolean): Finding {
  return {
    code: "overlapping-paths",
    message: `the directory of cluster \`${name}\` is ${same ? "that" : "inside that"} of \`${other}\``,
    hint: "give each cluster a directory of its own: each removes what it does not know",
    at: said ? ["clusters", name, "path"] : ["clusters", name],
    on: said ? "value" : "key",
  };
}

/** The limit of Kubernetes for all annotations of an object together, keys and values. */
const MOST_ANNOTATION_BYTES = 256 * 1024;

function judgeMetadata({ clusters }: Outline): readonly Finding[] {
  return clusters.flatMap(({ name, raw: { labels, annotations } }) => {
    const path: Path = ["clusters", name];
    const bytes = entriesOf(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
    const managed: Finding = {
      code: "bad-value",
      message: `\`${MANAGED_BY.label}\` cannot be set: regcred knows its own files by it`,
      hint: "remove it",
      at: [...path, "labels", MANAGED_BY.label],
      on: "key",
    };
    const large: Finding = {
      code: "bad-value",
      message: `${pathText([...path, "annotations"])} is larger than the 256 KiB that Kubernetes takes`,
      hint: "shorten it",
      at: [...path, "annotations"],
      on: "key",
    };
    return [
      ...(labels !== undefined && Object.hasOwn(labels, MANAGED_BY.label) ? [managed] : []),
      ...(bytes > MOST_ANNOTATION_BYTES ? [large] : []),
    ];
  });
}

/** Insecure modes are said out loud, each time; what does not leave the machine has nobody on its way. */
function judgeConnections({ registries }: Outline): readonly Finding[] {
  const reached = registries.filter(({ host }) => host === undefined || !isLoopback(host.host));
  return reached.flatMap(({ name, raw: { tls } }) => {
    const modes = (["insecure", "plainHttp"] as const).filter((mode) => tls?.[mode] === true);
    return modes.map((mode) => ({
      code: "insecure-connection" as const,
      message: `${enumerate([name])} ${mode === "insecure" ? "is not verified by its certificate" : "is spoken to without encryption"}: anybody on the way can read its credential`,
      hint: mode === "insecure" ? "trust its authority instead: `tls: { ca: { file: PATH } }`" : "serve it over HTTPS",
      at: ["registries", name, "tls", mode],
    }));
  });
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}

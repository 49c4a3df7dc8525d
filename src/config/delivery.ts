import { globsOf } from "../selection.ts";
import type { Selection } from "../selection.ts";
import type { Finding, Path } from "./finding.ts";
import { didYouMean } from "../nearest.ts";
import { idleGlobs, reachOf, toSelection } from "./outline.ts";
import type { Outline, RegistryOutline } from "./outline.ts";
import type { ClusterSelection, DeliverTo, NamespaceSelection } from "./schema.ts";
import { isObject } from "./raw.ts";

/** Who gets what: said where it must be, with names that exist. */
export function judgeDelivery(outline: Outline): readonly Finding[] {
  const { document, registries } = outline;
  return [
    ...judgeNames(document.defaults?.deliverTo, ["defaults", "deliverTo"], outline),
    ...registries.flatMap((registry) => [
      ...judgeNames(registry.raw.deliverTo, ["registries", registry.name, "deliverTo"], outline),
      ...judgeSaid(registry, outline),
    ]),
  ];
}

/** With one cluster there is no question; with more, a new cluster would silently get every password. */
function judgeSaid({ name, raw, delivers, deliverTo }: RegistryOutline, { clusterNames }: Outline): readonly Finding[] {
  if (!delivers || clusterNames.length < 2 || deliverTo?.clusters !== undefined) return [];
  const own = raw.deliverTo !== undefined;
  return [
    {
      code: "delivery-missing",
      message: own
        ? `\`deliverTo\` of \`${name}\` does not say which clusters (it replaces the one of \`defaults\` as a whole)`
        : `which clusters get \`${name}\` is not said, and there is more than one`,
      hint: own
        ? "add `clusters: all`, or name them: `clusters: [NAME]`"
        : "add `deliverTo: { clusters: all }`, or name them, to this registry or to `defaults`",
      at: own ? ["registries", name, "deliverTo"] : ["registries", name],
      on: "key",
    },
  ];
}

function judgeNames(deliverTo: DeliverTo | undefined, path: Path, outline: Outline): readonly Finding[] {
  if (deliverTo === undefined) return [];
  const { clusters, clusterNames } = outline;
  const judged = judgeSelection(deliverTo.clusters, [...path, "clusters"], "cluster", clusterNames);
  const all = clusters.map(({ name, namespaces }) =>
    namespaces?.flatMap((namespace) => [namespace, `${name}/${namespace}`]),
  );
  // What only a live cluster or a broken entry knows cannot be judged here.
  const known =
    all.length < clusterNames.length || all.includes(undefined)
      ? undefined
      : [...new Set(all.flatMap((names) => names ?? []))];
  const names = known && judgeSelection(deliverTo.namespaces, [...path, "namespaces"], "namespace", known);
  const findings = [...judged, ...(names ?? [])];
  return findings.length > 0 || known === undefined ? findings : judgeReach(path, outline);
}

function judgeSelection(
  raw: ClusterSelection | NamespaceSelection | undefined,
  path: Path,
  kind: "cluster" | "namespace",
  names: readonly string[],
): readonly Finding[] {
  const list = isObject(raw) && !Array.isArray(raw) ? Object.keys(raw) : [];
  const selection = toSelection(raw);
  const idle = new Set(idleGlobs(selection, names));
  return globsOf(selection).flatMap((glob, index) =>
    idle.has(glob)
      ? [idleFinding(glob, { at: [...path, ...list, index], kind, names, excluded: "except" in selection })]
      : [],
  );
}

interface Idle {
  readonly at: Path;
  readonly kind: string;
  readonly names: readonly string[];
  readonly excluded: boolean;
}

function idleFinding(glob: string, { at, kind, names, excluded }: Idle): Finding {
  const near = didYouMean(glob, names);
  // Excluding what is not there (yet) is harmless, unless it is a misspelt name of what is.
  if (/[*?]/u.test(glob) || (excluded && near === undefined))
    return {
      code: "nothing-selected",
      message: `\`${glob}\` matches no ${kind}`,
      hint: near ?? "correct or remove it",
      at,
    };
  const choices = names.length > 0 && names.length <= 10 ? `there are ${names.join(", ")}` : "correct or remove it";
  return { code: "unknown-name", message: `there is no ${kind} \`${glob}\``, hint: near ?? choices, at };
}

/** Each name exists, and yet together they may reach nothing. */
function judgeReach(path: Path, { registries, clusters }: Outline): readonly Finding[] {
  const registry = registries.find(({ name }) => path[0] === "registries" && path[1] === name);
  if (registry === undefined || !registry.delivers || clusters.length === 0) return [];
  if (isNone(registry.clusters) || isNone(registry.namespaces) || reachOf(registry, clusters).length > 0) return [];
  return [
    {
      code: "nothing-selected",
      message: `\`${registry.name}\` is delivered nowhere: no namespace of the chosen clusters is chosen`,
      hint: "widen the selection, or say `clusters: none` if that is meant",
      at: path,
      on: "key",
    },
  ];
}

function isNone(selection: Selection): boolean {
  return "only" in selection && selection.only.length === 0;
}

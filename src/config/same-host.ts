import type { Finding } from "./finding.ts";
import { quote } from "./finding.ts";
import { hostText } from "./host.ts";
import { reachOf } from "./outline.ts";
import type { Outline, RegistryOutline } from "./outline.ts";

/**
 * Two credentials for one host and path may exist, but a docker config has one entry for each: they never meet in one
 * Secret.
 */
export function judgeSameHost({ registries, clusters }: Outline): readonly Finding[] {
  return [...grouped(registries)].flatMap(([text, group]) => (group.length < 2 ? [] : meetings(text, group, clusters)));
}

function grouped(registries: readonly RegistryOutline[]): ReadonlyMap<string, readonly RegistryOutline[]> {
  const groups = new Map<string, RegistryOutline[]>();
  for (const registry of registries.filter(isMerged)) {
    const text = registry.host === undefined ? "" : hostText(registry.host);
    groups.set(text, [...(groups.get(text) ?? []), registry]);
  }
  groups.delete("");
  return groups;
}

/** Whether its credential goes into the Secret that registries share. */
function isMerged({ raw: { pullSecret } }: RegistryOutline): boolean {
  return (
    pullSecret === undefined ||
    pullSecret === "registry" ||
    (typeof pullSecret === "object" && pullSecret.custom !== undefined)
  );
}

/** One finding for each registry that meets an earlier one. */
function meetings(text: string, group: readonly RegistryOutline[], clusters: Outline["clusters"]): readonly Finding[] {
  const taken = new Map<string, string>();
  return group.flatMap((registry) => {
    const reach = reachOf(registry, clusters);
    const place = reach.find((target) => taken.has(target));
    for (const target of reach) if (!taken.has(target)) taken.set(target, registry.name);
    return place === undefined ? [] : [meeting(text, [taken.get(place) ?? "", registry.name], place)];
  });
}

function meeting(text: string, [first, second]: readonly [string, string], place: string): Finding {
  return {
    code: "same-host-twice",
    message: `\`${first}\` and \`${second}\` are both ${quote(text, "the same host")} and both go to \`${place}\`, where a Secret has room for one`,
    hint: "deliver them to different clusters or namespaces, or set `pullSecret: none` on one",
    at: ["registries", second],
    on: "key",
  };
}

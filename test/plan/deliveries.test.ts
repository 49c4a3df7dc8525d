import { describe, expect, it } from "vitest";
import type { Config } from "../../src/model.ts";
import { deliveriesOf, EVERYTHING, inScope, isNarrowed } from "../../src/plan/index.ts";
import type { Delivery } from "../../src/plan/index.ts";
import { cluster, registry } from "./builders.ts";

function rows(deliveries: readonly Delivery[]): readonly string[] {
  return deliveries.map(
    (item) => `${item.cluster.name}/${item.namespace}: ${item.registries.map(({ name }) => name).join(" ")}`,
  );
}

const config: Config = {
  file: "registries.yaml",
  name: "platform",
  defaultRegistry: null,
  gitops: null,
  clusters: [
    { ...cluster, name: "prod", namespaces: ["apps", "sandbox"] },
    { ...cluster, name: "edge", namespaces: ["apps"] },
  ],
  registries: [
    registry("hub"),
    registry("quay", { deliverTo: { clusters: { only: ["pr*"] }, namespaces: { except: ["sandbox"] } } }),
    registry("ghcr", { deliverTo: { clusters: { except: [] }, namespaces: { only: ["edge/*"] } } }),
    registry("public", { auth: { method: "anonymous" } }),
    registry("nodes", { pullSecret: "none" }),
  ],
};

describe("deliveries", () => {
  it("are one per namespace, with the registries that select it, in the order of the file", () => {
    expect(rows(deliveriesOf(config))).toEqual(["prod/apps: hub quay", "prod/sandbox: hub", "edge/apps: hub ghcr"]);
  });

  it("leave out a namespace that no registry delivers to", () => {
    const lonely = { ...config, registries: config.registries.slice(2) };
    expect(rows(deliveriesOf(lonely))).toEqual(["edge/apps: ghcr"]);
  });

  it("are all in scope when nothing is named", () => {
    expect(inScope(deliveriesOf(config), EVERYTHING)).toEqual(deliveriesOf(config));
    expect(isNarrowed(EVERYTHING)).toBe(false);
  });

  it("are narrowed to a cluster, and to the pull secrets that hold a registry", () => {
    const scope = { clusters: ["prod"], registries: ["quay"] };
    expect(rows(inScope(deliveriesOf(config), scope))).toEqual(["prod/apps: hub quay"]);
    expect(isNarrowed({ clusters: [], registries: ["quay"] })).toBe(true);
  });
});

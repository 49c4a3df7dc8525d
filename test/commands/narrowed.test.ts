import { afterAll, describe, expect, it } from "vitest";
import { closeCheckouts, listedIn, openCheckout } from "./checkout.ts";
import type { Call, Checkout, Setup } from "./checkout.ts";
import { changesOf } from "./scene.ts";

afterAll(closeCheckouts);

const parts = { recipients: 1, team: "red", secretName: "regcred" };
const SETUP: Setup = {
  registries: {
    hub: { password: "secret-of-hub-1", state: "taken", deliveries: ["prod/a", "prod/b", "edge/shop"] },
    quay: { password: "secret-of-quay-1", state: "taken", deliveries: ["prod/b"] },
  },
  clusters: { prod: { ...parts, namespaces: ["a", "b"] }, edge: { ...parts, namespaces: ["shop"] } },
};

/** Nothing is wanted any longer, and every password is another. */
const OTHER: Setup = {
  ...SETUP,
  registries: {
    hub: { password: "secret-of-hub-2", state: "taken", deliveries: ["prod/a"] },
    quay: { password: "secret-of-quay-2", state: "taken", deliveries: ["edge/shop"] },
  },
};

async function applied(): Promise<Checkout> {
  const checkout = openCheckout(SETUP);
  expect((await checkout.apply()).exitCode).toBe(0);
  return checkout;
}

describe("a narrowed run", () => {
  it.each<[Call, readonly string[]]>([
    [{ clusters: ["prod"] }, ["update credential-changed prod/a/regcred.sops.yaml"]],
    [{ clusters: ["edge"] }, ["update content-changed edge/shop/regcred.sops.yaml"]],
    [{ registries: ["hub"] }, ["update credential-changed prod/a/regcred.sops.yaml"]],
    [{ registries: ["quay"] }, ["update content-changed edge/shop/regcred.sops.yaml"]],
    [{ clusters: ["prod"], registries: ["quay"] }, []],
    [
      { clusters: ["prod", "edge"], registries: ["hub", "quay"] },
      ["update credential-changed prod/a/regcred.sops.yaml", "update content-changed edge/shop/regcred.sops.yaml"],
    ],
  ])("%j changes what it looks at, and removes nothing", async (call, expected) => {
    const checkout = await applied();
    checkout.configure(OTHER);
    const before = checkout.tree();
    const outcome = await checkout.apply({ ...call, allowRemovals: true });
    expect(changesOf(outcome)).toEqual(expected);
    expect(outcome.exitCode).toBe(0);
    expect([...checkout.tree().keys()]).toEqual([...before.keys()]);
    expect(checkout.read("prod/kustomization.yaml")).toBe(before.get("prod/kustomization.yaml"));
    const whole = await checkout.apply();
    expect(changesOf(whole).filter((row) => row.startsWith("remove"))).toEqual([
      "remove no-longer-wanted prod/b/regcred.sops.yaml",
    ]);
  });

  it("keeps listed what a merge lost from the lock, be it out of its sight", async () => {
    const checkout = await applied();
    const { prod, edge } = SETUP.clusters;
    if (prod === undefined || edge === undefined) throw new Error("no clusters");
    const lost = checkout.read("prod/a/regcred.sops.yaml");
    checkout.configure({ ...SETUP, clusters: { prod: { ...prod, namespaces: ["b"] }, edge } });
    await checkout.apply();
    checkout.write("prod/a/regcred.sops.yaml", lost);
    checkout.configure(SETUP);
    const both = ["a/regcred.sops.yaml", "b/regcred.sops.yaml"];
    expect((await checkout.apply()).report.errors.map(({ code }) => code)).toEqual(["foreign-file"]);
    expect(listedIn(checkout.read("prod/kustomization.yaml"))).toEqual(both);
    expect((await checkout.apply({ registries: ["quay"] })).report.changed).toBe(false);
    expect(listedIn(checkout.read("prod/kustomization.yaml"))).toEqual(both);
  });
});

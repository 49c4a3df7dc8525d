import fc from "fast-check";
import type { Call, Checkout, ClusterSetup, RegistrySetup, Setup } from "./checkout.ts";
import { LABEL } from "./specification.ts";

const REGISTRIES = ["hub", "quay", "ghcr"] as const;
const CLUSTERS = ["prod", "edge"] as const;
const NAMESPACES = ["a", "b", "c", "d", "e", "f", "g"] as const;
const DELIVERIES = CLUSTERS.flatMap((cluster) => NAMESPACES.map((namespace) => `${cluster}/${namespace}`));

/** What happens between two runs: to the configuration and its credentials, or to what is on the disk. */
export type Change =
  | { readonly to: "registry"; readonly name: string; readonly set: Partial<RegistrySetup> | null }
  | { readonly to: "cluster"; readonly name: string; readonly set: Partial<ClusterSetup> | null }
  | { readonly to: "disk"; readonly path: string; readonly by: "appending" | "garbling" | "labelling" | "deleting" };

interface Step {
  readonly changes: readonly Change[];
  readonly call: Call;
}

export interface History {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

const password = fc.integer({ min: 1, max: 3 }).map((number) => `secret-of-somebody-${number}`);
const state = fc.oneof({ arbitrary: fc.constant("taken" as const), weight: 3 }, fc.constantFrom("refused", "missing"));
const deliveries = fc.subarray(DELIVERIES);
// Mostly few of each, so that changes meet; at times enough for the limits of removal.
const namespaces = fc.oneof(
  { arbitrary: fc.subarray(NAMESPACES.slice(0, 2), { minLength: 1 }), weight: 5 },
  fc.subarray([...NAMESPACES], { minLength: 5 }),
);
const secretName = fc.oneof({ arbitrary: fc.constant("regcred"), weight: 4 }, fc.constant("pull"));
const clusterParts = {
  namespaces,
  recipients: fc.constantFrom(1, 2),
  team: fc.constantFrom("red", "blue"),
  secretName,
};
const registry: fc.Arbitrary<RegistrySetup> = fc.record({
  password,
  state: fc.constant("taken" as const),
  deliveries: fc.oneof(fc.constant(DELIVERIES), deliveries),
});
const cluster: fc.Arbitrary<ClusterSetup> = fc.record(clusterParts);

const NEAR = DELIVERIES.filter((delivery) => /[ab]$/.test(delivery));
const path = fc.oneof(
  {
    arbitrary: fc.tuple(fc.constantFrom(...NEAR), secretName).map(([at, name]) => `${at}/${name}.sops.yaml`),
    weight: 8,
  },
  fc.constantFrom(...DELIVERIES).map((at) => `${at}/regcred.sops.yaml`),
  fc.constantFrom(...NEAR).map((at) => `${at}/other.yaml`),
);
const ownPath = fc
  .tuple(fc.constantFrom(...CLUSTERS), fc.constantFrom("kustomization.yaml", "regcred.lock", ""))
  .map(([cluster, name]) => (name === "" ? cluster : `${cluster}/${name}`));

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    arbitrary: fc.record({
      to: fc.constant("registry" as const),
      name: fc.constantFrom(...REGISTRIES),
      set: fc.oneof(
        { arbitrary: fc.record({ state }), weight: 3 },
        { arbitrary: fc.record({ password }), weight: 2 },
        fc.record({ password, state, deliveries }, { requiredKeys: [] }),
        fc.constant(null),
      ),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      to: fc.constant("cluster" as const),
      name: fc.constantFrom(...CLUSTERS),
      set: fc.oneof({ arbitrary: fc.record(clusterParts, { requiredKeys: [] }), weight: 4 }, fc.constant(null)),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      to: fc.constant("disk" as const),
      path,
      by: fc.constantFrom("appending", "garbling", "labelling", "deleting"),
    }),
    weight: 4,
  },
  fc.record({ to: fc.constant("disk" as const), path: ownPath, by: fc.constantFrom("appending", "deleting") }),
);

const rarely = fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.constant(true));
const call: fc.Arbitrary<Call> = fc.record({
  adopt: rarely,
  allowRemovals: fc.boolean(),
  clusters: fc.oneof({ arbitrary: fc.constant([]), weight: 5 }, fc.subarray([...CLUSTERS], { minLength: 1 })),
  registries: fc.oneof({ arbitrary: fc.constant([]), weight: 5 }, fc.subarray([...REGISTRIES], { minLength: 1 })),
  key: fc.oneof({ arbitrary: fc.constant("a" as const), weight: 8 }, fc.constantFrom("b", "none")),
});

export const setups: fc.Arbitrary<Setup> = fc.record({
  registries: fc.record({ hub: registry, quay: registry, ghcr: registry }, { requiredKeys: ["hub"] }),
  clusters: fc.record({ prod: cluster, edge: cluster }, { requiredKeys: ["prod"] }),
});

export const histories: fc.Arbitrary<History> = fc.record({
  setup: setups,
  steps: fc.array(fc.record({ changes: fc.array(change, { maxLength: 3 }), call }), { minLength: 1, maxLength: 7 }),
});

const NEW_REGISTRY: RegistrySetup = { password: "secret-of-somebody-1", state: "taken", deliveries: DELIVERIES };
const NEW_CLUSTER: ClusterSetup = { namespaces: ["a", "b"], recipients: 1, team: "red", secretName: "regcred" };

/** The configuration after a change. */
export function changed(setup: Setup, change: Change): Setup {
  if (change.to === "disk") return setup;
  const { name } = change;
  if (change.to === "registry") {
    const { [name]: old = NEW_REGISTRY, ...others } = setup.registries;
    return { ...setup, registries: change.set === null ? others : { ...others, [name]: { ...old, ...change.set } } };
  }
  const { [name]: old = NEW_CLUSTER, ...others } = setup.clusters;
  return { ...setup, clusters: change.set === null ? others : { ...others, [name]: { ...old, ...change.set } } };
}

/** What a person does to the disk. What is appended leaves a file's label as it was. */
export function disturb(checkout: Checkout, { path, by }: Extract<Change, { to: "disk" }>, count: number): void {
  const text = checkout.tree().get(path);
  if (by === "deleting") checkout.remove(path);
  if (by === "garbling") checkout.write(path, `kind: Secret # ${count}\n`);
  if (by === "labelling") checkout.write(path, `kind: Secret # ${count}\nmetadata:\n  labels:\n    ${LABEL}\n`);
  // A lock that was edited counts as a broken one, which is proved elsewhere.
  if (by === "appending" && text !== undefined && !path.endsWith(".lock")) checkout.write(path, `${text}# ${count}\n`);
}

/** The call with those names alone that the configuration has. */
export function known(call: Call, { registries, clusters }: Setup): Call {
  const only = (names: readonly string[] = [], there: object) => names.filter((name) => Object.hasOwn(there, name));
  return { ...call, registries: only(call.registries, registries), clusters: only(call.clusters, clusters) };
}

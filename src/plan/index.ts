import type { Cluster, ClusterPlan, ExistingCluster, WantedSecret } from "../model.ts";
import { planCluster } from "./cluster.ts";
import type { PlanRules } from "./cluster.ts";

export { deliveriesOf, EVERYTHING, inScope, isNarrowed } from "./deliveries.ts";
export type { Delivery, Scope } from "./deliveries.ts";
export { toOpen } from "./cluster.ts";
export { fits, foundIn, isOlder, isTold, isWritten, lockedSecret, renewed } from "./comparison.ts";
export type { PlanRules } from "./cluster.ts";
export { pathOf } from "./removals.ts";

/** One cluster with what it should hold and what it holds. */
export interface ClusterInput {
  readonly cluster: Cluster;
  readonly wanted: readonly WantedSecret[];
  readonly existing: ExistingCluster;
  /** Paths of pull secrets that should exist and that a narrowed run does not look at. */
  readonly unseen?: readonly string[];
}

/** Stage 4: desired x existing -> changes, cluster by cluster. Pure, and without a secret. */
export function makePlan(inputs: readonly ClusterInput[], rules: PlanRules): readonly ClusterPlan[] {
  return inputs.map(({ cluster, wanted, existing, unseen = [] }) =>
    planCluster(cluster, wanted, existing, { ...rules, unseen }),
  );
}

/** Whether a plan asks for a write at all. A run that changes nothing writes nothing. */
export function asksForWrite({ writes, removes, kustomization, lockChanged }: ClusterPlan): boolean {
  return writes.length > 0 || removes.length > 0 || kustomization !== null || lockChanged;
}

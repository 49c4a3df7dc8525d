import { createHash } from "node:crypto";
import { MANAGED_BY } from "../model.ts";
import type { Cluster } from "../model.ts";

/** Everything in a pull secret's manifest that is no secret. */
export interface Frame {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function frameOf(cluster: Cluster, namespace: string): Frame {
  return {
    name: cluster.secretName,
    namespace,
    labels: { ...cluster.labels, [MANAGED_BY.label]: MANAGED_BY.value },
    annotations: cluster.annotations,
  };
}

/** Raised when what is written for the same frame changes, so that files of an earlier version are rewritten. */
const FORMAT = 1;

/** SHA-256 (hexadecimal) of a frame: tells whether a file has to be rewritten although no credential changed. */
export function frameDigest({ name, namespace, labels, annotations }: Frame): string {
  const sorted = (map: Readonly<Record<string, string>>) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([FORMAT, name, namespace, sorted(labels), sorted(annotations)]);
  return createHash("sha256").update(text).digest("hex");
}

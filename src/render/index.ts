import { RegcredError } from "../errors.ts";
import type { DockerConfigEntry, Manifest, WantedSecret } from "../model.ts";
import { dockerConfigJson } from "./docker-config.ts";
import type { Frame } from "./frame.ts";

export { frameDigest, frameOf } from "./frame.ts";
export type { Frame } from "./frame.ts";
export { renderKustomization } from "./kustomization.ts";

/** Kubernetes refuses a Secret whose data is larger (kubernetes/api core/v1, `MaxSecretSize`). */
const MAX_SECRET_BYTES = 1024 * 1024;

/** Stage 5: credentials -> manifest. */
export function renderManifest(wanted: WantedSecret, frame: Frame, entries: readonly DockerConfigEntry[]): Manifest {
  if (entries.length === 0) throw new Error(`${wanted.path} would hold no registry: an empty auths is never written`);
  const secret = dockerConfigJson(entries);
  if (secret.length * 0.75 > MAX_SECRET_BYTES) throw tooLarge(wanted);
  return { wanted, labels: frame.labels, annotations: frame.annotations, dockerConfigJson: secret };
}

function tooLarge({ cluster, namespace, name }: WantedSecret): RegcredError {
  return new RegcredError({
    code: "secret-too-large",
    message: `the pull secret ${name} for namespace ${namespace} of cluster ${cluster} is over 1 MiB, which Kubernetes refuses`,
    hint: "deliver fewer registries to this namespace",
  });
}

import { readFileSync } from "node:fs";
import { readIdentities } from "../../src/encrypt/index.ts";
import type { Identity } from "../../src/encrypt/identity.ts";
import { createFiles } from "../../src/io/files.ts";
import type { Manifest } from "../../src/model.ts";
import { Secret } from "../../src/secret.ts";

export const LOCATION = { file: "registries.yaml", line: 3, column: 5 };

/** Files that the real sops wrote; `make.sh` beside them says how. */
export function vector(name: string): string {
  return readFileSync(vectorPath(name), "utf8");
}

export function vectorPath(name: string): string {
  return new URL(`../vectors/sops/${name}`, import.meta.url).pathname;
}

/** The throwaway identities of the vectors: X25519, then post-quantum. */
export function vectorIdentities(): Promise<readonly Identity[]> {
  return identitiesOf({ SOPS_AGE_KEY_FILE: vectorPath("keys.txt") });
}

export function identitiesOf(variables: Readonly<Record<string, string>>): Promise<readonly Identity[]> {
  return readIdentities({ get: (name) => variables[name] }, createFiles());
}

export function manifest(recipients: readonly string[], changes: Partial<Manifest> = {}): Manifest {
  return {
    wanted: {
      cluster: "prod-eu",
      namespace: "apps",
      name: "regcred",
      path: "apps/regcred.sops.yaml",
      recipients,
      frame: "",
      key: null,
      keys: [],
      entries: [],
    },
    labels: { "app.kubernetes.io/managed-by": "regcred" },
    annotations: {},
    dockerConfigJson: new Secret("eyJhdXRocyI6e319"),
    ...changes,
  };
}

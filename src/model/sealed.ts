import type { Secret } from "../secret.ts";
import type { WantedSecret } from "./plan.ts";

// 5 render: credentials -> manifests

/** One registry's entry in a docker config, as kubelet reads it. */
export interface DockerConfigEntry {
  /** The key under `auths`. */
  readonly server: string;
  readonly username: string;
  readonly password: Secret;
}

/** A `kubernetes.io/dockerconfigjson` Secret before it is encrypted. */
export interface Manifest {
  readonly wanted: WantedSecret;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The base64 value of `data[".dockerconfigjson"]`. */
  readonly dockerConfigJson: Secret;
}

// 6 encrypt: manifests -> sealed files

/**
 * An encrypted file, the only thing that `publish/` writes for a pull secret. Only `encrypt/` may construct one (a
 * dependency rule holds this), and the private field keeps any look-alike out.
 */
export class SealedFile {
  /** Relative to the cluster's directory. */
  readonly path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

import type { DockerConfigEntry } from "../model.ts";
import { Secret } from "../secret.ts";

/**
 * The base64 of a docker config that holds these entries, exactly as kubelet reads it
 * (kubernetes/pkg/credentialprovider/config.go): `auth` wins over `username` and `password` there, and must be padded
 * standard base64. One malformed entry would break every pull of a pod.
 */
export function dockerConfigJson(entries: readonly DockerConfigEntry[]): Secret {
  const sorted = [...entries].sort((left, right) => (left.server < right.server ? -1 : 1));
  const auths = Object.fromEntries(sorted.map((entry) => [entry.server, authOf(entry)]));
  return new Secret(base64(JSON.stringify({ auths })));
}

function authOf({ username, password }: DockerConfigEntry): { username: string; password: string; auth: string } {
  const value = password.reveal();
  return { username, password: value, auth: base64(`${username}:${value}`) };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

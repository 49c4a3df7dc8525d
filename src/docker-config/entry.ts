import type { DockerConfigEntry } from "../model.ts";

/**
 * An entry of `auths` as docker itself writes it (docker/cli, cli/config/configfile/file.go, `SaveToWriter`): nothing
 * but the padded standard base64 of `username:password`.
 */
export function authEntry({ username, password }: DockerConfigEntry): { readonly auth: string } {
  return { auth: Buffer.from(`${username}:${password.reveal()}`, "utf8").toString("base64") };
}

import type { Login } from "../model.ts";
import type { Secret } from "../secret.ts";

/** Hides what a login is sent and stored as: `user:password`, and its base64. */
export function maskLogin(login: Login, mask: (secret: Secret) => void): void {
  if (login.kind === "anonymous") return;
  const pair = login.password.map((password) => `${login.username}:${password}`);
  mask(pair);
  mask(pair.map((text) => Buffer.from(text, "utf8").toString("base64")));
}

/** Hides a docker config, given as its base64, in both forms. */
export function maskDockerConfig(dockerConfigJson: Secret, mask: (secret: Secret) => void): void {
  mask(dockerConfigJson);
  mask(dockerConfigJson.map((text) => Buffer.from(text, "base64").toString("utf8")));
}

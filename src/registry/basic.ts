import type { Login } from "../model.ts";
import type { Secret } from "../secret.ts";

/** The `Authorization` header of RFC 7617, with the UTF-8 that every registry in use expects. */
export function basicOf({ username, password }: Extract<Login, { kind: "basic" }>): Secret {
  return password.map((value) => `Basic ${Buffer.from(`${username}:${value}`, "utf8").toString("base64")}`);
}

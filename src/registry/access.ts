import type { Secret } from "../secret.ts";
import { isObject, readObject } from "./json.ts";

/**
 * Whether a token says that it may push: true, false, or null where it tells nothing. Most tokens are JWTs with an
 * `access` claim (distribution's auth/jwt spec); it is only read, never trusted, so the signature does not matter.
 */
export function tellsPush(token: Secret): boolean | null {
  return token.tell((text) => {
    const actions = accessOf(text).flatMap(({ actions }) => (Array.isArray(actions) ? actions.map(String) : []));
    if (actions.length === 0) return null;
    return actions.includes("push") || actions.includes("*");
  });
}

function accessOf(token: string): readonly Readonly<Record<string, unknown>>[] {
  const payload = token.split(".", 3)[1] ?? "";
  const access = readObject(Buffer.from(payload, "base64url").toString("utf8"))?.["access"];
  return Array.isArray(access) ? access.filter(isObject).filter(({ type }) => type === "repository") : [];
}

import { isJsonObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { claimsOf } from "../jwt.ts";
import type { Secret } from "../secret.ts";

/**
 * Whether a token says that it may push: true, false, or null where it tells nothing. Most tokens are JWTs with an
 * `access` claim (distribution's auth/jwt spec).
 */
export function tellsPush(token: Secret): boolean | null {
  return token.tell((text) => {
    const actions = accessOf(text).flatMap(({ actions }) => (Array.isArray(actions) ? actions.map(String) : []));
    if (actions.length === 0) return null;
    return actions.includes("push") || actions.includes("*");
  });
}

function accessOf(token: string): readonly JsonObject[] {
  const access = claimsOf(token)?.["access"];
  return Array.isArray(access) ? access.filter(isJsonObject).filter(({ type }) => type === "repository") : [];
}

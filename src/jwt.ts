import { isJsonObject, parseJson } from "./json.ts";
import type { JsonObject } from "./json.ts";

/**
 * The claims of a signed JWT (RFC 7515, section 7.1; RFC 7519, section 4); null for every other text. They are only
 * read, never trusted, so that the signature does not matter.
 */
export function claimsOf(token: string): JsonObject | null {
  const [, payload = "", signature, ...more] = token.split(".", 4);
  if (signature === undefined || more.length > 0) return null;
  const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
  return isJsonObject(claims) ? claims : null;
}

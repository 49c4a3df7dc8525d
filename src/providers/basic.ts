import { RegcredError } from "../errors.ts";
import type { Auth, Login } from "../model.ts";
import type { ReadSecret } from "./provider.ts";

type BasicAuth = Extract<Auth, { method: "basic" }>;

/**
 * User name and password. What no header or docker config can carry (RFC 7617, section 2) is refused in a password
 * here, and in a user name by the schema.
 */
export async function resolveBasic({ username, password: source }: BasicAuth, readSecret: ReadSecret): Promise<Login> {
  const password = await readSecret(source);
  if (password.tell((value) => /\p{Cc}/u.test(value))) throw unprintable(source);
  return { kind: "basic", username, password };
}

function unprintable({ location }: BasicAuth["password"]): RegcredError {
  const message = "the password holds a control character (a tab or line break, say), which no login can carry";
  return new RegcredError({ code: "bad-secret", message, hint: "store it anew, as one line of plain text", location });
}

import { RegcredError } from "../errors.ts";
import type { Auth, Login } from "../model.ts";
import type { ReadSecret } from "./provider.ts";

type BasicAuth = Extract<Auth, { method: "basic" }>;

/** User name and password, refused where no header or docker config can carry them (RFC 7617, section 2). */
export async function resolveBasic({ username, password: source }: BasicAuth, readSecret: ReadSecret): Promise<Login> {
  if (username.includes(":")) {
    const message = "the user name holds a colon, which ends a user name wherever it is sent";
    throw new RegcredError({
      code: "bad-value",
      message,
      hint: "give the part before the colon alone; the password has its own key",
      location: source.location,
    });
  }
  if (hasControl(username)) throw unprintable("user name", source);
  const password = await readSecret(source);
  if (password.tell(hasControl)) throw unprintable("password", source);
  return { kind: "basic", username, password };
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function unprintable(what: string, { location }: BasicAuth["password"]): RegcredError {
  const message = `the ${what} holds a control character (a tab or line break, say), which no login can carry`;
  return new RegcredError({ code: "bad-secret", message, hint: "store it anew, as one line of plain text", location });
}

import type { Credential, Login, Registry } from "../model.ts";
import { resolveBasic } from "./basic.ts";
import { jwtExpiry } from "./lifetime.ts";
import type { ReadSecret } from "./provider.ts";

/** The methods that several types share. Anonymous is what an entry says, never what is left when a login fails. */
export async function resolveCommon({ auth, expires }: Registry, readSecret: ReadSecret): Promise<Credential> {
  const login: Login = auth.method === "basic" ? await resolveBasic(auth, readSecret) : { kind: "anonymous" };
  const told = login.kind === "basic" ? jwtExpiry(login.password) : null;
  return { login, expiresAt: told?.toISOString() ?? expires ?? null };
}

import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Users } from "./users.ts";

/** What a request wants: nothing in particular (the ping), or to pull from or push to a repository. */
interface Want {
  readonly repository: string | null;
  readonly action: "pull" | "push";
}

type Admission =
  | { readonly kind: "admitted" }
  /** 401, with what to answer in `WWW-Authenticate`. */
  | { readonly kind: "challenge"; readonly challenge: string }
  /** 403 */
  | { readonly kind: "denied" };

const SERVICE = "embedded-registry";
const TOKEN_SECONDS = 60;

/** The lock on the embedded registry's door. */
export interface Gate {
  admit(request: IncomingMessage, want: Want): Admission;
  /** The answer of the token endpoint; null for wrong credentials, undefined where there is no such endpoint. */
  token(request: IncomingMessage, url: URL): object | null | undefined;
}

export function basicGate(users: Users): Gate {
  return {
    admit: ({ headers }, { repository, action }) => {
      const name = users.authenticate(headers.authorization);
      if (name === null) return { kind: "challenge", challenge: `Basic realm="${SERVICE}", charset="UTF-8"` };
      const granted = repository === null || users.grant(name, [action]).length > 0;
      return { kind: granted ? "admitted" : "denied" };
    },
    token: () => undefined,
  };
}

/**
 * Tokens as distribution's auth/token and auth/jwt specifications have them, signed with a key that lives as long as
 * this gate.
 */
export function bearerGate(users: Users): Gate {
  const key = randomBytes(32);
  const issued = new Map<string, Claims>();
  return {
    admit: ({ headers }, want) => {
      const [, token = ""] = /^Bearer (\S+)$/i.exec(headers.authorization ?? "") ?? [];
      const claims = issued.get(token);
      const known = claims !== undefined && claims.exp > Date.now() / 1000;
      if (known && (want.repository === null || allows(claims, want))) return { kind: "admitted" };
      const scope = want.repository === null ? "" : `,scope="repository:${want.repository}:${want.action}"`;
      const error = known ? `,error="insufficient_scope"` : "";
      const realm = `http://${headers.host ?? ""}/token`;
      return { kind: "challenge", challenge: `Bearer realm="${realm}",service="${SERVICE}"${scope}${error}` };
    },
    token: ({ headers }, url) => {
      const name = users.authenticate(headers.authorization);
      if (name === null || url.searchParams.get("service") !== SERVICE) return null;
      const access = url.searchParams.getAll("scope").flatMap((scope) => grantScope(users, name, scope));
      const claims = { exp: Math.floor(Date.now() / 1000) + TOKEN_SECONDS, access };
      const token = signToken({ sub: name, ...claims }, key);
      issued.set(token, claims);
      return { token, expires_in: TOKEN_SECONDS, issued_at: new Date().toISOString() };
    },
  };
}

interface Access {
  readonly type: "repository";
  readonly name: string;
  readonly actions: readonly string[];
}

interface Claims {
  readonly exp: number;
  readonly access: readonly Access[];
}

function grantScope(users: Users, user: string, scope: string): Access[] {
  const [, name = "", actions = ""] = /^repository:(.+):([^:]*)$/.exec(scope) ?? [];
  return name === "" ? [] : [{ type: "repository", name, actions: users.grant(user, actions.split(",")) }];
}

function allows({ access }: Claims, { repository, action }: Want): boolean {
  return access.some(({ name, actions }) => name === repository && actions.includes(action));
}

/** A JWT, so that it reads like one; whether it is ours, this gate knows from having issued it. */
function signToken(claims: Claims & { readonly sub: string }, key: Buffer): string {
  const header = { typ: "JWT", alg: "HS256" };
  const payload = { iss: SERVICE, aud: SERVICE, jti: randomUUID(), ...claims };
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

import type { Problem } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { Canary, Registry } from "./config.ts";

// 2 providers: one way to talk to each registry, one credential for each

/** How to reach one registry, as its provider says. */
export interface Endpoint {
  /** The base of the distribution API, without `/v2/`: `https://registry-1.docker.io`. */
  readonly url: URL;
  /**
   * The key of its entry in a docker config: `https://index.docker.io/v1/`, or a bare lower-case host with port and
   * path.
   */
  readonly server: string;
  /**
   * Hosts (`host[:port]`) that may receive the credential for a token, beside the registry's own and its `tokenHosts`.
   */
  readonly realms: readonly string[];
  readonly canary?: Canary | undefined;
  /**
   * Whether the login is proved by a token without a scope first, because with one a wrong login gets a token too, for
   * nobody.
   */
  readonly loginApart?: boolean;
  readonly hints?: Hints;
}

/** What is most likely wrong where a registry of this type refuses, and what to do; else there is a general hint. */
export type Hints = Readonly<Partial<Record<"unauthorized" | "denied" | "not-a-registry", string>>>;

/** What is sent: `anonymous` is a decision, never a fallback. */
export type Login =
  { readonly kind: "basic"; readonly username: string; readonly password: Secret } | { readonly kind: "anonymous" };

export interface Credential {
  readonly login: Login;
  /** ISO 8601, where the source tells it or `expires` declares it. */
  readonly expiresAt: string | null;
}

/** A registry with its credential, or with why there is none. */
export interface Resolved {
  readonly registry: Registry;
  readonly endpoint: Endpoint;
  readonly outcome:
    | { readonly status: "resolved"; readonly credential: Credential }
    | { readonly status: "unresolved"; readonly problem: Problem };
}

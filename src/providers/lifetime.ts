import { RegcredError } from "../errors.ts";
import { claimsOf } from "../jwt.ts";
import type { Credential, Registry } from "../model.ts";
import type { Secret } from "../secret.ts";

const DAY = 24 * 60 * 60 * 1000;

/** 8640000000000000 ms is the last instant that a Date can hold. */
const LAST_SECOND = 8.64e12;

/**
 * Refuses what dies before a cluster could use it: pull secrets in Git live for months.
 *
 * @throws RegcredError `ephemeral-credential` for GitHub's installation and job tokens (`ghs_`), GitLab's job tokens
 *   (`gitlab-ci-token`, `glcbt-`; both 2026-11), and JWTs that expire within 24 hours
 */
export function refuseEphemeral(registry: Registry, { login }: Credential, now: Date): void {
  if (login.kind === "anonymous") return;
  const { username, password } = login;
  const expiry = jwtExpiry(password);
  if (password.tell((value) => value.startsWith("ghs_")))
    throw ephemeral(registry, "a GitHub token that dies with its job");
  if (username === "gitlab-ci-token" || password.tell((value) => value.startsWith("glcbt-")))
    throw ephemeral(registry, "a GitLab token that dies with its job");
  if (expiry !== null && expiry.getTime() - now.getTime() < DAY)
    throw ephemeral(registry, `a token that expires at ${expiry.toISOString()}`);
}

/** When a JWT says that it expires (RFC 7519, section 4.1.4); null for all that is no JWT, or says nothing. */
export function jwtExpiry(password: Secret): Date | null {
  const seconds = password.tell((token) => {
    const exp = claimsOf(token)?.["exp"];
    return typeof exp === "number" && Math.abs(exp) <= LAST_SECOND ? exp : null;
  });
  return seconds === null ? null : new Date(seconds * 1000);
}

function ephemeral({ name, location, auth }: Registry, what: string): RegcredError {
  return new RegcredError({
    code: "ephemeral-credential",
    message: `the password of ${name} is ${what}: a cluster that gets it could not pull for long`,
    hint: "use a long-lived one that may only pull (robot account, deploy token), or render nothing: pullSecret: none",
    location: auth.method === "basic" ? auth.password.location : location,
  });
}

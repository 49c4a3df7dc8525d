import { RegcredError } from "../errors.ts";
import type { Credential, Hints, Registry } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider, ReadSecret } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized:
    "most likely the token has expired, was revoked, or lacks the scope read:packages; " +
    "where the organisation has single sign-on, it must be authorised for it",
  denied:
    "a classic token needs read:packages, its account access to the package (Package settings); " +
    "in a workflow GITHUB_TOKEN needs `permissions: packages: read`, and its repository access to the package",
};

/** GitHub's container registry: one host, always over TLS, and no realm beside it. */
export const ghcr: Provider = {
  endpoint: (registry) => ({ ...atOwnHost(registry), url: new URL("https://ghcr.io"), hints: HINTS }),
  resolve: async (registry: Registry, readSecret: ReadSecret): Promise<Credential> => {
    const credential = await resolveCommon(registry, readSecret);
    refuseFineGrained(registry, credential);
    return credential;
  },
};

/** GitHub Packages takes classic tokens only (docker/login-action#331; 2026-11). */
function refuseFineGrained({ name, auth }: Registry, { login }: Credential): void {
  if (login.kind === "anonymous" || auth.method !== "basic") return;
  if (!login.password.tell((value) => value.startsWith("github_pat_"))) return;
  throw new RegcredError({
    code: "bad-secret",
    message: `the password of ${name} is a fine-grained personal access token, which ghcr.io takes none of: not sent`,
    hint: "make a classic personal access token that has the scope read:packages and no other",
    location: auth.password.location,
  });
}

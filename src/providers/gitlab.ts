import type { Hints } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized:
    "most likely the token has expired, was revoked, or lacks the scope read_registry; " +
    "a deploy token wants its own user name (gitlab+deploy-token-N)",
  denied: "a deploy token reads the registry of its own project or group alone: take one of the canary's, or above it",
  "not-a-registry": "name the host of the container registry, as images have it, and not that of GitLab's web pages",
};

/**
 * GitLab issues the tokens of its registries at its web host (`/jwt/auth`). That of gitlab.com is known; that of one's
 * own GitLab is for its owner to name under `tokenHosts`.
 */
export const gitlab: Provider = {
  endpoint: (registry) => ({
    ...atOwnHost(registry),
    realms: registry.host === "registry.gitlab.com" ? ["gitlab.com"] : [],
    hints: HINTS,
  }),
  resolve: resolveCommon,
};

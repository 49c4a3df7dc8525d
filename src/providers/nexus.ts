import type { Hints } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized: "most likely the password or user token is wrong or was reset, or the account is disabled",
  denied: "give the user a role with the privilege to read the Docker repository that holds the canary",
  "not-a-registry":
    "name the port or the subdomain of the Docker repository's own connector: mostly not those of Nexus's web pages",
};

/**
 * Sonatype Nexus: each Docker repository has a connector, by port, subdomain or path. It asks for Basic, or with its
 * Docker Bearer Token Realm for a token of the same host (`/v2/token`).
 */
export const nexus: Provider = {
  endpoint: (registry) => ({ ...atOwnHost(registry), hints: HINTS }),
  resolve: resolveCommon,
};

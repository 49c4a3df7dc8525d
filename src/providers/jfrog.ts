import type { Hints } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized:
    "most likely the identity token has expired, was revoked, or belongs to another user than the one named",
  denied: "give the user or its group the permission Read on the Docker repository that holds the canary",
};

/** JFrog Artifactory issues its tokens itself (`/artifactory/api/docker/REPOSITORY/v2/token`). */
export const jfrog: Provider = {
  endpoint: (registry) => ({ ...atOwnHost(registry), hints: HINTS }),
  resolve: resolveCommon,
};

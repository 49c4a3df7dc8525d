import type { Hints } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized:
    "most likely the token was regenerated or revoked, or belongs to another name: " +
    "a robot is ORGANISATION+ROBOT, an OAuth token goes with $oauthtoken, an application's with $app",
  denied: "give the robot or its team the permission Read on that repository",
};

/** quay.io, or one's own Quay: tokens come from the same host (`/v2/auth`). */
export const quay: Provider = {
  endpoint: (registry) => ({ ...atOwnHost(registry), hints: HINTS }),
  resolve: resolveCommon,
};

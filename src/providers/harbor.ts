import type { Hints } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized:
    "most likely the robot has expired (30 days, unless told otherwise), is disabled or has a new secret, " +
    "or its name is not whole: robot$PROJECT+NAME, as Harbor shows it",
  denied: "give the robot the permission to pull repositories of that project; a project's robot pulls in it alone",
};

/**
 * Harbor issues its tokens itself (`/service/token`). With a scope it answers a wrong login too, with a token for
 * nobody (src/core/service/token/creator.go; 2026-11), which pulls what is public.
 */
export const harbor: Provider = {
  endpoint: (registry) => ({ ...atOwnHost(registry), loginApart: true, hints: HINTS }),
  resolve: resolveCommon,
};

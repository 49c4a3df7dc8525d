import type { Hints } from "../model.ts";
import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized: "most likely the access token was deleted, lacks the scope read:package, or belongs to another user",
  denied: "the token needs the scope read:package, and its user the right to see the packages of the canary's owner",
};

/** Gitea and Forgejo issue their tokens themselves (`/v2/token`). */
export const gitea: Provider = {
  endpoint: (registry) => ({ ...atOwnHost(registry), hints: HINTS }),
  resolve: resolveCommon,
};

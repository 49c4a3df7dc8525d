import type { Canary, Hints, Registry } from "../model.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

const HINTS: Hints = {
  unauthorized:
    "most likely the token has expired or was revoked, or the user name is not the one it belongs to: " +
    "an organisation's access token wants the organisation's name",
};

/**
 * Docker Hub: one host in images, another for its API, a third for tokens, and a key of 2013 in docker configs, which
 * kubelet still knows.
 */
export const dockerHub: Provider = {
  endpoint: ({ canary }: Registry) => ({
    url: new URL("https://registry-1.docker.io"),
    server: "https://index.docker.io/v1/",
    realms: ["auth.docker.io"],
    canary: canary && withLibrary(canary),
    hints: HINTS,
  }),
  resolve: resolveCommon,
};

/** The official images: `alpine` is `library/alpine`. */
function withLibrary({ repository, reference }: Canary): Canary {
  return { repository: repository.includes("/") ? repository : `library/${repository}`, reference };
}

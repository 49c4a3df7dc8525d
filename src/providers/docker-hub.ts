import type { Canary, Registry } from "../model.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

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
  }),
  resolve: resolveCommon,
};

/** The official images: `alpine` is `library/alpine`. */
function withLibrary({ repository, reference }: Canary): Canary {
  return { repository: repository.includes("/") ? repository : `library/${repository}`, reference };
}

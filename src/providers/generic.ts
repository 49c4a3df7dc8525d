import type { Registry } from "../model.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

/**
 * Any registry that speaks the distribution API at its own host. Its path only narrows what the docker config's entry
 * is for.
 */
export const generic: Provider = {
  endpoint: ({ host, path, tls, canary }: Registry) => ({
    url: new URL(`${tls.plainHttp ? "http" : "https"}://${host}`),
    server: path === "" ? host : `${host}/${path}`,
    realms: [],
    canary,
  }),
  resolve: resolveCommon,
};

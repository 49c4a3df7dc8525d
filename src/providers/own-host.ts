import type { Endpoint, Registry } from "../model.ts";

/** A registry whose API is at its own host. Its path only narrows what the docker config's entry is for. */
export function atOwnHost({ host, path, tls, canary }: Registry): Endpoint {
  return {
    url: new URL(`${tls.plainHttp ? "http" : "https"}://${host}`),
    server: path === "" ? host : `${host}/${path}`,
    realms: [],
    canary,
  };
}

import { atOwnHost } from "./own-host.ts";
import type { Provider } from "./provider.ts";
import { resolveCommon } from "./resolve.ts";

/** Any registry that speaks the distribution API at its own host. */
export const generic: Provider = { endpoint: atOwnHost, resolve: resolveCommon };

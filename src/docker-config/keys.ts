import { RegcredError } from "../errors.ts";
import type { Location, Problem } from "../errors.ts";

/** A registry that is logged in to, whatever its credential. */
export interface LoginTarget {
  readonly registry: string;
  /** What its entry is for: `https://index.docker.io/v1/`, or a bare lower-case host with port and path. */
  readonly server: string;
  /** Lower case `host[:port]` as images name it. */
  readonly host: string;
  /** The path that the credential is limited to; mostly empty. */
  readonly path: string;
  readonly location: Location;
}

export interface LoginKeys {
  /** By registry, the keys under `auths` that its entry is written under. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly Problem[];
}

/**
 * The keys of each registry, as the tools look them up: `host/path` is what podman, skopeo and kubelet prefer, and
 * docker, helm and regctl only know `host`. Both are written, unless two of the registries share the host.
 *
 * @throws RegcredError `same-host-twice` when two have one key: a docker config has room for one
 */
export function loginKeys(targets: readonly LoginTarget[]): LoginKeys {
  const [first, ...rest] = targets.flatMap((target, index) => sameKey(target, targets.slice(0, index)));
  if (first !== undefined) throw new RegcredError([first, ...rest]);
  const keyed = targets.map((target) => ({ target, other: neighbour(target, targets) }));
  return {
    keys: new Map(keyed.map(({ target, other }) => [target.registry, keysOf(target, other)])),
    warnings: keyed.flatMap(({ target, other }) => (other === undefined ? [] : [pathOnly(target, other)])),
  };
}

/** What docker and crane ask a credential helper for: the whole server of Docker Hub, else the host, never a path. */
export function helperHost({ server, host, path }: LoginTarget): string {
  return path === "" ? server : host;
}

/** Another registry of the same host, for one whose path would be lost in that. */
function neighbour({ registry, host, path }: LoginTarget, all: readonly LoginTarget[]): LoginTarget | undefined {
  return path === "" ? undefined : all.find((other) => other.host === host && other.registry !== registry);
}

function keysOf({ server, host, path }: LoginTarget, other: LoginTarget | undefined): readonly string[] {
  return path === "" || other !== undefined ? [server] : [server, host];
}

function sameKey({ registry, server, location }: LoginTarget, earlier: readonly LoginTarget[]): readonly Problem[] {
  const twin = earlier.find((other) => other.server === server);
  if (twin === undefined) return [];
  const message = `${twin.registry} and ${registry} are both ${server}, where a docker config has room for one login`;
  const hint = `name the one that is meant: regcred login ${twin.registry}, or regcred login ${registry}`;
  return [{ code: "same-host-twice", message, hint, location }];
}

function pathOnly({ registry, server, location }: LoginTarget, other: LoginTarget): Problem {
  const message = `${registry}: its login stands under ${server} alone, since ${other.registry} has the same host: podman and skopeo find it there, docker, helm, crane and regctl do not`;
  const hint = `for those, log in to one of them at a time: regcred login ${registry}`;
  return { code: "path-login", message, hint, location };
}

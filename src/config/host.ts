/** Where a registry is. */
export interface Host {
  /** Lower case `host[:port]`, as images name it. */
  readonly host: string;
  /** Without slashes at its ends; mostly empty. */
  readonly path: string;
}

/** Why a text is no host, in words that do not repeat it. */
export interface HostFailure {
  readonly message: string;
  readonly hint: string;
}

/** The host of the types that have one only, as images name it. */
export const FIXED_HOSTS: ReadonlyMap<string, string> = new Map([
  ["docker-hub", "docker.io"],
  ["ecr-public", "public.ecr.aws"],
  ["ghcr", "ghcr.io"],
  ["digitalocean", "registry.digitalocean.com"],
  ["redhat", "registry.redhat.io"],
  ["cloudsmith", "docker.cloudsmith.io"],
]);

/** What people write for Docker Hub, whose API, index and image names have hosts of their own. */
const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"]);
const SCHEME = /^(?:https?|oci|docker):\/\//iu;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const AUTHORITY = new RegExp(String.raw`^(\[[0-9a-f:.]+\]|${LABEL}(?:\.${LABEL})*)(?::([1-9][0-9]{0,4}))?$`, "u");
/** A repository's path (OCI distribution specification, "Pulling manifests"). */
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const PATH = new RegExp(`^(?:${COMPONENT}(?:/${COMPONENT})*)?$`, "u");

/** Reads what people paste: with a scheme, a slash at the end, upper case, `/v2/`, or one of Docker Hub's names. */
export function parseHost(text: string, type: string): Host | HostFailure {
  const bare = text.replace(SCHEME, "").toLowerCase();
  const [authority = "", ...rest] = bare.split("/");
  if (authority.includes("@")) return failure("has a user name or password in front of it", "put them under `auth`");
  if (/[?#\\]|:\/\//u.test(bare))
    return failure("is no host", "say `host[:port][/path]`, such as `harbor.internal:8443`");
  if (/^[0-9a-f]*:[0-9a-f.]*:/u.test(authority))
    return failure("is an IPv6 address without brackets", "write `[…]` around it, before the port");
  const server = parseAuthority(authority);
  if (server === undefined)
    return failure(
      "is no host",
      "say `host[:port][/path]` with letters, digits, `-` and `.`, such as `harbor.internal:8443`",
    );
  const path = rest.filter((part) => part !== "").join("/");
  return withType({ host: server, path: /^v[12]$/u.test(path) ? "" : path }, type);
}

function withType({ host, path }: Host, type: string): Host | HostFailure {
  const isHub = DOCKER_HUB.has(host.replace(/:443$/u, ""));
  if (type === "docker-hub" && !isHub) return failure("is not Docker Hub", "remove `host`, or say `type: generic`");
  if (type === "docker-hub" && path !== "")
    return failure("has a path, and Docker Hub takes one login for all of it", "remove the path");
  if (type !== "docker-hub" && isHub)
    return failure("is Docker Hub, which differs from other registries", "say `type: docker-hub`");
  if (type === "ghcr" && host !== FIXED_HOSTS.get(type)) return notGhcr(host);
  if (type === "gitlab" && host === "gitlab.com")
    return failure("is GitLab itself, and not its registry", "say `registry.gitlab.com`, as images have it");
  if (!PATH.test(path))
    return failure("has a path that no repository can have", "remove it, or name the start of the repositories' names");
  return { host: isHub ? "docker.io" : host, path };
}

/** What `type: ghcr` may read, `GITHUB_TOKEN`, is for GitHub's own registry and for no other host. */
function notGhcr(host: string): HostFailure {
  const hint = host === "ghcr.io:443" ? "remove the port" : "remove `host`; GitHub Enterprise's own is `type: generic`";
  return failure("is not `ghcr.io`", hint);
}

/** `host[:port]` in its canonical form; undefined for what is none. */
function parseAuthority(authority: string): string | undefined {
  const [, name, port] = AUTHORITY.exec(authority) ?? [];
  if (name === undefined || Number(port ?? 1) > 65_535 || !URL.canParse(`http://${name}`)) return undefined;
  const { hostname } = new URL(`http://${name}`);
  // `0x7f.1` and `127.1` are 127.0.0.1 to a URL parser: nobody writes an address like that for a good reason.
  if (hostname !== name && !name.startsWith("[")) return undefined;
  return port === undefined ? hostname : `${hostname}:${port}`;
}

/** Whether a text is an exact `host[:port]`, as `tokenHosts` wants it. */
export function isExactHost(text: string): boolean {
  return parseAuthority(text.toLowerCase()) !== undefined;
}

export function isHost(result: Host | HostFailure): result is Host {
  return "host" in result;
}

/** A host with its path, as one writes it. */
export function hostText({ host, path }: Host): string {
  return path === "" ? host : `${host}/${path}`;
}

function failure(message: string, hint: string): HostFailure {
  return { message, hint };
}

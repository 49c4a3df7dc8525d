import { end } from "./ending.ts";
import type { Ending, Target } from "./ending.ts";
import { nameOf } from "./origin.ts";

/**
 * Whether the credential may be sent where a challenge wants it. The realm is the other side's word: a registry, or
 * whoever stands in for it, could name any host (CVE-2020-15157, CVE-2026-48978).
 *
 * Allowed, all with the registry's own scheme: its own host and port, the realms that its provider names, and
 * `tokenHosts`.
 */
export function judgeRealm(realm: string | undefined, { registry, endpoint }: Target): URL | Ending {
  const base = new URL("/v2/", endpoint.url);
  if (realm === undefined || realm === "" || !URL.canParse(realm, base.href)) {
    const message = `${registry.host} asks for a token without saying where to get one`;
    return end("error", "challenge", message, "its WWW-Authenticate header has no usable realm: a fault of the server");
  }
  const url = new URL(realm, base);
  if (url.username !== "" || url.password !== "") {
    return refuse(url, "with a user name of its own", "no honest registry does that: do not trust this one");
  }
  if (url.protocol !== base.protocol) {
    return refuse(
      url,
      `but is reached over ${base.protocol.slice(0, -1)} itself`,
      "the server's realm must have the same scheme",
    );
  }
  const allowed = [base.host, ...[...endpoint.realms, ...registry.tokenHosts].map((host) => hostOf(host, base))];
  if (allowed.includes(url.host)) return url;
  const hint = `if you trust that host with the credential, add to the registry's entry: tokenHosts: ["${url.host}"]`;
  return refuse(url, "which is not among the hosts that may get it", url.host.length <= 255 ? hint : "do not trust it");
}

function refuse(url: URL, why: string, hint: string): Ending {
  return end("refused-realm", "challenge", `the registry wants the credential sent to ${nameOf(url)}, ${why}`, hint);
}

/** `host:443` and `host` are one for HTTPS; what cannot be parsed is compared with as it is and matches nothing. */
function hostOf(host: string, { protocol }: URL): string {
  const text = `${protocol}//${host}`;
  return URL.canParse(text) ? new URL(text).host : host;
}

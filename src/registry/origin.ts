import type { CheckStage } from "../model.ts";
import { end } from "./ending.ts";
import type { RedirectRule } from "./exchange.ts";

/** Same scheme, host and port, and no user name or password that the other side chose. */
function isSameOrigin(a: URL, b: URL): boolean {
  return a.origin === b.origin && a.username === "" && a.password === "";
}

/** The ping and the token request carry credentials or decide where they go: they stay where they are. */
export function stayingAtHome(stage: CheckStage): RedirectRule {
  return (location, ask) => {
    if (isSameOrigin(location, ask.url)) return { ...ask, url: location };
    const message = `${ask.url.origin} redirects to ${nameOf(location)}: not followed`;
    const hint =
      "a registry answers itself: name the one that it points to as host, or look for a proxy or sign-in page";
    return end("refused-realm", stage, message, hint);
  };
}

/**
 * A manifest may lie elsewhere, at a storage service say (OCI distribution-spec, "Redirects"): followed there, but with
 * empty hands.
 */
export const leavingCredentialsBehind: RedirectRule = (location, ask) => {
  if (isSameOrigin(location, ask.url)) return { ...ask, url: location };
  const downgrade = ask.url.protocol === "https:" && location.protocol !== "https:";
  if (downgrade || location.username !== "" || !["http:", "https:"].includes(location.protocol)) {
    const message = `${ask.url.host} redirects the canary to ${nameOf(location)}: not followed`;
    return end(
      "error",
      "pull",
      message,
      "what is reached over HTTPS may only lead to HTTPS: this is a fault of the server",
    );
  }
  return { ...ask, url: location, authorization: undefined };
};

/** Host names as the URL standard parses them hold nothing that could garble a line. */
export function nameOf(url: URL): string {
  return ["http:", "https:"].includes(url.protocol) && url.host.length <= 255
    ? url.origin
    : "something that is no web address";
}

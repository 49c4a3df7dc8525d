import type { Canary } from "../model.ts";
import { parseHost, isHost } from "./host.ts";
import type { Host } from "./host.ts";

const REFERENCE = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/u;

/**
 * A canary with its tag or digest (a digest wins, nothing means `latest`); undefined when it names another registry.
 *
 * @param text has the form that the schema asks for; may start with the registry's own host, as images do.
 */
export function parseCanary(text: string, type: string, registry: Host): Canary | undefined {
  const [, repository = "", tag, digest] = REFERENCE.exec(withoutHost(text, type, registry)) ?? [];
  // Upper case and a port are parts of hosts only.
  if (!/^[^A-Z:]+$/u.test(repository) || tag?.includes("/") === true) return undefined;
  return { repository, reference: digest ?? tag ?? "latest" };
}

function withoutHost(text: string, type: string, { host }: Host): string {
  const slash = text.indexOf("/");
  if (slash === -1) return text;
  const first = parseHost(text.slice(0, slash), type);
  return isHost(first) && first.host === host ? text.slice(slash + 1) : text;
}

import type { HttpAnswer } from "../io/ports.ts";
import { parseChallenges } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import { end } from "./ending.ts";
import type { Ending, Target } from "./ending.ts";
import type { Exchange } from "./exchange.ts";
import { stayingAtHome } from "./origin.ts";
import type { Secret } from "../secret.ts";

/** The door stands open, or wants one of these challenges met. */
export type Ping =
  { readonly kind: "open" } | { readonly kind: "challenged"; readonly challenges: readonly Challenge[] };

/** `GET /v2/` without a credential (OCI distribution-spec, "Determining Support"). */
export async function ping(exchange: Exchange, target: Target): Promise<Ping | Ending> {
  const { host } = target.registry;
  const answer = await askPing(exchange, target, "ping");
  if (answer.kind === "ending") return answer;
  if (answer.status === 401) return { kind: "challenged", challenges: challengesOf(answer) };
  if (answer.status === 403) {
    const hint = "it refuses even to be asked: most likely an allow-list of addresses or a firewall in front of it";
    return end("unauthorized", "ping", `${host} refuses this machine (403)`, hint);
  }
  return judgeDoor(answer, "ping", target) ?? { kind: "open" };
}

/** The ping with a credential, at stage token: does the registry accept it? */
export async function pingWith(
  exchange: Exchange,
  target: Target,
  authorization: Secret,
): Promise<HttpAnswer | Ending> {
  const answer = await askPing(exchange, target, "token", authorization);
  if (answer.kind === "ending" || answer.status === 401 || answer.status === 403) return answer;
  return judgeDoor(answer, "token", target) ?? answer;
}

export function challengesOf({ headers }: HttpAnswer): readonly Challenge[] {
  return parseChallenges(headers.get("www-authenticate") ?? []);
}

/** A web page where the protocol has none: a portal, a proxy, or a server of another kind. */
export function isWebPage({ headers, body }: HttpAnswer): boolean {
  const type = headers.get("content-type")?.[0] ?? "";
  return /html/i.test(type) || body.trimStart().startsWith("<");
}

async function askPing(exchange: Exchange, { endpoint }: Target, stage: "ping" | "token", authorization?: Secret) {
  const url = new URL("/v2/", endpoint.url);
  return exchange.ask(stage, { method: "GET", url, authorization }, stayingAtHome(stage));
}

function judgeDoor(answer: HttpAnswer, stage: "ping" | "token", { registry, endpoint }: Target): Ending | null {
  if (answer.status === 200 && !isWebPage(answer)) return null;
  const what = answer.status === 200 ? "with a web page" : `with ${answer.status}`;
  const message = `${registry.host} answers GET /v2/ ${what}: no registry speaks there`;
  const hint =
    "check host and port, whether it wants HTTPS (tls.plainHttp), and for a proxy or sign-in page in between";
  return end("not-a-registry", stage, message, endpoint.hints?.["not-a-registry"] ?? hint);
}

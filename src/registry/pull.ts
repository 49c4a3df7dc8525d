import type { HttpAnswer } from "../io/ports.ts";
import type { Canary } from "../model.ts";
import { end, endUnexpected } from "./ending.ts";
import type { Ending, Target } from "./ending.ts";
import type { Exchange } from "./exchange.ts";
import { logIn } from "./login.ts";
import type { Pass } from "./login.ts";
import { leavingCredentialsBehind } from "./origin.ts";
import { challengesOf, isWebPage } from "./ping.ts";
import { readRateLimit } from "./rate-limit.ts";

/** Without these, some registries answer with the manifests of 2015, or 404. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** HEAD of the canary's manifest: the proof of the right to pull, and free of charge at Docker Hub. */
export async function pull(exchange: Exchange, target: Target, canary: Canary, pass: Pass): Promise<Ending> {
  const answer = await headManifest(exchange, target, canary, pass);
  if (answer.kind === "ending") return { ...answer, proved: pass.proved, canPush: pass.canPush };
  const challenges = challengesOf(answer);
  // Some doors stand open while the rooms are locked (Nexus, Artifactory with anonymous access).
  if (answer.status === 401 && pass.stage === "ping" && challenges.length > 0) {
    const earned = await logIn(exchange, target, challenges);
    return earned.kind === "ending" ? earned : pull(exchange, target, canary, earned);
  }
  const ending = judge(answer, target, canary);
  const proved = ending.status === "ok" ? "pull" : pass.proved;
  return { ...ending, proved, canPush: pass.canPush, rateLimit: readRateLimit(answer) };
}

function headManifest(exchange: Exchange, { endpoint }: Target, canary: Canary, { authorization }: Pass) {
  const url = new URL(`/v2/${canary.repository}/manifests/${canary.reference}`, endpoint.url);
  return exchange.ask(
    "pull",
    { method: "HEAD", url, headers: { accept: MANIFESTS }, authorization },
    leavingCredentialsBehind,
  );
}

function judge(answer: HttpAnswer, { registry, endpoint, credential }: Target, canary: Canary): Ending {
  const image = `${canary.repository}${canary.reference.includes(":") ? "@" : ":"}${canary.reference}`;
  if (answer.status === 200 && !isWebPage(answer)) return end("ok", "pull", `may pull ${image}`);
  if (answer.status === 401 || answer.status === 403) {
    const who = credential.login.kind === "basic" ? "this login" : "anonymous access";
    const hint = endpoint.hints?.denied ?? "give its account or token the right to read (pull) that repository";
    return end("denied", "pull", `${registry.host} does not let ${who} pull ${image} (${answer.status})`, hint);
  }
  if (answer.status === 404) {
    const hint =
      "either there is no such repository or tag, or this login may not see it: registries answer 404 for both";
    return end("not-found", "pull", `${registry.host} has no ${image} for this login (404)`, hint);
  }
  return endUnexpected(answer, "pull", registry.host);
}

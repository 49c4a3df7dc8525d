import type { Canary } from "../model.ts";
import type { Secret } from "../secret.ts";
import { tellsPush } from "./access.ts";
import { basicOf } from "./basic.ts";
import type { Challenge } from "./challenge.ts";
import { end } from "./ending.ts";
import type { Ending, Target } from "./ending.ts";
import type { Exchange } from "./exchange.ts";
import { challengesOf, pingWith } from "./ping.ts";
import { judgeRealm } from "./realm.ts";
import { refused, requestToken } from "./token.ts";

/** What a login earned. */
export interface Pass {
  readonly kind: "pass";
  readonly authorization: Secret | undefined;
  /** The credential was asked for and accepted; an anonymous token proves nothing. */
  readonly proved: "nothing" | "login";
  readonly canPush: boolean | null;
  readonly stage: "ping" | "token";
}

const UNASKED = { kind: "pass", proved: "nothing", canPush: null, stage: "ping" } as const;

/**
 * Shows the credential at a door that stands open to everybody: a wrong one would be let in unseen, and then rendered.
 * A registry with anonymous access refuses it nevertheless (Nexus, Artifactory); one that looks at none proves nothing.
 */
export async function logInUnasked(exchange: Exchange, target: Target): Promise<Pass | Ending> {
  const { login } = target.credential;
  if (login.kind === "anonymous") return { ...UNASKED, authorization: undefined };
  const authorization = basicOf(login);
  const answer = await pingWith(exchange, target, authorization);
  if (answer.kind === "ending") return answer;
  if (answer.status === 200) return { ...UNASKED, authorization };
  const bearer = challengesOf(answer).find(({ scheme }) => scheme === "bearer");
  return bearer === undefined
    ? refused(target, target.registry.host, answer.status)
    : logInWithToken(exchange, target, bearer);
}

/**
 * Meets one of the challenges: Bearer before Basic, as containerd does, so that what is checked is what nodes will do.
 */
export async function logIn(
  exchange: Exchange,
  target: Target,
  challenges: readonly Challenge[],
): Promise<Pass | Ending> {
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) return logInWithToken(exchange, target, bearer);
  if (challenges.some(({ scheme }) => scheme === "basic")) return logInWithBasic(exchange, target);
  const { host } = target.registry;
  const hint =
    "regcred knows Basic and Bearer, as nodes do: check that no proxy with a login of its own stands in between";
  return end("unauthorized", "challenge", `${host} asks for a login (401), but offers neither Bearer nor Basic`, hint);
}

async function logInWithToken(exchange: Exchange, target: Target, { parameters }: Challenge): Promise<Pass | Ending> {
  const { login } = target.credential;
  const realm = judgeRealm(parameters.get("realm"), target);
  if ("kind" in realm) return realm;
  const { canary, loginApart = false } = target.endpoint;
  const ask = (scope: string | undefined) =>
    requestToken(exchange, { realm, service: parameters.get("service"), scope }, target);
  const proof = loginApart && login.kind === "basic" ? await ask(undefined) : undefined;
  if (proof !== undefined && "kind" in proof) return proof;
  const token = proof !== undefined && canary === undefined ? proof : await ask(canary && scopeOf(canary));
  if ("kind" in token) return token;
  const authorization = token.map((value) => `Bearer ${value}`);
  const proved = login.kind === "basic" ? "login" : "nothing";
  const pass: Pass = { kind: "pass", authorization, proved, canPush: tellsPush(token), stage: "token" };
  return canary === undefined && login.kind === "basic" ? proveToken(exchange, target, pass, authorization) : pass;
}

function scopeOf({ repository }: Canary): string {
  return `repository:${repository}:pull`;
}

/** Without a canary, whether the registry takes the token is seen at its door, as `docker login` does. */
async function proveToken(exchange: Exchange, target: Target, pass: Pass, token: Secret): Promise<Pass | Ending> {
  const answer = await pingWith(exchange, target, token);
  if (answer.kind === "ending") return answer;
  if (answer.status === 200) return pass;
  const message = `${target.registry.host} refuses the token that its own token server issued (${answer.status})`;
  return end(
    "unauthorized",
    "token",
    message,
    "check that both have the same clock, issuer and service, and that the account is active",
  );
}

async function logInWithBasic(exchange: Exchange, target: Target): Promise<Pass | Ending> {
  const { host } = target.registry;
  const { login } = target.credential;
  if (login.kind === "anonymous") return { ...refused(target, host, 401), stage: "challenge" };
  const authorization = basicOf(login);
  const answer = await pingWith(exchange, target, authorization);
  if (answer.kind === "ending") return answer;
  if (answer.status !== 200) return refused(target, host, answer.status);
  return { kind: "pass", authorization, proved: "login", canPush: null, stage: "token" };
}

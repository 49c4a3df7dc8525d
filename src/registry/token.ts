import type { HttpAnswer } from "../io/ports.ts";
import type { Login } from "../model.ts";
import { isJsonObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { Secret } from "../secret.ts";
import { basicOf } from "./basic.ts";
import { end, endUnexpected } from "./ending.ts";
import type { Ending, Target } from "./ending.ts";
import type { Ask, Exchange } from "./exchange.ts";
import { stayingAtHome } from "./origin.ts";

export interface TokenQuestion {
  readonly realm: URL;
  readonly service: string | undefined;
  /** `repository:NAME:pull`; without one, the token proves the login alone. */
  readonly scope: string | undefined;
}

/**
 * Asks a realm for a token (distribution's auth/token spec): GET with Basic. A server that knows no such GET may know
 * the password grant of its OAuth2 sibling, which common clients never try.
 */
export async function requestToken(
  exchange: Exchange,
  question: TokenQuestion,
  target: Target,
): Promise<Secret | Ending> {
  const { realm } = question;
  const { login } = target.credential;
  let answer = await exchange.ask("token", getToken(question, login), stayingAtHome("token"));
  if (answer.kind === "answer" && (answer.status === 404 || answer.status === 405) && login.kind === "basic") {
    answer = await exchange.ask("token", postPassword(question, login), stayingAtHome("token"));
  }
  if (answer.kind === "ending") return answer;
  if (isRefusal(answer)) return refused(target, realm.host, answer.status);
  if (answer.status !== 200) return endUnexpected(answer, "token", realm.host);
  return (
    readToken(answer.body) ?? end("error", "token", `${realm.host} answered the login without a token`, NO_TOKEN_HINT)
  );
}

const NO_TOKEN_HINT = "its answer is not what the token specification wants: check that the realm is a token server";

/** How a login that is not accepted is told, by a realm as by a registry. */
export function refused({ endpoint, credential }: Target, host: string, status: number): Ending {
  if (credential.login.kind === "anonymous") {
    const hint = "give the registry's entry a login: auth: { basic: { username, password } }";
    return end("unauthorized", "token", `${host} refuses anonymous access (${status})`, hint);
  }
  const hint =
    "most likely the password or token is wrong, expired or revoked, or the user name is not the one it belongs to";
  const message = `${host} refuses the user name and password (${status})`;
  return end("unauthorized", "token", message, endpoint.hints?.unauthorized ?? hint);
}

function getToken({ realm, service, scope }: TokenQuestion, login: Login): Ask {
  const url = new URL(realm); // with the realm's own query, which GitLab uses
  if (service !== undefined) url.searchParams.set("service", service);
  if (scope !== undefined) url.searchParams.set("scope", scope);
  return { method: "GET", url, authorization: login.kind === "basic" ? basicOf(login) : undefined };
}

function postPassword({ realm, service, scope }: TokenQuestion, login: Extract<Login, { kind: "basic" }>): Ask {
  const body = login.password.map((password) => {
    const form = new URLSearchParams({ grant_type: "password", client_id: "regcred", access_type: "online" });
    if (service !== undefined) form.set("service", service);
    if (scope !== undefined) form.set("scope", scope);
    form.set("username", login.username);
    form.set("password", password);
    return form.toString();
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url: realm, headers, body };
}

/** 401, 403, or RFC 6749's (section 5.2) 400 for credentials that are not valid. */
function isRefusal({ status, body }: HttpAnswer): boolean {
  if (status === 400) return ["invalid_grant", "invalid_client"].includes(String(membersOf(body)["error"]));
  return status === 401 || status === 403;
}

/** `access_token` and `token` are equivalent; what cannot stand in a header is no token. */
function readToken(body: string): Secret | null {
  const answer = membersOf(body);
  const token = [answer["access_token"], answer["token"]].find((value) => typeof value === "string" && value !== "");
  return typeof token === "string" && /^[\x21-\x7e]+$/.test(token) ? new Secret(token) : null;
}

/** An answer that is no JSON object has none. */
function membersOf(body: string): JsonObject {
  const answer = parseJson(body);
  return isJsonObject(answer) ? answer : {};
}

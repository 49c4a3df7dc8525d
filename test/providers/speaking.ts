import type { ServerResponse } from "node:http";
import { http } from "../../src/io/http.ts";
import type { Connection } from "../../src/io/ports.ts";
import { serveHttp } from "../registry/servers.ts";
import type { Heard, TestServer } from "../registry/servers.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** How a registry speaks, as far as a login can see. */
export interface Speech {
  /** The origin of its API. */
  readonly api: string;
  /** The value of `WWW-Authenticate` where no login is sent. */
  readonly challenge: string;
  /** Its token server; one without asks for Basic. */
  readonly tokens?: Tokens;
  /** Its answer to a wrong password, at whichever server judges it. */
  readonly refusal: Answer;
  /** Its answer to a login that may not pull. */
  readonly denial: Answer & { readonly challenge?: string };
}

interface Tokens {
  /** Without a query. */
  readonly url: string;
  readonly service: string;
  readonly answer: (token: string) => unknown;
  /** Asked for a scope, it answers a wrong login with a token for nobody. */
  readonly forgiving?: boolean;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** `acme/api` is for the account, `acme/locked` for nobody, `acme/public` for everybody. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  "acme/api": ["user"],
  "acme/locked": [],
  "acme/public": ["user", "nobody"],
};

/** Who sends this header: the account, nobody, or somebody who failed. */
function whoIs(authorization: string | undefined, { username, password }: Account): "user" | "nobody" | "stranger" {
  if (authorization === undefined) return "nobody";
  const right = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return authorization === right ? "user" : "stranger";
}

/** Serves a registry and its token server over real sockets; by origin. */
export async function speak(speech: Speech, account: Account): Promise<ReadonlyMap<string, TestServer>> {
  const tokenOrigin = speech.tokens && new URL(speech.tokens.url).origin;
  const origins = [...new Set([speech.api, tokenOrigin ?? speech.api])];
  const answer = (request: Heard, response: ServerResponse) => {
    const url = new URL(request.path, speech.api);
    const { tokens } = speech;
    if (tokens !== undefined && url.pathname === new URL(tokens.url).pathname)
      answerToken(request, url, response, { speech, tokens, account });
    else answerApi(request, url, response, { speech, account });
  };
  const servers = origins.map(async (origin) => [origin, await serveHttp(answer)] as const);
  return new Map(await Promise.all(servers));
}

interface Setting {
  readonly speech: Speech;
  readonly account: Account;
}

function answerToken(
  { method, authorization }: Heard,
  { searchParams }: URL,
  response: ServerResponse,
  { speech, tokens, account }: Setting & { readonly tokens: Tokens },
): void {
  const scope = searchParams.get("scope");
  const who = whoIs(authorization, account);
  const isKnown = who === "user" || (who === "nobody" && scope !== null);
  const isForgiven = who === "stranger" && scope !== null && tokens.forgiving === true;
  const isRight = method === "GET" && searchParams.get("service") === tokens.service;
  if (!isRight) reply(response, { status: 400, body: {} });
  else if (isKnown || isForgiven)
    reply(response, { status: 200, body: tokens.answer(`${who === "user" ? "user" : "nobody"}.${scope ?? ""}`) });
  else reply(response, speech.refusal);
}

function answerApi(
  { method, authorization }: Heard,
  { pathname }: URL,
  response: ServerResponse,
  { speech, account }: Setting,
): void {
  const [, repository] = /^\/v2\/(.+)\/manifests\/[^/]+$/.exec(pathname) ?? [];
  const [, bearer, scope] = /^Bearer (user|nobody)\.(.*)$/.exec(authorization ?? "") ?? [];
  const who = speech.tokens === undefined ? whoIs(authorization, account) : (bearer ?? "stranger");
  const inScope = speech.tokens === undefined || scope === `repository:${repository ?? ""}:pull`;
  if (authorization === undefined) reply(response, { status: 401, body: {} }, speech.challenge);
  else if (who === "stranger") reply(response, speech.refusal, speech.challenge);
  else if (repository === undefined)
    reply(response, { status: who === "user" ? 200 : 401, body: {} }, speech.challenge);
  else if (method === "HEAD" && inScope && READERS[repository]?.includes(who))
    reply(response, { status: 200, body: {} });
  else reply(response, speech.denial, speech.denial.challenge);
}

function reply(response: ServerResponse, { status, body }: Answer, challenge?: string): void {
  const headers = challenge === undefined ? {} : { "www-authenticate": challenge };
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** A server that should hear nothing; it welcomes everybody. */
export function collector(): Promise<TestServer> {
  return serveHttp((_, response) => response.end('{"token":"user.x"}'));
}

/**
 * A connection on which public origins lead to loopback servers, as if DNS said so; all else is the real adapter. Throws
 * for an origin that no test expects.
 */
export function connectTo(servers: ReadonlyMap<string, TestServer>): Connection {
  const [first] = servers.values();
  const inner = http.connect({ insecure: false, origin: new URL(`http://${first?.host ?? ""}`) });
  return {
    send: (request) => {
      const server = servers.get(request.url.origin);
      if (server === undefined) throw new Error(`nothing should go to ${request.url.origin}`);
      const url = new URL(request.url.pathname + request.url.search, `http://${server.host}`);
      return inner.send({ ...request, url });
    },
    close: () => inner.close(),
  };
}

import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Access, Need } from "./access.ts";
import { answerOf, Refusal, refusal } from "./answers.ts";
import type { Answer, Fault } from "./answers.ts";
import type { Repository } from "./repository.ts";

/** A string is the end of the path (`/git/trees`), without prefix and query, and decoded. */
export type Pattern = string | RegExp;

/** What the front was asked, and how it answered. */
export interface Heard {
  readonly method: string;
  /** With its query, as it was sent, without the prefix of an Enterprise server. */
  readonly path: string;
  /** 0: the connection was cut without an answer. */
  readonly status: number;
}

/** A request that came through the door. */
export interface Call {
  readonly repository: Repository;
  readonly method: string;
  /** What follows the repository's name, decoded: `/git/refs/heads/main`. */
  readonly rest: string;
  /** `?recursive=1`, or nothing. */
  readonly search: string;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly bytes: number;
  readonly login: string;
  /** Of the API, with its prefix. */
  readonly url: string;
}

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly need: Need;
  readonly answer: (call: Call) => Promise<Answer>;
}

interface Planned {
  readonly method: string;
  readonly pattern: Pattern;
  readonly what: Fault | (() => Promise<unknown>);
  left: number;
}

interface Parsed {
  readonly method: string;
  readonly path: string;
  readonly decoded: string;
  readonly search: string;
}

/** The door: HTTP, tokens, what a test has planned for a request, and one request at a time. */
export class Front {
  readonly requests: Heard[] = [];
  readonly #prefix: string;
  readonly #planned: Planned[] = [];
  readonly #server: Server;
  #turn: Promise<unknown> = Promise.resolve();
  #rooms: { repository: Repository; access: Access; routes: readonly Route[] } | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy()); // a client that went away
    });
  }

  /** Gives its origin, without the prefix. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  open(repository: Repository, access: Access, routes: readonly Route[]): void {
    this.#rooms = { repository, access, routes };
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  /** The next `times` requests that match have this instead of their answer, or before it. */
  plan(method: string, pattern: Pattern, what: Fault | (() => Promise<unknown>), times = 1): void {
    this.#planned.push({ method, pattern, what, left: times });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://localhost");
    const path = url.pathname.slice(this.#prefix.length);
    const { method = "" } = request;
    const parsed = { method, path, decoded: decode(path), search: url.search };
    const known = url.pathname.startsWith(`${this.#prefix}/`);
    const body = await bodyOf(request);
    const answer = known ? await this.#answer(parsed, request, body) : refusal(404, "Not Found").answer;
    this.requests.push({ method, path: path + url.search, status: answer?.status ?? 0 });
    if (answer === null) response.destroy();
    else write(response, answer);
  }

  async #answer(parsed: Parsed, request: IncomingMessage, body: Buffer): Promise<Answer | null> {
    const fault = this.#take(parsed, isFault);
    const instead = fault === undefined ? undefined : answerOf(fault);
    if (instead) return instead;
    const answer = await this.#handle(parsed, request, body).catch(asAnswer);
    return instead === null ? null : answer;
  }

  async #handle(parsed: Parsed, { headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    if (this.#rooms === undefined) throw refusal(503, "Service unavailable");
    const { repository, access, routes } = this.#rooms;
    if ((headers["user-agent"] ?? "") === "")
      throw refusal(
        403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
      );
    const { login, ...holder } = access.holderOf(headers.authorization);
    const rest = restOf(parsed.decoded, repository.name);
    const route = routes.find(({ method, path }) => method === parsed.method && rest !== null && path.test(rest));
    if (route === undefined || rest === null) throw refusal(404, "Not Found");
    access.check({ login, ...holder }, route.need);
    const { method, search } = parsed;
    const url = `http://${headers.host ?? ""}${this.#prefix}`;
    const call = { repository, method, rest, search, body: jsonOf(body), bytes: body.length, login, url };
    // Before its turn: what the hook does may itself want one.
    await this.#take(parsed, isHook)?.();
    const { area, right } = route.need;
    const answer = await this.exclusively(() => route.answer(call));
    return { ...answer, headers: { "x-accepted-github-permissions": `${area}=${right}`, ...answer.headers } };
  }

  /** Waits for the request before, so that no rule is judged on a state that changes meanwhile. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #take<T extends Planned["what"]>(parsed: Parsed, is: (what: Planned["what"]) => what is T): T | undefined {
    for (const planned of this.#planned) {
      if (planned.left === 0 || planned.method !== parsed.method || !matches(planned.pattern, parsed.decoded)) continue;
      if (!is(planned.what)) continue;
      planned.left -= 1;
      return planned.what;
    }
    return undefined;
  }
}

const isFault = (what: Planned["what"]): what is Fault => typeof what !== "function";
const isHook = (what: Planned["what"]): what is () => Promise<unknown> => typeof what === "function";

function matches(pattern: Pattern, path: string): boolean {
  return typeof pattern === "string" ? path.endsWith(pattern) : pattern.test(path);
}

/** Octokit sends `heads%2Fx`. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Names of repositories are the same in any case. */
function restOf(path: string, repository: string): string | null {
  const start = `/repos/${repository}`;
  if (path.slice(0, start.length).toLowerCase() !== start.toLowerCase()) return null;
  const rest = path.slice(start.length);
  return rest === "" || rest.startsWith("/") ? rest : null;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function jsonOf(body: Buffer): Call["body"] {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch {
    throw refusal(400, "Problems parsing JSON");
  }
}

/** A fault of this front itself is a 500 that says what it was. */
function asAnswer(error: unknown): Answer {
  return error instanceof Refusal ? error.answer : refusal(500, String(error)).answer;
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  const reset = `${Math.floor(Date.now() / 1000) + 3600}`;
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4999",
    "x-ratelimit-reset": reset,
    "x-ratelimit-resource": "core",
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

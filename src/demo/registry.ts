import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse, routeOf, serve } from "./api.ts";
import type { ApiAnswer } from "./api.ts";
import { basicGate, bearerGate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import { Store } from "./store.ts";
import { Users } from "./users.ts";
import type { User } from "./users.ts";

export interface RegistryOptions {
  readonly auth: "basic" | "bearer";
  readonly users: Readonly<Record<string, User>>;
}

export interface EmbeddedRegistry {
  /** `127.0.0.1:PORT`; it speaks plain HTTP. */
  readonly host: string;
  /** `METHOD /path?query` of all that was asked so far. */
  readonly requests: readonly string[];
  readonly setPassword: (user: string, password: string) => void;
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Starts a registry that lives in memory: the real distribution API on loopback, with users, and Basic or Bearer
 * logins.
 */
export async function startRegistry({ auth, users: given }: RegistryOptions): Promise<EmbeddedRegistry> {
  const users = new Users(given);
  const gate = auth === "basic" ? basicGate(users) : bearerGate(users);
  const store = new Store();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    answer(request, gate, store).then(
      (reply) => write(response, reply),
      () => write(response, refuse(400, "UNSUPPORTED")),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    requests,
    setPassword: (user, password) => users.setPassword(user, password),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answer(request: IncomingMessage, gate: Gate, store: Store): Promise<ApiAnswer> {
  const method = request.method ?? "";
  const url = new URL(request.url ?? "", "http://localhost");
  if (url.pathname === "/token") return answerToken(request, gate, url);
  const route = routeOf(url.pathname);
  if (route === undefined && url.pathname !== "/v2/") return refuse(404, "NAME_UNKNOWN");
  const action = method === "GET" || method === "HEAD" ? "pull" : "push";
  const admission = gate.admit(request, { repository: route?.repository ?? null, action });
  if (admission.kind === "challenge")
    return { ...refuse(401, "UNAUTHORIZED"), headers: { "www-authenticate": admission.challenge } };
  if (admission.kind === "denied") return refuse(403, "DENIED");
  if (route === undefined) return { status: 200, body: {} };
  const body = await readBody(request);
  return serve(store, route, { method, url, contentType: request.headers["content-type"] ?? "", body });
}

function answerToken(request: IncomingMessage, gate: Gate, url: URL): ApiAnswer {
  const token = gate.token(request, url);
  if (token === undefined) return refuse(404, "NAME_UNKNOWN");
  if (request.method !== "GET") return refuse(405, "UNSUPPORTED");
  return token === null ? refuse(401, "UNAUTHORIZED") : { status: 200, body: token };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Uint8Array = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) throw new RangeError("body too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  const json = body !== undefined && !Buffer.isBuffer(body);
  const bytes = json ? Buffer.from(JSON.stringify(body)) : (body ?? Buffer.alloc(0));
  response.writeHead(status, {
    "docker-distribution-api-version": "registry/2.0",
    ...(json ? { "content-type": "application/json" } : {}),
    ...headers,
    "content-length": bytes.length,
  });
  response.end(bytes); // Node.js leaves the body out for HEAD
}

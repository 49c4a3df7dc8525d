import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import type { Server as TcpServer, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { onTestFinished } from "vitest";
import { createClock } from "../../src/io/clock.ts";
import { http } from "../../src/io/http.ts";
import type { ConnectionOptions } from "../../src/io/ports.ts";
import type { CheckResult, Credential, Endpoint, Registry } from "../../src/model.ts";
import { checkRegistry } from "../../src/registry/index.ts";
import { Secret } from "../../src/secret.ts";

export const PASSWORD = "pass:wörd";
export const BASIC = `Basic ${Buffer.from(`ci:${PASSWORD}`).toString("base64")}`;

/** What a server of a test was asked. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface TestServer {
  readonly host: string;
  readonly heard: Heard[];
}

export type Handler = (request: Heard, response: ServerResponse, raw: IncomingMessage) => void;

export async function serveHttp(handler: Handler, tls?: SecureContextOptions, port = 0): Promise<TestServer> {
  const heard: Heard[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url: path = "", headers } = request;
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const one = { method, path, authorization: headers.authorization, body };
      heard.push(one);
      handler(one, response, request);
    });
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  const host = await listen(server, port);
  onTestFinished(() => server.closeAllConnections());
  return { host, heard };
}

export async function serveTcp(handler: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
    handler(socket);
  });
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return listen(server);
}

async function listen(server: Server | TcpServer, port = 0): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

const clock = createClock();

export function entry(host: string, more: Partial<Registry> = {}): Registry {
  const location = { file: "registries.yaml", line: 5, column: 3 };
  return {
    name: "test",
    type: "generic",
    host,
    path: "",
    auth: { method: "anonymous" },
    pullSecret: "registry",
    deliverTo: { clusters: { except: [] }, namespaces: { except: [] } },
    check: "required",
    expiryWarning: 0,
    timeout: 2000,
    tls: { insecure: false, plainHttp: true },
    tokenHosts: [],
    location,
    ...more,
  };
}

export interface CheckOptions {
  readonly registry?: Partial<Registry>;
  readonly endpoint?: Partial<Endpoint>;
  readonly connection?: Partial<ConnectionOptions>;
  /** The password, or `anonymous`. */
  readonly login?: string;
  readonly expiresAt?: string;
  readonly canary?: boolean;
  readonly scheme?: "http" | "https";
}

/** Checks the registry at a host as the pipeline does, with the canary `acme/api:latest`. */
export async function check(host: string, options: CheckOptions = {}): Promise<CheckResult> {
  const url = new URL(`${options.scheme ?? "http"}://${host}`);
  const canary = options.canary === false ? undefined : { repository: "acme/api", reference: "latest" };
  const endpoint: Endpoint = { url, server: host, realms: [], canary, ...options.endpoint };
  const password = new Secret(options.login ?? PASSWORD);
  const login: Credential["login"] =
    options.login === "anonymous" ? { kind: "anonymous" } : { kind: "basic", username: "ci", password };
  const credential: Credential = { login, expiresAt: options.expiresAt ?? null };
  const connection = http.connect({ insecure: false, origin: url, ...options.connection });
  try {
    return await checkRegistry({ registry: entry(host, options.registry), endpoint, credential }, connection, clock);
  } finally {
    await connection.close();
  }
}

/** `status stage proved`, which is what most sentences are about. */
export function gist({ status, stage, proved }: CheckResult): string {
  return `${status} ${stage} ${proved}`;
}

export function challenge(response: ServerResponse, value: string | string[]): void {
  response.writeHead(401, { "www-authenticate": value }).end();
}

const MANIFEST = { "content-type": "application/vnd.oci.image.manifest.v1+json" };

/**
 * A registry that lets everything pass with the right Basic header, but for what `odd` answers itself (it says true).
 */
export function basicRegistry(odd: (request: Heard, response: ServerResponse) => boolean): Handler {
  return (request, response) => {
    if (odd(request, response)) return;
    if (request.authorization !== BASIC) challenge(response, 'Basic realm="test"');
    else response.writeHead(200, request.path === "/v2/" ? {} : MANIFEST).end();
  };
}

/** A registry with its own or another token server; the token is `t0ken`. */
export function bearerRegistry(
  realm: string,
  odd: (request: Heard, response: ServerResponse) => boolean = () => false,
): Handler {
  return (request, response) => {
    if (odd(request, response)) return;
    if (request.path.startsWith("/token")) {
      const good = request.authorization === undefined || request.authorization === BASIC;
      response.writeHead(good ? 200 : 401).end(good ? JSON.stringify({ token: "t0ken" }) : "{}");
    } else if (request.authorization === "Bearer t0ken") response.writeHead(200, MANIFEST).end();
    else challenge(response, `Bearer realm="${realm}",service="test"`);
  };
}

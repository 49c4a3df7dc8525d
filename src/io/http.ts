import { once } from "node:events";
import type { Agent, Dispatcher } from "undici";
import { Connector } from "./connector.ts";
import { compressed, explain, timedOut } from "./failure.ts";
import type { Connection, ConnectionOptions, Http, HttpAnswer, HttpFailure, HttpRequest } from "./ports.ts";

// Headers of common servers take at most 8 to 16 KiB, so no usable token is longer. A token answer may hold it three
// times (`token`, `access_token`, `refresh_token`): 48 KiB; JSON may spell it with escapes: 96 KiB; the rest is room.
// oras-go has the same limit.
const MAX_BODY_BYTES = 128 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** HTTP over undici 7. It follows no redirect, decodes no compression, and speaks TLS 1.2 or later. */
export const http: Http = { connect: (options) => new UndiciConnection(options) };

class UndiciConnection implements Connection {
  readonly #connector: Connector;
  #agent: Promise<Agent> | undefined;

  constructor(options: ConnectionOptions) {
    this.#connector = new Connector(options);
  }

  async send(request: HttpRequest): Promise<HttpAnswer | HttpFailure> {
    const { url, signal } = request;
    const late = () => timedOut(url.host, this.#connector.hasReached(url));
    const isLate = () => signal.aborted;
    if (isLate()) return late();
    // undici hears a signal only once its connection stands.
    const ended = new AbortController();
    const abort = once(signal, "abort", { signal: ended.signal }).then(late);
    abort.catch(() => undefined); // ended first
    try {
      return await Promise.race([this.#answer(request), abort]);
    } catch (error) {
      return isLate() ? late() : explain(error, url.host, this.#connector.hasReached(url));
    } finally {
      ended.abort();
    }
  }

  async #answer(request: HttpRequest): Promise<HttpAnswer | HttpFailure> {
    const agent = await (this.#agent ??= openAgent(this.#connector));
    const response = await agent.request(dispatchOf(request));
    const body = await response.body.text();
    const headers = headersOf(response.headers);
    const encoding = headers.get("content-encoding")?.join() ?? "identity";
    if (body !== "" && encoding.trim().toLowerCase() !== "identity") return compressed(request.url.host);
    return { kind: "answer", status: response.statusCode, headers, body };
  }

  async close(): Promise<void> {
    const agent = await this.#agent;
    const destroyed = agent?.destroy();
    this.#connector.close();
    await destroyed;
  }
}

/** Loads undici only now: a command that needs no network starts faster without it. */
async function openAgent(connector: Connector): Promise<Agent> {
  const { Agent } = await import("undici");
  return new Agent({
    connect: connector.open,
    connections: 1, // to each origin: a check asks one thing at a time
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: MAX_BODY_BYTES,
  });
}

function dispatchOf({ method, url, headers, authorization, body, signal }: HttpRequest): Dispatcher.RequestOptions {
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: {
      ...headers,
      "accept-encoding": "identity",
      ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
    },
    body: body?.reveal() ?? null,
    signal,
  };
}

function headersOf(
  raw: Readonly<Record<string, string | string[] | undefined>>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), [value ?? []].flat()]));
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Handler, Heard } from "./servers.ts";
import { basicRegistry, bearerRegistry, check, entry, gist, serveHttp, serveTcp } from "./servers.ts";

/** Fails the first `times` requests that `at` picks. */
function failing(
  times: number,
  status: number,
  headers: Record<string, string> = {},
  at: (request: Heard) => boolean = () => true,
): Handler {
  let left = times;
  return basicRegistry((request, response) => at(request) && left-- > 0 && !!response.writeHead(status, headers).end());
}

const MODULES = new URL("../../src/", import.meta.url).href;
const ALONE = `
  import { createClock } from "${MODULES}io/clock.ts";
  import { http } from "${MODULES}io/http.ts";
  import { checkRegistry } from "${MODULES}registry/index.ts";
  const registry = JSON.parse(process.argv[1]);
  const url = new URL("http://" + registry.host);
  const connection = http.connect({ origin: url, insecure: false });
  const target = { registry, endpoint: { url, realms: [] }, credential: { login: { kind: "anonymous" }, expiresAt: null } };
  const { status, requests } = await checkRegistry(target, connection, createClock());
  await connection.close();
  process.stdout.write(status + " " + requests);
`;

/** Checks in a process of its own, until that ends by itself. */
async function checkAlone(host: string, timeout: number): Promise<{ output: string; milliseconds: number }> {
  const begun = performance.now();
  const registry = JSON.stringify(entry(host, { timeout }));
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", ALONE, registry]);
  return { output: stdout, milliseconds: performance.now() - begun };
}

describe("what can heal", () => {
  it.each([408, 429, 500, 502, 503, 504])("is tried again: one %i at each step", async (status) => {
    for (const at of [
      ({ authorization }: Heard) => authorization === undefined,
      ({ method, authorization }: Heard) => method === "GET" && authorization !== undefined,
      ({ method }: Heard) => method === "HEAD",
    ]) {
      const { host } = await serveHttp(failing(1, status, { "retry-after": "0" }, at));
      const result = await check(host);
      expect(gist(result)).toBe("ok pull pull");
      expect(result.requests).toBe(4);
    }
  });
  it("is tried three times and no more", async () => {
    const server = await serveHttp(failing(99, 503));
    const result = await check(server.host, { registry: { timeout: 1000 } });
    expect(gist(result)).toBe("error ping nothing");
    expect([server.heard.length, result.requests]).toEqual([3, 3]);
  });
  it("includes a reset connection, and one that ends without an answer", async () => {
    let resets = 0;
    const server = await serveHttp((request, response, raw) => {
      if (resets++ === 0) raw.socket.resetAndDestroy();
      else if (resets === 2) raw.socket.end();
      else basicRegistry(() => false)(request, response, raw);
    });
    const result = await check(server.host);
    expect(gist(result)).toBe("ok pull pull");
    expect(result.requests).toBe(5);
  });
  it("includes the token request", async () => {
    let left = 1;
    const { host } = await serveHttp(
      bearerRegistry(
        "/token",
        ({ path }, response) => path.startsWith("/token") && left-- > 0 && !!response.writeHead(503).end(),
      ),
    );
    expect(gist(await check(host))).toBe("ok pull pull");
  });
});

describe("what cannot heal", () => {
  it.each([401, 403])("is asked once: %i", async (status) => {
    const server = await serveHttp(
      basicRegistry(({ authorization }, response) => authorization !== undefined && !!response.writeHead(status).end()),
    );
    expect(gist(await check(server.host))).toBe("unauthorized token nothing");
    expect(server.heard).toHaveLength(2);
  });
  it("is asked once: 404", async () => {
    const server = await serveHttp((_, response) => response.writeHead(404).end());
    await check(server.host);
    expect(server.heard).toHaveLength(1);
  });
});

describe("Retry-After", () => {
  it("is waited for, in seconds", async () => {
    const { host } = await serveHttp(failing(1, 429, { "retry-after": "1" }));
    const result = await check(host, { registry: { timeout: 4000 } });
    expect(gist(result)).toBe("ok pull pull");
    expect(result.milliseconds).toBeGreaterThanOrEqual(1000);
  });
  it("is waited for, as a date", async () => {
    const date = new Date(Date.now() + 2000).toUTCString();
    const { host } = await serveHttp(failing(1, 503, { "retry-after": date }));
    const result = await check(host, { registry: { timeout: 5000 } });
    expect(gist(result)).toBe("ok pull pull");
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(date));
  });
  it.each(["3600", "Fri, 31 Dec 2999 23:59:59 GMT"])(
    "ends the check at once when it is beyond the timeout: %s",
    async (after) => {
      const limits = { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600" };
      const server = await serveHttp(failing(99, 429, { "retry-after": after, ...limits }));
      const result = await check(server.host);
      expect(gist(result)).toBe("rate-limited ping nothing");
      expect(result.rateLimit).toEqual({ limit: 100, remaining: 0, windowSeconds: 21600 });
      expect(server.heard).toHaveLength(1);
      expect(result.milliseconds).toBeLessThan(500);
    },
  );
  it.each(["soon", "-1", "9999999999999", ""])("is ignored when it is nonsense: %j", async (after) => {
    const { host } = await serveHttp(failing(1, 429, { "retry-after": after }));
    expect(gist(await check(host))).toBe("ok pull pull");
  });
});

describe("the timeout", () => {
  it("is forgotten after the check: the process ends at once", async () => {
    const { host } = await serveHttp(failing(99, 503, { "retry-after": "0" }));
    const { output, milliseconds } = await checkAlone(host, 60_000);
    expect(output).toBe("error 3");
    expect(milliseconds).toBeLessThan(10_000);
  });

  const short = { registry: { timeout: 300 } };
  it("ends a check whose server never answers, and names the step", async () => {
    const host = await serveTcp(() => undefined);
    const result = await check(host, short);
    expect(gist(result)).toBe("unreachable ping nothing");
    expect(result.message).toContain("the ping");
    expect(result.milliseconds).toBeLessThan(600);
  });
  it("keeps what is proved by then", async () => {
    const { host } = await serveHttp(basicRegistry(({ method }) => method === "HEAD"));
    expect(gist(await check(host, short))).toBe("unreachable pull login");
  });
  it("ends a slow drip of a body", async () => {
    const { host } = await serveHttp((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    expect(gist(await check(host, short))).toBe("unreachable ping nothing");
  });
  it("tells the failure before, when a later try runs out of time", async () => {
    let left = 1;
    const { host } = await serveHttp((_, response) => {
      if (left-- > 0) response.writeHead(502).end();
    });
    const result = await check(host, short);
    expect(gist(result)).toBe("error ping nothing");
    expect(result.message).toContain("502");
  });
  it("bounds retries and their waits", async () => {
    const { host } = await serveHttp(failing(99, 503));
    expect((await check(host, { registry: { timeout: 100 } })).milliseconds).toBeLessThan(300);
  });
  it("of one check does not touch another beside it", async () => {
    const good = await serveHttp(basicRegistry(() => false));
    const bad = await serveTcp(() => undefined);
    const results = await Promise.all([
      check(bad, short),
      check(good.host),
      check(bad, short),
      check(good.host, { login: "wrong" }),
    ]);
    expect(results.map(gist)).toEqual([
      "unreachable ping nothing",
      "ok pull pull",
      "unreachable ping nothing",
      "unauthorized token nothing",
    ]);
  });
});

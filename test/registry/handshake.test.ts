import { describe, expect, it, onTestFinished } from "vitest";
import { pushImage } from "../../src/demo/push.ts";
import { startRegistry } from "../../src/demo/registry.ts";
import type { Handler } from "./servers.ts";
import { BASIC, basicRegistry, bearerRegistry, challenge, check, gist, PASSWORD, serveHttp } from "./servers.ts";

async function embedded(auth: "basic" | "bearer") {
  const users = {
    ci: { password: PASSWORD },
    reader: { password: "r", right: "pull" },
    nobody: { password: "n", right: "none" },
  } as const;
  const registry = await startRegistry({ auth, users });
  onTestFinished(() => registry.stop());
  await pushImage(registry.host, "acme/api:latest", { username: "ci", password: PASSWORD });
  return registry;
}

describe.each(["basic", "bearer"] as const)("the check of a real registry with %s login", (auth) => {
  it("proves the right to pull in three requests", async () => {
    const { host } = await embedded(auth);
    const result = await check(host);
    expect(gist(result)).toBe("ok pull pull");
    expect(result.requests).toBe(3);
    expect(result.canPush).toBe(auth === "bearer" ? false : null);
  });
  it("proves the login alone without a canary", async () => {
    const { host } = await embedded(auth);
    expect(gist(await check(host, { canary: false }))).toBe("ok token login");
  });
  it("tells a wrong password", async () => {
    const { host } = await embedded(auth);
    const result = await check(host, { login: "wrong" });
    expect(gist(result)).toBe("unauthorized token nothing");
    expect(result.requests).toBe(2);
    expect(result.hint).toContain("expired or revoked");
  });
  it("follows a password that changes while the registry runs", async () => {
    const registry = await embedded(auth);
    registry.setPassword("ci", "new");
    expect(gist(await check(registry.host))).toBe("unauthorized token nothing");
    expect(gist(await check(registry.host, { login: "new" }))).toBe("ok pull pull");
  });
  it("says expired when a refused credential is past its day", async () => {
    const { host } = await embedded(auth);
    const result = await check(host, { login: "wrong", expiresAt: "2020-03-01T00:00:00.000Z" });
    expect(gist(result)).toBe("expired token nothing");
    expect(result.message).toContain("2020-03-01");
    expect(gist(await check(host, { login: "wrong", expiresAt: "2999-03-01T00:00:00.000Z" }))).toContain(
      "unauthorized",
    );
  });
  it("tells a missing canary, and that it may only be hidden", async () => {
    const { host } = await embedded(auth);
    const result = await check(host, { endpoint: { canary: { repository: "acme/api", reference: "gone" } } });
    expect(gist(result)).toBe("not-found pull login");
    expect(result.hint).toMatch(/no such repository or tag, or this login may not see it/);
  });
  it("refuses anonymous access where a login is wanted", async () => {
    const { host } = await embedded(auth);
    const stage = auth === "basic" ? "challenge" : "token";
    expect(gist(await check(host, { login: "anonymous" }))).toBe(`unauthorized ${stage} nothing`);
  });
  it("names a canary by its digest", async () => {
    const { host } = await embedded(auth);
    const reference = await pushImage(host, "acme/api:other", { username: "ci", password: PASSWORD });
    const result = await check(host, { endpoint: { canary: { repository: "acme/api", reference } } });
    expect(result.message).toBe(`may pull acme/api@${reference}`);
  });
});

describe("the handshake", () => {
  it("tells a login without the right to pull", async () => {
    for (const status of [401, 403]) {
      const { host } = await serveHttp(
        basicRegistry(({ method }, response) => method === "HEAD" && !!response.writeHead(status).end()),
      );
      expect(gist(await check(host))).toBe("denied pull login");
    }
  });
  it("shows the login at an open door too, and says that nobody asked for it", async () => {
    const server = await serveHttp((_, response) => response.end("{}"));
    expect(gist(await check(server.host))).toBe("ok pull pull");
    expect(server.heard.map(({ authorization }) => authorization)).toEqual([undefined, BASIC, BASIC]);
    const result = await check(server.host, { canary: false });
    expect(gist(result)).toBe("ok ping nothing");
    expect(result.message).toContain("not asked for");
    expect(gist(await check(server.host, { login: "anonymous" }))).toBe("ok pull pull");
    expect(server.heard.at(-1)?.authorization).toBeUndefined();
  });
  it("finds a wrong login at a door that stands open to everybody", async () => {
    const server = await serveHttp(({ authorization }, response) => {
      const good = authorization === undefined || authorization === BASIC;
      response.writeHead(good ? 200 : 401).end("{}");
    });
    expect(gist(await check(server.host))).toBe("ok pull pull");
    expect(gist(await check(server.host, { login: "wrong" }))).toBe("unauthorized token nothing");
  });
  it("takes a token where an open door wants one instead of the login", async () => {
    const server = await serveHttp((request, response) => {
      if (request.path.startsWith("/token")) response.end('{"token":"t"}');
      else if (request.authorization === undefined || request.authorization === "Bearer t") response.end("{}");
      else challenge(response, ['Bearer realm="/token"']);
    });
    expect(gist(await check(server.host))).toBe("ok pull pull");
    expect(server.heard.at(-1)?.authorization).toBe("Bearer t");
  });
  it("logs in when the door is open but the room is locked", async () => {
    const { host } = await serveHttp(
      basicRegistry(
        ({ path, authorization }, response) => path === "/v2/" && authorization === undefined && !!response.end(),
      ),
    );
    const result = await check(host);
    expect(gist(result)).toBe("ok pull pull");
    expect(result.requests).toBe(3);
    expect(gist(await check(host, { login: "wrong" }))).toBe("unauthorized token nothing");
  });
  it("takes an anonymous token, which proves nothing but the pull", async () => {
    const { host } = await serveHttp(bearerRegistry("/token"));
    expect(gist(await check(host, { login: "anonymous" }))).toBe("ok pull pull");
    expect(gist(await check(host, { login: "anonymous", canary: false }))).toBe("ok token nothing");
  });
  it("asks for one scope, keeps the realm's own query, and prefers Bearer", async () => {
    const offers = ['Basic realm="x"', 'Bearer realm = "/token?account=a&service=own" , service="s p"'];
    const server = await serveHttp((request, response) => {
      if (request.path.startsWith("/token")) response.end('{"access_token":"t"}');
      else if (request.authorization === undefined) challenge(response, offers);
      else response.writeHead(200).end();
    });
    expect(gist(await check(server.host))).toBe("ok pull pull");
    expect(server.heard[1]).toMatchObject({
      path: "/token?account=a&service=s+p&scope=repository%3Aacme%2Fapi%3Apull",
      authorization: BASIC,
    });
    expect(server.heard[2]?.authorization).toBe("Bearer t");
  });
  it.each([404, 405])("turns to the password grant where GET is answered with %i", async (status) => {
    const server = await serveHttp(
      bearerRegistry("/token", ({ method, path, body }, response) => {
        if (!path.startsWith("/token")) return false;
        const good = new URLSearchParams(body).get("password") === PASSWORD;
        if (method === "GET") response.writeHead(status).end();
        else response.writeHead(good ? 200 : 400).end(good ? '{"access_token":"t0ken"}' : '{"error":"invalid_grant"}');
        return true;
      }),
    );
    expect(gist(await check(server.host))).toBe("ok pull pull");
    const form = Object.fromEntries(new URLSearchParams(server.heard[2]?.body));
    expect(form).toMatchObject({
      grant_type: "password",
      username: "ci",
      service: "test",
      scope: "repository:acme/api:pull",
    });
    expect(gist(await check(server.host, { login: "wrong" }))).toBe("unauthorized token nothing");
    expect(gist(await check(server.host, { login: "anonymous" }))).toBe("error token nothing");
  });
  it.each([
    "null",
    "",
    "{}",
    "[]",
    '{"token":null}',
    '{"token":""}',
    '{"token":5}',
    '{"token":"a\\r\\nb"}',
    "<html>",
    '"t"',
  ])("calls a token answer of %j an error", async (body) => {
    const { host } = await serveHttp(
      bearerRegistry("/token", ({ path }, response) => path.startsWith("/token") && !!response.end(body)),
    );
    expect(gist(await check(host))).toBe("error token nothing");
  });
  it("tells from the token that it may push", async () => {
    const jwt = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
    const access = (...actions: string[]) => jwt({ access: [{ type: "repository", name: "acme/api", actions }] });
    const cases = [
      [access("pull", "push"), true],
      [access("*"), true],
      [access("pull"), false],
      [access(), null],
      [jwt({ access: 1 }), null],
      [jwt(null), null],
      ["opaque", null],
    ] as const;
    for (const [token, canPush] of cases) {
      const { host } = await serveHttp(
        bearerRegistry("/token", ({ path, authorization }, response) => {
          if (path.startsWith("/token")) return !!response.end(JSON.stringify({ token }));
          return authorization !== undefined && !!response.end();
        }),
      );
      expect((await check(host)).canPush).toBe(canPush);
    }
  });
  it("says when the registry refuses its own token server's token", async () => {
    const { host } = await serveHttp(
      bearerRegistry(
        "/token",
        ({ path }, response) => path.startsWith("/token") && !!response.end('{"token":"other"}'),
      ),
    );
    expect(gist(await check(host, { canary: false }))).toBe("unauthorized token nothing");
    expect(gist(await check(host))).toBe("denied pull login");
  });
  it("reads Docker Hub's pull limit from its headers", async () => {
    const limits = { "ratelimit-limit": "200;w=21600", "ratelimit-remaining": "187;w=21600" };
    const { host } = await serveHttp(
      basicRegistry(({ method }, response) => method === "HEAD" && !!response.writeHead(200, limits).end()),
    );
    expect((await check(host)).rateLimit).toEqual({ limit: 200, remaining: 187, windowSeconds: 21600 });
    const odd = await serveHttp(
      basicRegistry(
        ({ method }, response) =>
          method === "HEAD" && !!response.writeHead(200, { ...limits, "ratelimit-limit": "many" }).end(),
      ),
    );
    expect((await check(odd.host)).rateLimit).toBeNull();
  });
});

describe("what is no registry", () => {
  const html = { "content-type": "text/html; charset=utf-8" };
  const cases: [string, string, Handler][] = [
    ["a web page", "not-a-registry ping nothing", (_, response) => response.writeHead(200, html).end("<html>")],
    ["a web page without a type", "not-a-registry ping nothing", (_, response) => response.end("\n<!doctype html>")],
    ["404", "not-a-registry ping nothing", (_, response) => response.writeHead(404).end()],
    ["400", "not-a-registry ping nothing", (_, response) => response.writeHead(400).end()],
    ["403 before any login", "unauthorized ping nothing", (_, response) => response.writeHead(403).end()],
    ["401 without a challenge", "unauthorized challenge nothing", (_, response) => response.writeHead(401).end()],
    [
      "a challenge of another kind",
      "unauthorized challenge nothing",
      (_, response) => challenge(response, "Negotiate"),
    ],
    [
      "a Bearer challenge without a realm",
      "error challenge nothing",
      (_, response) => challenge(response, "Bearer service=x"),
    ],
    [
      "a web page after the login",
      "not-a-registry token nothing",
      basicRegistry(
        ({ authorization }, response) => authorization !== undefined && !!response.writeHead(200, html).end(),
      ),
    ],
    [
      "a web page for a manifest",
      "error pull login",
      basicRegistry(({ method }, response) => method === "HEAD" && !!response.writeHead(200, html).end()),
    ],
    [
      "418 for a manifest",
      "error pull login",
      basicRegistry(({ method }, response) => method === "HEAD" && !!response.writeHead(418).end()),
    ],
    [
      "418 for a token",
      "error token nothing",
      bearerRegistry("/token", ({ path }, response) => path.startsWith("/token") && !!response.writeHead(418).end()),
    ],
    [
      "a compressed body",
      "error ping nothing",
      (_, response) => response.writeHead(200, { "content-encoding": "gzip, gzip" }).end("xx"),
    ],
  ];
  it.each(cases)("is told: %s", async (_, wanted, handler) => {
    const { host } = await serveHttp(handler);
    const result = await check(host);
    expect(gist(result)).toBe(wanted);
    expect(result.message + result.hint).not.toContain(PASSWORD);
    expect(result.hint).not.toBe("");
  });
});

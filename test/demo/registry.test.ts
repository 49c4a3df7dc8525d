import { describe, expect, it, onTestFinished } from "vitest";
import { pushImage } from "../../src/demo/push.ts";
import { startRegistry } from "../../src/demo/registry.ts";
import { digestOf } from "../../src/demo/store.ts";

const USERS = {
  ci: { password: "pass:word" },
  reader: { password: "r", right: "pull" },
  nobody: { password: "n", right: "none" },
} as const;

function login(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

const CI = login("ci", "pass:word");

async function start(auth: "basic" | "bearer") {
  const registry = await startRegistry({ auth, users: USERS });
  onTestFinished(() => registry.stop());
  const ask = (method: string, path: string, authorization?: string, body?: string) =>
    fetch(`http://${registry.host}${path}`, {
      method,
      body: body ?? null,
      headers: authorization === undefined ? {} : { authorization },
    });
  return { ...registry, ask };
}

describe("the embedded registry", () => {
  it("keeps an image that is pushed, and gives it back by tag and digest, intact", async () => {
    const { host, ask } = await start("basic");
    const digest = await pushImage(host, "acme/api:latest", { username: "ci", password: "pass:word" });
    for (const reference of ["latest", digest]) {
      const head = await ask("HEAD", `/v2/acme/api/manifests/${reference}`, CI);
      expect([head.status, head.headers.get("docker-content-digest")]).toEqual([200, digest]);
      const manifest = await (await ask("GET", `/v2/acme/api/manifests/${reference}`, CI)).text();
      expect(digestOf(Buffer.from(manifest))).toBe(digest);
      for (const [blob] of manifest.matchAll(/sha256:[0-9a-f]{64}/g)) {
        const bytes = Buffer.from(await (await ask("GET", `/v2/acme/api/blobs/${blob}`, CI)).arrayBuffer());
        expect(digestOf(bytes)).toBe(blob);
      }
    }
    expect(await (await ask("GET", "/v2/acme/api/tags/list", CI)).json()).toEqual({
      name: "acme/api",
      tags: ["latest"],
    });
  });
  it.each([
    ["GET", "/v2/", 200],
    ["GET", "/v2/acme/api/tags/list", 404],
    ["GET", "/v2/acme/api/manifests/gone", 404],
    ["GET", `/v2/acme/api/blobs/sha256:${"0".repeat(64)}`, 404],
    ["POST", "/v2/acme/api/blobs/uploads/", 202],
    ["PUT", "/v2/acme/api/blobs/uploads/some-id?digest=sha256:00", 400],
    ["PUT", `/v2/acme/api/manifests/sha256:${"0".repeat(64)}`, 400],
    ["PUT", "/v2/acme/api/blobs/uploads/", 405],
    ["POST", "/v2/acme/api/manifests/x", 405],
    ["DELETE", `/v2/acme/api/blobs/sha256:${"0".repeat(64)}`, 405],
    ["POST", "/v2/acme/api/tags/list", 405],
    ["GET", "/v2/UPPER/manifests/x", 404],
    ["GET", "/other", 404],
    ["GET", "/token", 404],
  ] as const)("answers %s %s with %i", async (method, path, status) => {
    const { ask } = await start("basic");
    expect((await ask(method, path, CI, method === "PUT" ? "{}" : undefined)).status).toBe(status);
  });
  it("refuses a body that is too large", async () => {
    const { ask } = await start("basic");
    expect((await ask("PUT", "/v2/a/manifests/x", CI, "x".repeat(1024 * 1024 + 1))).status).toBe(400);
  });
  it.each([
    ["nobody at all", undefined, 401],
    ["a wrong password", login("ci", "wrong"), 401],
    ["an empty password", login("ci", ""), 401],
    ["an unknown user", login("who", "x"), 401],
    ["a user without the right to pull", login("nobody", "n"), 403],
    ["a user who may pull", login("reader", "r"), 404],
  ])("under Basic lets nobody in but its users: %s", async (_, authorization, status) => {
    const { ask } = await start("basic");
    const response = await ask("GET", "/v2/acme/api/manifests/x", authorization);
    expect(response.status).toBe(status);
    expect(response.headers.has("www-authenticate")).toBe(status === 401);
  });
  it("lets a puller not push", async () => {
    const { ask } = await start("basic");
    expect((await ask("POST", "/v2/acme/api/blobs/uploads/", login("reader", "r"))).status).toBe(403);
  });
  it("changes a password while it runs, and keeps a list of what it was asked", async () => {
    const { ask, setPassword, requests } = await start("basic");
    setPassword("reader", "new");
    expect((await ask("GET", "/v2/", login("reader", "r"))).status).toBe(401);
    expect((await ask("GET", "/v2/?x=1", login("reader", "new"))).status).toBe(200);
    expect((await ask("POST", "/v2/a/blobs/uploads/", login("reader", "new"))).status).toBe(403);
    expect(requests).toEqual(["GET /v2/", "GET /v2/?x=1", "POST /v2/a/blobs/uploads/"]);
  });
});

describe("its token server", () => {
  const query = "/token?service=embedded-registry&scope=";
  async function tokenFor(ask: Awaited<ReturnType<typeof start>>["ask"], scope: string, authorization = CI) {
    const answer: unknown = await (await ask("GET", query + encodeURIComponent(scope), authorization)).json();
    return `Bearer ${String(typeof answer === "object" && answer !== null && "token" in answer ? answer.token : "")}`;
  }
  it("binds a token to its repository and action", async () => {
    const { host, ask } = await start("bearer");
    await pushImage(host, "acme/api:latest", { username: "ci", password: "pass:word" });
    const token = await tokenFor(ask, "repository:acme/api:pull");
    expect((await ask("GET", "/v2/", token)).status).toBe(200);
    expect((await ask("GET", "/v2/acme/api/manifests/latest", token)).status).toBe(200);
    expect((await ask("GET", "/v2/acme/other/manifests/latest", token)).status).toBe(401);
    expect((await ask("POST", "/v2/acme/api/blobs/uploads/", token)).status).toBe(401);
    const refused = await ask("GET", "/v2/acme/api/manifests/latest", `${token}x`);
    expect(refused.headers.get("www-authenticate")).toBe(
      `Bearer realm="http://${host}/token",service="embedded-registry",scope="repository:acme/api:pull"`,
    );
  });
  it("grants what of the scope the user may do, and no more", async () => {
    const { ask } = await start("bearer");
    const actions = (token: string) =>
      /"actions":\[.*?\]/.exec(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())?.[0];
    expect(actions(await tokenFor(ask, "repository:a:pull,push", login("reader", "r")))).toBe('"actions":["pull"]');
    expect(actions(await tokenFor(ask, "repository:a:pull", login("nobody", "n")))).toBe('"actions":[]');
    expect(actions(await tokenFor(ask, "registry:catalog:*"))).toBeUndefined();
  });
  it("refuses wrong credentials, another service and other methods", async () => {
    const { ask } = await start("bearer");
    expect((await ask("GET", query, login("ci", "wrong"))).status).toBe(401);
    expect((await ask("GET", query)).status).toBe(401);
    expect((await ask("GET", "/token?service=other", CI)).status).toBe(401);
    expect((await ask("POST", query, CI)).status).toBe(405);
  });
  it("stops pushing with what went wrong", async () => {
    const { host } = await start("basic");
    await expect(pushImage(host, "acme/api", { username: "reader", password: "r" })).rejects.toThrow(
      "answered POST with 403",
    );
  });
});

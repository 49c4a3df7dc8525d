import { describe, expect, it } from "vitest";
import type { Registry } from "../../src/model.ts";
import { judgeRealm } from "../../src/registry/realm.ts";
import type { Heard, TestServer } from "./servers.ts";
import { BASIC, basicRegistry, bearerRegistry, challenge, check, entry, gist, serveHttp } from "./servers.ts";

/** A server that should never hear the credential; it hands out a token and lets everything pass. */
function collector(): Promise<TestServer> {
  return serveHttp((_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"token":"t0ken"}'),
  );
}

function secretsHeard({ heard }: TestServer): Heard[] {
  return heard.filter(({ authorization, body, path }) => authorization !== undefined || /pass|t0ken/.test(body + path));
}

describe("the realm rule", () => {
  it("sends nothing to a realm that nobody named, and gives the line that would allow it", async () => {
    const other = await collector();
    const { host } = await serveHttp(bearerRegistry(`http://${other.host}/token`));
    const result = await check(host);
    expect(gist(result)).toBe("refused-realm challenge nothing");
    expect(result.hint).toContain(`tokenHosts: ["${other.host}"]`);
    expect(other.heard).toEqual([]);
  });
  it("sends the login to a host in tokenHosts, and to a realm of the provider", async () => {
    for (const named of ["tokenHosts", "realms"]) {
      const other = await collector();
      const { host } = await serveHttp(bearerRegistry(`http://${other.host}/token`));
      const list = [other.host];
      const result = await check(
        host,
        named === "realms" ? { endpoint: { realms: list } } : { registry: { tokenHosts: list } },
      );
      expect(gist(result)).toBe("ok pull pull");
      expect(other.heard).toEqual([expect.objectContaining({ authorization: BASIC })]);
    }
  });

  const judge = (realm: string | undefined, base: string, registry: Partial<Registry> = {}) => {
    const url = new URL(base);
    const credential = { login: { kind: "anonymous" }, expiresAt: null } as const;
    const verdict = judgeRealm(realm, {
      registry: entry(url.host, registry),
      endpoint: { url, server: url.host, realms: ["auth.example.com"] },
      credential,
    });
    return "kind" in verdict ? verdict.status : verdict.href;
  };
  it.each([
    ["https://r.example.com/token", "https://r.example.com/token"],
    ["https://R.example.com:443/token", "https://r.example.com/token"],
    ["/service/token?a=b", "https://r.example.com/service/token?a=b"],
    ["token", "https://r.example.com/v2/token"],
    ["https://auth.example.com/t", "https://auth.example.com/t"],
    ["https://listed.example.com:8443/t", "https://listed.example.com:8443/t"],
    ["https://plain.example.com/t", "https://plain.example.com/t"],
    ["http://r.example.com/token", "refused-realm"],
    ["http://auth.example.com/token", "refused-realm"],
    ["https://r.example.com:8443/token", "refused-realm"],
    ["https://listed.example.com/t", "refused-realm"],
    ["https://sub.auth.example.com/t", "refused-realm"],
    ["https://auth.example.com.evil.net/t", "refused-realm"],
    ["https://auth.example.com@evil.net/t", "refused-realm"],
    ["https://user:pass@r.example.com/t", "refused-realm"],
    ["//evil.net/t", "refused-realm"],
    ["https://169.254.169.254/t", "refused-realm"],
    ["file:///etc/passwd", "refused-realm"],
    ["data:application/json,{}", "refused-realm"],
    [`https://${"a.".repeat(200)}net/`, "refused-realm"],
    ["https://", "error"],
    ["", "error"],
    [undefined, "error"],
  ])("judges %s as %s at an HTTPS registry", (realm, wanted) => {
    const tokenHosts = ["listed.example.com:8443", "plain.example.com:443", "not a host"];
    expect(judge(realm, "https://r.example.com", { tokenHosts })).toBe(wanted);
  });
  it("holds an HTTP registry to its own scheme, too", () => {
    expect(judge("http://r.example.com:5000/t", "http://r.example.com:5000")).toBe("http://r.example.com:5000/t");
    expect(judge("https://auth.example.com/t", "http://r.example.com:5000")).toBe("refused-realm");
  });
  it("never gives the name of a host that could not be one", () => {
    const url = new URL("https://r.example.com");
    const credential = { login: { kind: "anonymous" }, expiresAt: null } as const;
    const long = `https://${"a.".repeat(200)}net/`;
    const verdict = judgeRealm(long, {
      registry: entry(url.host),
      endpoint: { url, server: url.host, realms: [] },
      credential,
    });
    expect(JSON.stringify(verdict)).not.toContain("a.a.a");
  });
});

describe("redirects", () => {
  const redirect = (to: string, at: (request: Heard) => boolean, status = 307) =>
    basicRegistry((request, response) => at(request) && !!response.writeHead(status, { location: to }).end());

  it("never takes the ping or the login to another port", async () => {
    const other = await collector();
    for (const login of [false, true]) {
      const { host } = await serveHttp(
        redirect(`http://${other.host}/v2/`, ({ authorization }) => (authorization !== undefined) === login),
      );
      const result = await check(host);
      expect(gist(result)).toBe(`refused-realm ${login ? "token" : "ping"} nothing`);
      expect(result.message).toContain(other.host);
    }
    expect(other.heard).toEqual([]);
  });
  it.each([
    "https://127.0.0.1/v2/",
    "http://169.254.169.254/latest/",
    "http://u:p@127.0.0.1/",
    "gopher://x/",
    "//evil.example.com/v2/",
  ])("refuses a redirect of the ping to %s", async (to) => {
    const { host } = await serveHttp(redirect(to, () => true));
    const result = await check(host);
    expect(gist(result)).toBe("refused-realm ping nothing");
    expect(result.requests).toBe(1);
  });
  it("never takes a token request elsewhere", async () => {
    const other = await collector();
    const { host } = await serveHttp(
      bearerRegistry(
        "/token",
        ({ path }, response) =>
          path.startsWith("/token") && !!response.writeHead(302, { location: `http://${other.host}/token` }).end(),
      ),
    );
    expect(gist(await check(host))).toBe("refused-realm token nothing");
    expect(other.heard).toEqual([]);
  });
  it("follows the ping within the registry's own origin, and counts it", async () => {
    const server = await serveHttp((request, response, raw) => {
      if (request.path === "/v2/") response.writeHead(301, { location: "/v2/home" }).end();
      else basicRegistry(() => false)(request, response, raw);
    });
    const result = await check(server.host);
    expect(gist(result)).toBe("ok pull pull");
    expect(result.requests).toBe(5);
  });
  it("ends a loop", async () => {
    for (const at of ["/v2/", "manifests"]) {
      const { host } = await serveHttp(
        redirect("?again", ({ path }) => path.includes(at) && (at !== "/v2/" || !path.includes("manifests"))),
      );
      const result = await check(host);
      expect(result.status).toBe("error");
      expect(result.message).toContain("redirects more than 5 times");
    }
  });
  it("fetches a manifest elsewhere without the credential", async () => {
    const other = await collector();
    const { host } = await serveHttp(redirect(`http://${other.host}/store`, ({ method }) => method === "HEAD"));
    expect(gist(await check(host))).toBe("ok pull pull");
    expect(other.heard).toHaveLength(1);
    expect(secretsHeard(other)).toEqual([]);
  });
  it("does not get the credential back when it is led home again", async () => {
    let home = "";
    const other = await serveHttp((_, response) =>
      response.writeHead(302, { location: `http://${home}/v2/acme/api/manifests/home` }).end(),
    );
    const registry = await serveHttp(redirect(`http://${other.host}/`, ({ path }) => path.endsWith("latest")));
    home = registry.host;
    expect(gist(await check(home))).toBe("denied pull login");
    expect(registry.heard.at(-1)?.authorization).toBeUndefined();
  });
  it("keeps the credential for a manifest within the same origin", async () => {
    const { host } = await serveHttp(redirect("/v2/acme/api/manifests/other", ({ path }) => path.endsWith("latest")));
    expect(gist(await check(host))).toBe("ok pull pull");
  });
  it.each(["http://user@127.0.0.1:1/", "file:///etc/passwd"])("does not follow a manifest to %s", async (to) => {
    const { host } = await serveHttp(redirect(to, ({ method }) => method === "HEAD"));
    expect(gist(await check(host))).toBe("error pull login");
  });
  it("takes a redirect to nowhere as the answer that it is", async () => {
    const { host } = await serveHttp(redirect("http://[", () => true));
    expect(gist(await check(host))).toBe("not-a-registry ping nothing");
  });
  it("refuses the metadata address, even when it is listed", async () => {
    const { host } = await serveHttp((_, response) =>
      challenge(response, 'Bearer realm="http://169.254.169.254/token"'),
    );
    const result = await check(host, { registry: { tokenHosts: ["169.254.169.254"] } });
    expect(gist(result)).toBe("refused-realm token nothing");
    expect(result.milliseconds).toBeLessThan(1000);
  });
});

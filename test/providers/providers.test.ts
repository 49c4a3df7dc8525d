import { describe, expect, it } from "vitest";
import { RegcredError } from "../../src/errors.ts";
import { createClock } from "../../src/io/clock.ts";
import type { Clock } from "../../src/io/ports.ts";
import type { Auth, Registry, Resolved } from "../../src/model.ts";
import { providerOf, resolveRegistry } from "../../src/providers/index.ts";
import { Secret } from "../../src/secret.ts";
import { entry } from "../registry/servers.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const clock: Clock = { ...createClock(), now: () => NOW };
const location = { file: "registries.yaml", line: 7, column: 32 };

function basic(username = "ci"): Auth {
  return { method: "basic", username, password: { from: "env", name: "PASSWORD", location } };
}

function resolve(password: string, registry: Partial<Registry> = {}): Promise<Resolved> {
  const read = () => Promise.resolve(new Secret(password));
  return resolveRegistry(entry("r.example.com", { auth: basic(), ...registry }), read, clock);
}

async function problem(password: string, registry: Partial<Registry> = {}) {
  const { outcome } = await resolve(password, registry);
  return outcome.status === "unresolved" ? outcome.problem : undefined;
}

function jwt(payload: unknown): string {
  return `eyJ.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.c2ln`;
}

describe("an endpoint", () => {
  it("of Docker Hub has three hosts and the old key", () => {
    const endpoint = (registry: Registry) => providerOf("docker-hub").endpoint(registry);
    const canary = { repository: "acme/api", reference: "latest" };
    const found = endpoint(entry("docker.io", { type: "docker-hub", canary }));
    expect(found.url.href).toBe("https://registry-1.docker.io/");
    expect(found).toMatchObject({ server: "https://index.docker.io/v1/", realms: ["auth.docker.io"], canary });
    expect(endpoint(entry("docker.io", { canary: { repository: "alpine", reference: "3" } })).canary?.repository).toBe(
      "library/alpine",
    );
    expect(endpoint(entry("docker.io")).canary).toBeUndefined();
  });
  it("of a generic registry is its host; the path only narrows the docker config's key", () => {
    const endpoint = (registry: Registry) => providerOf("generic").endpoint(registry);
    const canary = { repository: "alpine", reference: "3" };
    const tls = { insecure: false, plainHttp: false };
    const found = endpoint(entry("r.example.com:8443", { path: "team/a", tls, canary }));
    expect(found.url.href).toBe("https://r.example.com:8443/");
    expect(found).toMatchObject({ server: "r.example.com:8443/team/a", realms: [], canary });
    expect(endpoint(entry("[::1]:5000"))).toMatchObject({ server: "[::1]:5000", url: new URL("http://[::1]:5000") });
  });
});

describe("GitHub's registry", () => {
  const at = { host: "ghcr.io", type: "ghcr", tls: { insecure: false, plainHttp: true } } as const;
  it("is one host, is reached over TLS alone, and names no other for its tokens", () => {
    const found = providerOf("ghcr").endpoint(entry("ghcr.io", { ...at, path: "acme" }));
    expect(found).toMatchObject({ server: "ghcr.io/acme", realms: [] });
    expect(found.url.href).toBe("https://ghcr.io/");
  });
  it("is not sent a fine-grained token, which it would refuse", async () => {
    const found = await problem("github_pat_11ABCDEFG_abcdefgh", { ...at, pullSecret: "none" });
    expect(found).toMatchObject({ code: "bad-secret", location });
    expect(found?.message).toContain("fine-grained");
    expect(found?.hint).toContain("read:packages");
    expect(JSON.stringify(found)).not.toContain("11ABCDEFG");
    expect(await problem("ghp_abcdefgh", at)).toBeUndefined();
    expect(await problem("github_pat_11ABCDEFG_abcdefgh")).toBeUndefined();
  });
  it("may be asked with a job's token, which is not rendered", async () => {
    expect(await problem("ghs_abcdefgh", at)).toMatchObject({ code: "ephemeral-credential" });
    expect(await problem("ghs_abcdefgh", { ...at, pullSecret: "none" })).toBeUndefined();
  });
});

describe("GitLab's token server", () => {
  it.each([
    ["registry.gitlab.com", ["gitlab.com"]],
    ["registry.gitlab.com.example.net", []],
    ["registry.example.com", []],
  ])("of %s is known as %j", (host, realms) => {
    expect(providerOf("gitlab").endpoint(entry(host, { type: "gitlab" })).realms).toEqual(realms);
  });
});

describe("a credential", () => {
  it("is the user name with the password that its source holds", async () => {
    const { outcome } = await resolve("pässword:with colon");
    expect(outcome).toMatchObject({
      status: "resolved",
      credential: { login: { kind: "basic", username: "ci" }, expiresAt: null },
    });
    const login = outcome.status === "resolved" ? outcome.credential.login : undefined;
    expect(login?.kind === "basic" && login.password.reveal()).toBe("pässword:with colon");
  });
  it("may be anonymous, and then reads no secret", async () => {
    const read = () => Promise.reject(new Error("read"));
    const { outcome } = await resolveRegistry(entry("r.example.com"), read, clock);
    expect(outcome).toMatchObject({ credential: { login: { kind: "anonymous" } } });
  });
  it("expires when its entry says so, or when its JWT does", async () => {
    const expires = "2027-03-01T00:00:00.000Z";
    expect((await resolve("x", { expires })).outcome).toMatchObject({ credential: { expiresAt: expires } });
    const exp = Date.parse("2028-01-01T00:00:00Z") / 1000;
    expect((await resolve(jwt({ exp }), { expires })).outcome).toMatchObject({
      credential: { expiresAt: "2028-01-01T00:00:00.000Z" },
    });
  });
  it.each(["a\tb", "a\nb", "\u0000", "a\u007f", "a\u0085"])(
    "with a control character is refused without being printed (%#)",
    async (password) => {
      const found = await problem(password);
      expect(found).toMatchObject({ code: "bad-secret", location });
      expect(JSON.stringify(found)).not.toContain(JSON.stringify(password).slice(1, -1));
    },
  );
  it("that cannot be read leaves its registry unresolved; a fault of ours is thrown", async () => {
    const registry = entry("r.example.com", { auth: basic() });
    const missing = new RegcredError({ code: "variable-missing", message: "not set", location });
    const resolved = await resolveRegistry(registry, () => Promise.reject(missing), clock);
    expect(resolved.outcome).toEqual({ status: "unresolved", problem: missing.problems[0] });
    await expect(resolveRegistry(registry, () => Promise.reject(new TypeError("oops")), clock)).rejects.toThrow("oops");
  });
});

describe("a token that dies with its job", () => {
  const inHours = (hours: number) => jwt({ exp: NOW.getTime() / 1000 + hours * 3600 });
  it.each([
    ["a GitHub token", "ghs_abcdefgh", basic()],
    ["a GitLab job token by its user", "anything", basic("gitlab-ci-token")],
    ["a GitLab job token by its form", "glcbt-64_abc", basic()],
    ["a JWT of an hour", inHours(1), basic()],
    ["a JWT of a minute under a day", inHours(23.98), basic()],
    ["a JWT that has expired", inHours(-1), basic()],
  ])("is not rendered into Git: %s", async (_, password, auth) => {
    const found = await problem(password, { auth });
    expect(found).toMatchObject({ code: "ephemeral-credential", location });
    expect(found?.hint).toContain("pullSecret: none");
    expect(JSON.stringify(found)).not.toContain(password);
  });
  it("may be used where nothing is rendered", async () => {
    expect(await problem("ghs_abcdefgh", { pullSecret: "none" })).toBeUndefined();
  });
  it.each([
    "ghp_abcdefgh",
    inHours(25),
    jwt({}),
    jwt({ exp: "soon" }),
    jwt({ exp: 1e300 }),
    jwt(null),
    jwt([]),
    "a.b.c",
    "a.b.c.d",
    "..",
    "x",
  ])("is told from one that lives on (%#)", async (password) => {
    expect(await problem(password)).toBeUndefined();
  });
});

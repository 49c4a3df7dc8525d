import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BASIC, configOf, EDGE, fileOf, HUB, load, PROD, placesOf, problemsOf } from "./load.ts";

const EXAMPLE = readFileSync(new URL("design-example.yaml", import.meta.url));

describe("loadConfig", () => {
  it("finds nothing in the design's example but what is not built yet", () => {
    expect(new Set(problemsOf(EXAMPLE).map(({ code }) => code))).toEqual(new Set(["not-supported-yet"]));
  });

  it("fills in every default", () => {
    const { registries, clusters, ...rest } = configOf(fileOf([HUB]));
    expect(rest).toEqual({ file: "registries.yaml", name: "default", defaultRegistry: null, gitops: null });
    expect(registries).toEqual([
      {
        name: "docker-hub",
        type: "docker-hub",
        host: "docker.io",
        path: "",
        auth: {
          method: "basic",
          username: "acme-ci",
          password: { from: "env", name: "TOKEN", location: { file: "registries.yaml", line: 3, column: 81 } },
        },
        pullSecret: "registry",
        deliverTo: { clusters: { except: [] }, namespaces: { except: [] } },
        canary: undefined,
        check: "required",
        expires: undefined,
        expiryWarning: 14 * 86_400_000,
        timeout: 15_000,
        tls: { ca: undefined, serverName: undefined, insecure: false, plainHttp: false },
        tokenHosts: [],
        location: { file: "registries.yaml", line: 3, column: 3 },
      },
    ]);
    expect(clusters).toMatchObject([
      { name: "prod", controller: "flux", path: "pull-secrets/prod", namespaces: ["apps", "payments"] },
    ]);
    expect(clusters).toMatchObject([
      {
        secretName: "regcred",
        labels: {},
        annotations: {},
        encrypt: { age: [{ name: expect.stringMatching(/^age1/) }] },
      },
    ]);
  });

  it("takes what a registry says over the defaults, and the defaults over its own", () => {
    const defaults = "defaults: { check: warn, expiryWarning: 2h, secretName: pull, registry: a }\n";
    const a = `a: { type: generic, host: a.io, ${BASIC}, check: skip, expiryWarning: 90s }`;
    const config = configOf(
      fileOf([a, HUB], [PROD, EDGE.replace("{ ", "{ secretName: own, ")], defaults)
        .replace("a: {", "a: { deliverTo: { clusters: none },")
        .replace("docker-hub: {", "docker-hub: { deliverTo: { clusters: [edge] },"),
    );
    expect(config.registries.map(({ check, expiryWarning }) => [check, expiryWarning])).toEqual([
      ["skip", 90_000],
      ["warn", 7_200_000],
    ]);
    expect(config.clusters.map(({ secretName }) => secretName)).toEqual(["pull", "own"]);
    expect(config.registries.map(({ deliverTo }) => deliverTo.clusters)).toEqual([{ only: [] }, { only: ["edge"] }]);
  });

  it("reads every source of secrets and certificates", () => {
    const basic = (source: string) => `auth: { basic: { username: u, password: ${source} } }`;
    const pem = '"-----BEGIN CERTIFICATE-----\\nMIIB"';
    const { registries, clusters } = configOf(
      fileOf(
        [
          `a: { type: generic, host: a.io, ${basic("{ file: ../token }")}, tls: { ca: { file: ca.crt } } }`,
          `b: { type: generic, host: b.io, ${basic("{ sops: { file: s.yaml, key: a.b } }")}, tls: { ca: { env: CA } } }`,
          `c: { type: generic, host: c.io, auth: { anonymous: }, tls: { ca: { pem: ${pem} }, serverName: x.io } }`,
        ],
        [
          "prod: { controller: plain, path: ./out//prod/, namespaces: [apps], labels: { a: b }, encrypt: { sops: { rules: ../.sops.yaml } } }",
        ],
      ),
    );
    const sources = registries.map(({ auth }) => (auth.method === "basic" ? auth.password : auth));
    expect(sources).toMatchObject([
      { from: "file", path: "../token" },
      { from: "sops", path: "s.yaml", key: "a.b" },
      { method: "anonymous" },
    ]);
    expect(registries.map(({ tls }) => tls.ca?.from)).toEqual(["file", "env", "pem"]);
    expect(clusters).toMatchObject([
      { controller: "plain", path: "out/prod", labels: { a: "b" }, encrypt: { rules: "../.sops.yaml" } },
    ]);
  });

  it("reads canaries, dates, token hosts and selections", () => {
    const entry = (rest: string) => `a: { type: generic, host: a.io:5000, ${BASIC}, ${rest} }`;
    const one = (rest: string) => configOf(fileOf([entry(rest)])).registries[0];
    const digest = `sha256:${"0".repeat(64)}`;
    expect(one("canary: acme/api")?.canary).toEqual({ repository: "acme/api", reference: "latest" });
    expect(one("canary: a.io:5000/acme/api:v1")?.canary).toEqual({ repository: "acme/api", reference: "v1" });
    expect(one(`canary: "api:v1@${digest}"`)?.canary).toEqual({ repository: "api", reference: digest });
    expect(one("expires: 2027-03-01")?.expires).toBe("2027-03-01T23:59:59Z");
    expect(one('expires: "2027-03-01T12:00:00+02:00"')?.expires).toBe("2027-03-01T10:00:00Z");
    expect(one("tokenHosts: [Auth.io:8443]")?.tokenHosts).toEqual(["auth.io:8443"]);
    expect(one("deliverTo: { namespaces: { only: [apps] } }")?.deliverTo.namespaces).toEqual({ only: ["apps"] });
    expect(one("deliverTo: { namespaces: { except: [prod/apps] } }")?.deliverTo.namespaces).toEqual({
      except: ["prod/apps"],
    });
    expect(one("pullSecret: none")?.pullSecret).toBe("none");
  });

  it("accepts `gitops`, `images`' keys, `$schema`, `x-` keys and merges", () => {
    const text = `$schema: https://example.com\nx-auth: &auth { basic: { username: u, password: { env: T } } }\n${fileOf(
      [
        "a: &a { type: generic, host: a.io, auth: *auth, repositories: [acme/*], organization: acme, project: p, description: d }",
        "b: { <<: *a, host: b.io }",
        "c: { <<: [*a], host: c.io }",
      ],
    )}gitops: { repository: acme/gitops, base: main }\nname: platform\n`;
    const config = configOf(text);
    expect(config).toMatchObject({ name: "platform", gitops: { repository: "acme/gitops", base: "main" } });
    expect(config.registries.map(({ host }) => host)).toEqual(["a.io", "b.io", "c.io"]);
  });

  it("lets any number of registries share one anchor", () => {
    const many = Array.from(
      { length: 500 },
      (_, index) => `r${index}: { type: generic, host: h${index}.io, auth: *auth }`,
    );
    const text = `x-auth: &auth { basic: { username: u, password: { env: T } } }\n${fileOf(many)}`;
    expect(configOf(text).registries).toHaveLength(500);
  });

  it("needs no cluster, and no registry that delivers", () => {
    expect(configOf(fileOf([HUB], [])).clusters).toEqual([]);
    expect(configOf("version: 1\nregistries: {}\n").registries).toEqual([]);
  });

  it("reports the problems of sound entries beside those of broken ones, sorted by place", () => {
    const text = fileOf(
      [`a: { type: generic, host: "u:p@h", ${BASIC} }`, "b: { typ: generic }", `c: { type: ecr, ${BASIC} }`],
      [PROD, "edge: { path: ../x }"],
    );
    expect(placesOf(problemsOf(text))).toEqual([
      "3:3 delivery-missing",
      "3:29 bad-host",
      "4:3 missing-key",
      "4:8 unknown-key",
      "5:3 missing-key",
      "5:14 not-supported-yet",
      "5:27 bad-value",
      "8:3 missing-key",
      "8:3 missing-key",
      "8:17 path-escapes",
    ]);
  });

  it("is no slower than a person notices on a large file", () => {
    const many = Array.from(
      { length: 500 },
      (_, index) => `r${index}: { type: generic, host: h${index}.io, ${BASIC} }`,
    );
    const text = fileOf(many);
    const start = performance.now();
    expect(load(text).status).toBe("valid");
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

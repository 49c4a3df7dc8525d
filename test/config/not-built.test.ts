import { describe, expect, it } from "vitest";
import { AGE, BASIC, fileOf, HUB, problemsOf, PROD } from "./load.ts";

const registry = (rest: string) => fileOf([`a: { type: generic, host: a.io, ${rest} }`]);
const cluster = (rest: string) => fileOf([HUB], [PROD.replace("{ ", `{ ${rest}, `)]);
const SECRET = "{ env: A }";

describe("what this version does not build", () => {
  it.each<[string, string]>([
    ["type `ecr`", fileOf(["a: { type: ecr, host: a.io, auth: { aws: } }"])],
    ["`bearer`", registry(`auth: { bearer: { token: ${SECRET} } }`)],
    ["`aws`", fileOf(["a: { type: ecr, host: a.io, auth: { aws: } }"])],
    ["`azure`", fileOf(["a: { type: acr, host: a.io, auth: { azure: {} } }"])],
    ["`gcp`", fileOf(["a: { type: gcr, host: gcr.io, auth: { gcp: } }"])],
    ["`github`", fileOf([`a: { type: ghcr, auth: { github: { token: ${SECRET} } } }`])],
    ["{ existing }", registry(`${BASIC}, pullSecret: { existing: a }`)],
    ["{ custom }", registry(`${BASIC}, pullSecret: { custom: { username: a, password: ${SECRET} } }`)],
    ["{ externalSecrets }", registry(`${BASIC}, pullSecret: { externalSecrets: }`)],
    ["`charts`", registry(`${BASIC}, charts: [acme/platform]`)],
    ["`allowEphemeral`", registry(`${BASIC}, allowEphemeral: true`)],
    [
      "`tls.clientCertificate`",
      registry(`${BASIC}, tls: { clientCertificate: { certificate: { file: a }, key: ${SECRET} } }`),
    ],
    ["`controller: argocd`", cluster("controller: argocd")],
    [
      "sealedSecrets",
      fileOf([HUB], [PROD.replace(`sops: { age: [${AGE}] }`, "sealedSecrets: { certificate: { file: a.pem } }")]),
    ],
    ["`layout: per-registry`", cluster("layout: per-registry")],
    ["`createNamespaces`", cluster("createNamespaces: true")],
    ["`serviceAccounts`", cluster("serviceAccounts: [default, { name: a, imagePullSecrets: [b] }]")],
    ["`refresher`", cluster("refresher: cronjob")],
    ["{ fromCluster }", fileOf([HUB], [PROD.replace("[apps, payments]", "{ fromCluster: { selector: team } }")])],
  ])("refuses %s by name, with what to do today", (name, text) => {
    const problems = problemsOf(text);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["not-supported-yet"]));
    expect(problems.map(({ message }) => message).join()).toContain(name);
    for (const { hint, location } of problems) {
      expect(hint).toMatch(/^today: /u);
      expect(location?.line).toBeGreaterThan(2);
    }
  });

  it("takes the same keys when they say nothing new", () => {
    expect(problemsOf(registry(`${BASIC}, allowEphemeral: false, pullSecret: registry`))).toEqual([]);
    expect(problemsOf(cluster("createNamespaces: false, layout: merged, controller: plain"))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { parseTimeout } from "../../src/config/index.ts";
import { AGE, BASIC, EDGE, fileOf, HUB, notesOf, placesOf, problemsOf, PROD, wordsOf } from "./load.ts";

const generic = (name: string, rest: string) => `${name}: { type: generic, host: a.io, ${BASIC}, ${rest} }`;
const delivered = (deliverTo: string) => generic("a", `deliverTo: ${deliverTo}`);
const cluster = (name: string, rest: string) =>
  `${name}: { ${rest}, namespaces: [apps], encrypt: { sops: { age: [${AGE}] } } }`;
const codes = (text: string) => problemsOf(text).map(({ code }) => code);
const noteCodes = (text: string) => notesOf(text).map(({ code }) => code);

describe("delivery", () => {
  it("must be said when there is more than one cluster", () => {
    expect(placesOf(problemsOf(fileOf([HUB], [PROD, EDGE])))).toEqual(["3:3 delivery-missing"]);
    expect(codes(fileOf([HUB], [PROD, EDGE], "defaults: { deliverTo: { clusters: all } }\n"))).toEqual([]);
    expect(codes(fileOf([delivered("{ clusters: [edge] }")], [PROD, EDGE]))).toEqual([]);
  });

  it("is not inherited by halves", () => {
    const text = fileOf(
      [delivered("{ namespaces: [apps] }")],
      [PROD, EDGE],
      "defaults: { deliverTo: { clusters: all } }\n",
    );
    expect(codes(text)).toEqual(["delivery-missing"]);
    expect(wordsOf(text).join()).toContain("replaces the one of `defaults` as a whole");
  });

  it("needs no word where nothing is delivered", () => {
    expect(codes(fileOf([generic("a", "pullSecret: none")], [PROD, EDGE]))).toEqual([]);
    expect(codes(fileOf(["a: { type: generic, host: a.io, auth: { anonymous: } }"], [PROD, EDGE]))).toEqual([]);
  });

  it("refuses names that do not exist, with the nearest that does", () => {
    const text = fileOf([delivered("{ clusters: [prd], namespaces: { only: [app, prod/zzzzzzz] } }")]);
    expect(placesOf(problemsOf(text))).toEqual(["3:125 unknown-name", "3:152 unknown-name", "3:157 unknown-name"]);
    expect(wordsOf(text)).toEqual([
      "there is no cluster `prd` — did you mean `prod`?",
      "there is no namespace `app` — did you mean `apps`?",
      "there is no namespace `prod/zzzzzzz` — there are apps, prod/apps, payments, prod/payments",
    ]);
  });

  it("refuses an excluded name only when it looks misspelt", () => {
    expect(codes(fileOf([delivered("{ namespaces: { except: [paymens] } }")]))).toEqual(["unknown-name"]);
    expect(noteCodes(fileOf([delivered("{ namespaces: { except: [sandbox] } }")]))).toEqual(["nothing-selected"]);
  });

  it("judges the defaults' selections once", () => {
    const text = fileOf([HUB], [PROD], "defaults: { deliverTo: { clusters: [prd] } }\n");
    expect(placesOf(problemsOf(text))).toEqual(["6:37 unknown-name"]);
  });

  it("warns of a pattern that matches nothing, and of selections that meet nowhere", () => {
    expect(noteCodes(fileOf([delivered('{ clusters: ["*-staging"] }')]))).toEqual(["nothing-selected"]);
    const apart = fileOf([delivered("{ clusters: [edge], namespaces: [apps] }")], [PROD, EDGE]);
    expect(noteCodes(apart)).toEqual(["nothing-selected"]);
    expect(wordsOf(apart).join()).toContain("`a` is delivered nowhere");
  });

  it("may be said to be none", () => {
    for (const none of ["{ clusters: none }", "{ clusters: [] }", "{ namespaces: none }"])
      expect(wordsOf(fileOf([delivered(none)]))).toEqual([]);
  });

  it("is not judged by namespaces that a broken cluster may have", () => {
    const text = fileOf([delivered("{ clusters: all, namespaces: [shop] }")], [PROD, EDGE.replace("shop", "Shop")]);
    expect(codes(text)).toEqual(["bad-value"]);
  });

  it("suggests to correct or remove where there is too much to list", () => {
    const many = Array.from({ length: 12 }, (_, index) => cluster(`cluster-${index}`, "controller: flux"));
    expect(wordsOf(fileOf([delivered("{ clusters: [x] }")], many))).toEqual([
      "there is no cluster `x` — correct or remove it",
    ]);
  });
});

describe("names and hosts that meet", () => {
  it("has the default registry among the registries", () => {
    expect(wordsOf(fileOf([HUB], [PROD], "defaults: { registry: dockerhub }\n"))).toEqual([
      "there is no registry `dockerhub` — did you mean `docker-hub`?",
    ]);
    expect(wordsOf(fileOf([HUB], [PROD], "defaults: { registry: zzz }\n")).join()).toContain(
      "name one that stands under",
    );
    expect(codes(fileOf([HUB], [PROD], "defaults: { registry: docker-hub }\n"))).toEqual([]);
  });

  it("refuses two registries of one host in one Secret, naming both", () => {
    const text = fileOf([generic("one", "check: skip"), generic("two", "check: skip")]);
    expect(placesOf(problemsOf(text))).toEqual(["4:3 same-host-twice"]);
    expect(wordsOf(text).join()).toContain("`one` and `two` are both `a.io` and both go to `prod/apps`");
  });

  it("allows two registries of one host that never meet", () => {
    const to = (name: string, target: string) => generic(name, `deliverTo: ${target}`);
    expect(codes(fileOf([to("one", "{ clusters: [prod] }"), to("two", "{ clusters: [edge] }")], [PROD, EDGE]))).toEqual(
      [],
    );
    expect(codes(fileOf([to("one", "{ namespaces: [apps] }"), to("two", "{ namespaces: [payments] }")]))).toEqual([]);
    expect(codes(fileOf([generic("one", "check: skip"), generic("two", "pullSecret: none")]))).toEqual([]);
    expect(
      codes(fileOf([generic("one", "check: skip"), generic("two", "check: skip").replace("a.io", "a.io/team")])),
    ).toEqual([]);
  });

  it("counts a second credential for the clusters as the registry's own", () => {
    const custom = generic("two", "pullSecret: { custom: { username: u, password: { env: A } } }");
    expect(codes(fileOf([generic("one", "check: skip"), custom]))).toContain("same-host-twice");
    expect(codes(fileOf([generic("one", "check: skip"), generic("two", "pullSecret: { existing: s }")]))).toEqual([
      "not-supported-yet",
    ]);
  });
});

describe("clusters", () => {
  const paths = (one: string, two: string) =>
    fileOf(
      [HUB],
      [cluster("one", `path: ${one}`), cluster("two", `path: ${two}`)],
      "defaults: { deliverTo: { clusters: all } }\n",
    );

  it.each([
    ["a", "a", "6:16"],
    ["a", "A/", "6:16"],
    ["a", "./a/b", "6:16"],
    ["a/b", "a", "5:16"],
  ])("may not share or nest the directories %s and %s", (one, two, place) => {
    expect(placesOf(problemsOf(paths(one, two)))).toEqual([`${place} overlapping-paths`]);
  });

  it("may have neighbouring directories", () => {
    expect(codes(paths("a/b", "a/bc"))).toEqual([]);
  });

  it("may not nest in another's default directory", () => {
    const text = fileOf(
      [HUB],
      [cluster("one", "path: pull-secrets"), cluster("two", "controller: flux")],
      "defaults: { deliverTo: { clusters: all } }\n",
    );
    expect(placesOf(problemsOf(text))).toEqual(["6:3 overlapping-paths"]);
  });

  it.each([
    ["../x", "path-escapes"],
    ["a/../..", "path-escapes"],
    ["/etc", "path-escapes"],
    ['"C:/x"', "path-escapes"],
    ["x/.GIT/hooks", "forbidden-path"],
    [".git", "forbidden-path"],
    [".", "bad-value"],
    ["a\\b", "bad-value"],
    ['" a"', "bad-value"],
  ])("may not be written to %s", (path, code) => {
    expect(placesOf(problemsOf(fileOf([HUB], [cluster("one", `path: ${path}`)])))).toEqual([`5:16 ${code}`]);
  });

  it("may not take over the label by which regcred knows its files", () => {
    const label = "labels: { app.kubernetes.io/managed-by: me, team: a }, annotations: { a.io/b: c }";
    expect(placesOf(problemsOf(fileOf([HUB], [cluster("one", label)])))).toEqual(["5:20 bad-value"]);
  });

  it("may not carry more annotations than Kubernetes takes", () => {
    const long = `annotations: { a: "${"x".repeat(256 * 1024)}" }`;
    expect(placesOf(problemsOf(fileOf([HUB], [cluster("one", long)])))).toEqual(["5:10 bad-value"]);
  });

  it("use `{registry}` in names with one Secret per registry only", () => {
    expect(placesOf(problemsOf(fileOf([HUB], [cluster("one", 'secretName: "pull-{registry}"')])))).toEqual([
      "5:22 bad-value",
    ]);
    expect(codes(fileOf([HUB], [cluster("one", 'secretName: "pull-{registry}", layout: per-registry')]))).toEqual([
      "not-supported-yet",
    ]);
  });
});

describe("sources", () => {
  const from = (source: string, type = "generic") =>
    fileOf([`a: { type: ${type}, host: a.io, auth: { basic: { username: u, password: ${source} } } }`]);

  it.each([
    "GITHUB_TOKEN",
    "ACTIONS_X",
    "RUNNER_X",
    "INPUT_X",
    "SOPS_AGE_KEY",
    "REGCRED_FINGERPRINT_KEY",
    "sops_age_key",
  ])("never are the variable %s", (name) => {
    expect(codes(from(`{ env: ${name} }`))).toEqual(["forbidden-source"]);
    expect(codes(fileOf([generic("a", `tls: { ca: { env: ${name} } }`)]))).toEqual(["forbidden-source"]);
  });

  it("may be GITHUB_TOKEN for GitHub's own registry alone", () => {
    const at = (host: string, name: string) => codes(from(`{ env: ${name} }`, "ghcr").replace("a.io", host));
    expect(at("ghcr.io", "GITHUB_TOKEN")).toEqual([]);
    expect(at("ghcr.io/acme", "GITHUB_TOKEN")).toEqual([]);
    expect(at("ghcr.io", "GITHUB_ACTOR")).toEqual(["forbidden-source"]);
    for (const host of ["a.io", "ghcr.io.a.io", "ghcr.io:8443", "containers.github.example.com"])
      expect(at(host, "GITHUB_TOKEN")).toEqual(["bad-host"]);
  });

  it.each([
    ["../token", []],
    ["../../token", ["path-escapes"]],
    ["/etc/passwd", ["path-escapes"]],
    ["~/token", ["path-escapes"]],
    ["../.git/config", ["forbidden-path"]],
    ["../a/.Git./config", ["forbidden-path"]],
    ["../git~1/config", ["forbidden-path"]],
    ["..token", []],
  ])("in the file %s are judged by where it lies", (path, expected) => {
    expect(codes(from(`{ file: ${path} }`))).toEqual(expected);
    expect(codes(from(`{ sops: { file: ${path}, key: a } }`))).toEqual(expected);
  });

  it("may be a file that `--allow-file` names, and not what lies in a folder of that name", () => {
    const allowFiles = ["/run/secrets/token", "/repo/.git/token"];
    expect(problemsOf(from("{ file: /run/secrets/token }"), { allowFiles })).toEqual([]);
    expect(problemsOf(from("{ file: ../../run/secrets/x/../token }"), { allowFiles })).toEqual([]);
    expect(problemsOf(from("{ file: ../.git/token }"), { allowFiles })).toEqual([]);
    expect(problemsOf(from("{ file: /run/secrets/other }"), { allowFiles })).toHaveLength(1);
    expect(problemsOf(from("{ file: /run/secrets/token }"), { allowFiles: ["/run/secrets"] })).toHaveLength(1);
  });

  it("of recipients' rules stay inside the repository too", () => {
    const rules = fileOf([HUB], [PROD.replace(`age: [${AGE}]`, "rules: ../../.sops.yaml")]);
    expect(codes(rules)).toEqual(["path-escapes"]);
  });
});

describe("times, canaries and connections", () => {
  it.each([
    ["expires: 2027-02-30", "is a day that no calendar has"],
    ["expires: 2027-13-01", "is a day that no calendar has"],
    ['expires: "2027-02-01T25:00Z"', "is a day that no calendar has"],
    ["timeout: 0s", "say 1 second to 1 hour"],
    ["timeout: 2h", "say 1 second to 1 hour"],
    ["canary: b.io:5000/acme/api", "names another registry"],
    ["canary: B.io/acme/api", "names another registry"],
    ['tokenHosts: ["a.io:99999"]', "is no host"],
  ])("refuse %s", (rest, words) => {
    expect(wordsOf(fileOf([generic("a", rest)])).join()).toContain(words);
    expect(problemsOf(fileOf([generic("a", rest)]))).toHaveLength(1);
  });

  it.each([
    ["1s", 1000],
    ["15m", 900_000],
    ["1h", 3_600_000],
    ["0s", null],
    ["61m", null],
    ["1d", null],
    ["15", null],
    ["1e1s", null],
    ["", null],
  ])("read the timeout `%s` as the command line does", (text, milliseconds) => {
    expect(parseTimeout(text)).toBe(milliseconds);
  });

  it("say insecure modes out loud", () => {
    const text = fileOf([generic("a", "tls: { insecure: true, plainHttp: true }")]);
    expect(placesOf(notesOf(text))).toEqual(["3:118 insecure-connection", "3:135 insecure-connection"]);
  });
});

import { describe, expect, it } from "vitest";
import { AGE, BASIC, fileOf, HUB, placesOf, problemsOf, PROD, wordsOf } from "./load.ts";

const hub = (rest: string) => fileOf([HUB.replace(" }", " }").replace("{ type", `{ ${rest}, type`)]);
const prod = (rest: string) => fileOf([HUB], [PROD.replace("{ ", `{ ${rest}, `)]);
const auth = (text: string, type = "generic, host: a.io") => fileOf([`a: { type: ${type}, auth: ${text} }`]);

describe("a secret field", () => {
  it.each([
    "hunter2",
    '"hunter2"',
    "{ hunter2 }",
    "{ hunter2: x }",
    "[hunter2]",
    "{ env: hunter2! }",
    "{ sops: hunter2 }",
    "{ file: 12 }",
  ])("that holds %s is refused without showing it", (value) => {
    const text = fileOf([HUB.replace("{ env: TOKEN }", value)]);
    expect(problemsOf(text)).toHaveLength(1);
    expect(JSON.stringify(problemsOf(text))).not.toContain("hunter2");
  });

  it("that holds a text, a number or a truth value is called an inline secret", () => {
    for (const value of ["hunter2", "1234", "true"])
      expect(placesOf(problemsOf(fileOf([HUB.replace("{ env: TOKEN }", value)])))).toEqual(["3:81 inline-secret"]);
  });

  it("that is empty says what it takes", () => {
    for (const value of ["", "{}", "null"])
      expect(wordsOf(fileOf([HUB.replace("{ env: TOKEN }", value)])).join()).toMatch(/is empty — say .*`?env/u);
  });

  it("whose key is misspelt suggests the right one", () => {
    expect(wordsOf(fileOf([HUB.replace("env:", "evn:")])).join()).toContain("did you mean `env`?");
  });

  it("with two sources is refused", () => {
    expect(wordsOf(fileOf([HUB.replace("{ env: TOKEN }", "{ env: A, file: b }")])).join()).toContain(
      "says `env` and `file`",
    );
  });

  it("is also where a certificate would hold a private key", () => {
    const pem = '"-----BEGIN CERTIFICATE-----\\n-----BEGIN PRIVATE KEY-----\\nhunter2"';
    const text = hub(`tls: { ca: { pem: ${pem} } }`);
    expect(problemsOf(text).map(({ code }) => code)).toEqual(["inline-secret"]);
    expect(JSON.stringify(problemsOf(text))).not.toContain("hunter2");
  });

  it("is also where a recipient is an identity", () => {
    for (const key of ["AGE-SECRET-KEY-1HUNTER2", "AGE-PLUGIN-X-1HUNTER2", "-----BEGIN PRIVATE KEY----- HUNTER2"]) {
      const text = fileOf([HUB], [PROD.replace(AGE, key)]);
      expect(problemsOf(text).map(({ code }) => code)).toEqual(["inline-secret"]);
      expect(JSON.stringify(problemsOf(text))).not.toContain("HUNTER2");
    }
  });
});

describe("the words of a problem", () => {
  it.each<[string, string, string, string]>([
    [
      "an unknown key",
      hub("chek: warn"),
      "3:17 unknown-key",
      "`registries.docker-hub` has no key `chek` — did you mean `check`?",
    ],
    ["a key far from any", hub("zzz: 1"), "3:17 unknown-key", "it takes `type`, `host`, `auth`"],
    [
      "an unknown key of the file",
      `${fileOf([HUB])}cluster: {}\n`,
      "6:1 unknown-key",
      "the file has no key `cluster` — did you mean `clusters`?",
    ],
    ["a key where none is known", auth("{ anonymous: { a: 1 } }"), "3:56 unknown-key", "it takes no keys"],
    [
      "a key that looks like a token",
      hub("dckr_pat_abcdefghijklmnopqrstuvwxyz: 1"),
      "3:17 unknown-key",
      "has no key of this name",
    ],
    [
      "a misspelt type",
      auth("{ anonymous: }", "dockerhub"),
      "3:14 bad-value",
      "is `dockerhub`, which is none of its values — did you mean `docker-hub`?",
    ],
    ["a strange type", auth("{ anonymous: }", "zzz"), "3:14 bad-value", "say `docker-hub`, `ecr`"],
    ["a single cluster", hub("deliverTo: { clusters: prod }"), "3:40 bad-value", "even a single name goes in brackets"],
    [
      "a number as account",
      fileOf([HUB.replace("acme-ci", "123456789012")]),
      "3:62 bad-value",
      "an account id is a name, and as a number it would lose leading zeros",
    ],
    [
      "a number as label",
      prod("labels: { team: 42 }"),
      "5:27 bad-value",
      "must be text, and YAML reads a number here — put it in quotes",
    ],
    ["a bare duration", hub("timeout: 15"), "3:26 bad-value", "give it a unit, such as `15s`"],
    ["a text as flag", hub("allowEphemeral: yes"), "3:33 bad-value", "must be `true` or `false`, and is text"],
    [
      "a number as flag",
      hub("allowEphemeral: 1"),
      "3:33 bad-value",
      "must be `true` or `false`, and YAML reads a number here",
    ],
    ["a text as mapping", auth("anonymous"), "3:41 bad-value", "must be a mapping, and is text — name the method"],
    ["a list as mapping", prod("labels: [a]"), "5:19 bad-value", "must be a mapping, and is a list"],
    ["a mapping as text", hub("canary: { a: b }"), "3:25 bad-value", "must be text, and is a mapping"],
    [
      "another version",
      "version: 2\nregistries: {}\n",
      "1:10 bad-value",
      "a file of a later version needs a later regcred",
    ],
    ["a version as text", 'version: "1"\nregistries: {}\n', "1:10 bad-value", "say `version: 1`"],
    ["no version", "registries: {}\n", "1:1 missing-key", "start the file with `version: 1`"],
    [
      "no host",
      fileOf([`a: { type: generic, ${BASIC} }`]),
      "3:3 missing-key",
      "only types with one fixed host need none",
    ],
    ["no user name", auth("{ basic: { password: { env: A } } }"), "3:43 missing-key", "add `username: NAME`"],
    [
      "a user name with a colon",
      auth("{ basic: { username: 'a:b', password: { env: A } } }"),
      "3:62 bad-value",
      "may not contain `:`",
    ],
    [
      "a user name that no header can carry",
      auth('{ basic: { username: "a\\u0085b", password: { env: A } } }'),
      "3:62 bad-value",
      "expected: The user name",
    ],
    [
      "a misspelt user name",
      auth("{ basic: { user-name: a, password: { env: A } } }"),
      "3:52 unknown-key",
      "did you mean `username`?",
    ],
    ["an empty key", hub("canary:"), "3:17 missing-key", "give it a value, or remove the key"],
    ["an empty method", auth("{}"), "3:35 missing-key", "say `basic`, `bearer`"],
    [
      "two methods",
      auth("{ basic: { username: a, password: { env: A } }, anonymous: }"),
      "3:35 bad-value",
      "says `basic` and `anonymous`",
    ],
    [
      "a method of another type",
      auth("{ aws: {} }"),
      "3:43 bad-value",
      "a registry of type `generic` does not log in with `aws` — it takes `basic`, `bearer` or `anonymous`",
    ],
    ["an empty list", fileOf([HUB], [PROD.replace("apps, payments", "")]), "5:11 bad-value", "is an empty list"],
    [
      "a namespace twice",
      fileOf([HUB], [PROD.replace("payments", "apps")]),
      "5:30 bad-value",
      "names the same thing twice",
    ],
    [
      "a key without its partner",
      auth("{ aws: { accessKeyId: { env: A } } }", "ecr, host: a.io"),
      "3:46 missing-key",
      "says `accessKeyId` without `secretAccessKey`",
    ],
    [
      "two places to publish",
      `${fileOf([HUB])}gitops: { repository: a/b, remote: https://a.io/b }\n`,
      "6:28 bad-value",
      "says both `remote` and `repository`",
    ],
    [
      "a bad registry name",
      fileOf([HUB.replace("docker-hub:", "Docker_Hub:")]),
      "3:3 bad-value",
      "has a name that it cannot have — expected: A DNS label",
    ],
    ["a cluster called all", fileOf([HUB], [PROD.replace("prod", "all")]), "5:3 bad-value", "`all` is taken"],
    [
      "a bad namespace",
      fileOf([HUB], [PROD.replace("apps", "Apps")]),
      "5:24 bad-value",
      "expected: The name of a Kubernetes namespace",
    ],
    ["a bad Secret name", prod("secretName: Reg"), "5:23 bad-value", "expected: The name of a Kubernetes Secret"],
    ["a bad label", prod("labels: { team: a b }"), "5:27 bad-value", "expected: A label value"],
    ["a bad label key", prod("labels: { a b: c }"), "5:21 bad-value", "expected: A label or annotation key"],
    [
      "a variable with `$`",
      fileOf([HUB.replace("TOKEN", "$TOKEN")]),
      "3:88 bad-value",
      "without `$` (such as `REGISTRY_TOKEN`)",
    ],
    ["no recipient", fileOf([HUB], [PROD.replace(AGE, "ssh-ed25519")]), "5:66 bad-recipient", "is no age recipient"],
    [
      "a host with blanks",
      fileOf([`a: { type: generic, host: a b, ${BASIC} }`]),
      "3:29 bad-host",
      "has the wrong form",
    ],
  ])("tell of %s", (_, text, place, words) => {
    expect(placesOf(problemsOf(text))).toContain(place);
    expect(wordsOf(text).join("\n")).toContain(words);
  });

  it("are not taken from what every object inherits", () => {
    const text =
      "version: 1\nregistries:\n  a: { type: constructor, canary: x/y }\nclusters: { constructor: , __proto__: }\n";
    expect(wordsOf(text).join("\n")).not.toMatch(/function|object/u);
  });

  it("tell of each cause once", () => {
    const texts = [
      hub("chek: warn"),
      auth("{ aws: {} , zzz: 1 }", "ghcr"),
      auth("3"),
      fileOf([HUB], [PROD.replace("prod", "all")]),
    ];
    expect(texts.map((text) => problemsOf(text).length)).toEqual([1, 2, 1, 1]);
  });
});

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, errorsOf, expectCivil, expectNoSecret, SECRET } from "./assertions.ts";
import { changed, configuration, dockerConfig, makeFolder, startRegistries, VARIABLES } from "./scene.ts";
import type { Folder, Registries } from "./scene.ts";

const NEW = `new-${SECRET}`;
const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";
const folders: Folder[] = [];
let registries: Registries;

beforeAll(async () => {
  registries = await startRegistries();
});
afterAll(async () => {
  for (const folder of folders) folder.remove();
  await registries.stop();
});

/** A folder with the configuration of the suite. */
function scene(change = (text: string) => text): Folder {
  const folder = makeFolder({ "registries.yaml": change(configuration(registries)) });
  folders.push(folder);
  return folder;
}

describe.concurrent("regcred validate", () => {
  it("finds nothing wrong with a good configuration, and needs neither network nor secrets for it", async () => {
    const folder = scene((text) => text.replaceAll("127.0.0.1", "registry.invalid").replaceAll(/^ +tls: .*\n/gm, ""));
    const ended = await folder.run("validate", { env: {} });
    expectCivil(ended);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "✔ the configuration is valid\n", stderr: "" });
    const json = await folder.run("validate --output json", { env: {} });
    expect(json).toMatchObject({ exitCode: 0, stderr: "" });
    expect(documentOf("validate", json)).toMatchObject({ ok: true, errors: [], warnings: [] });
  });

  it("says every problem at once, each with its place, its code, what to do, and the line", async () => {
    const folder = scene((text) =>
      text.replace("type: generic", "type: genric").replace("username: ci", "user: ci").replace("[prod]", "[nowhere]"),
    );
    const ended = await folder.run("validate");
    expectCivil(ended);
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout).toMatch(/registries\.yaml:5:11/);
    expect(ended.stdout).toMatch(/ {2}hint: /);
    expect(ended.stdout).toContain("type: genric");
    const json = await folder.run("validate -o json");
    expect(json.exitCode).toBe(2);
    const errors = errorsOf(documentOf("validate", json));
    expect(errors).toContain("bad-value 5:11");
    expect(errors).toContain("unknown-key 8:22");
    expect(errors.join("\n")).toMatch(/unknown-name \d+:/);
  });

  it.each(["ecr", "acr", "cloudsmith"])("refuses the type %s by name, because it is not built yet", async (type) => {
    const folder = scene((text) => text.replace("type: generic", `type: ${type}`));
    const ended = await folder.run("validate --output json");
    expect(ended.exitCode).toBe(2);
    expect(documentOf("validate", ended).errors.map(({ code }) => code)).toContain("not-supported-yet");
  });

  it("takes the configuration that --config names, and the one in .github", async () => {
    const folder = scene();
    const text = folder.read("registries.yaml");
    const named = makeFolder({ "team/all.yaml": text });
    const hidden = makeFolder({ ".github/registries.yml": text });
    folders.push(named, hidden);
    for (const ended of [await named.run("validate --config team/all.yaml"), await hidden.run("validate")])
      expect(ended).toMatchObject({ exitCode: 0, stdout: "✔ the configuration is valid\n" });
  });
});

describe.concurrent("the JSON document", () => {
  it.each([
    ["validate", "validate --fail-on warning", 1, "insecure-connection"],
    ["check", "check --registry nope", 2, "unknown-name"],
    ["plan", "plan --fail-on changes", 1, undefined],
    ["plan", "plan --cluster nope", 2, "unknown-name"],
    ["apply", "apply --registry nope", 2, "unknown-name"],
  ] as const)("of %s is as published where it ends otherwise: %s exits %i", async (command, args, exitCode, code) => {
    // Elsewhere than on loopback, plain HTTP is a warning.
    const remote = (text: string) => text.replaceAll("127.0.0.1", "registry.invalid");
    const ended = await scene(command === "validate" ? remote : undefined).run(`${args} --output json`);
    expect(ended).toMatchObject({ exitCode, stderr: "" });
    const { ok, errors, warnings } = documentOf(command, ended);
    expect(ok).toBe(false);
    if (code !== undefined) expect([...errors, ...warnings].map((problem) => problem.code)).toContain(code);
  });
});

describe.concurrent("regcred check", () => {
  it("proves the right to pull at every registry, and writes nothing", async () => {
    const folder = scene();
    const ended = await folder.run("check");
    expectCivil(ended);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout).toMatch(/✔ ok +hub +\S+ +pull +\d+ ms +3\n✔ ok +quay +\S+ +pull +\d+ ms +3\n/);
    const { checks } = documentOf("check", await folder.run("check --output json"));
    const proof = { status: "ok", stage: "pull", proved: "pull" };
    expect(checks).toMatchObject([
      { name: "hub", ...proof },
      { name: "quay", ...proof },
    ]);
    expect([...folder.tree().keys()]).toEqual(["registries.yaml"]);
  });

  it("looks at the named registry alone", async () => {
    const ended = await scene().run("check --registry quay --output json");
    expect(documentOf("check", ended).checks.map(({ name }) => name)).toEqual(["quay"]);
  });

  it("goes on with the others when one is refused, and exits 1", async () => {
    const folder = scene();
    const env = { ...VARIABLES, HUB: `not-${SECRET}` };
    const text = await folder.run("check", { env });
    expectCivil(text);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toMatch(/✖ unauthorized +hub[\s\S]+✔ ok +quay/);
    const json = await folder.run("check --output json", { env });
    expect(json.exitCode).toBe(1);
    expect(documentOf("check", json).checks.map(({ status }) => status)).toEqual(["unauthorized", "ok"]);
  });
});

describe.concurrent("regcred plan", () => {
  it("says what apply would do, and writes nothing; --exit-code tells it by 3", async () => {
    const folder = scene();
    const ended = await folder.run("plan");
    expectCivil(ended);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain("5 files to create");
    const json = await folder.run("plan --exit-code --output json");
    expect(json.exitCode).toBe(3);
    const document = documentOf("plan", json);
    expect(document).toMatchObject({ ok: true, changed: true });
    expect(document.changes).toHaveLength(5);
    expect([...folder.tree().keys()]).toEqual(["registries.yaml"]);
  });

  it("exits 0 with --exit-code when nothing would change, and 1 beats 3", async () => {
    const folder = scene();
    await folder.run("apply");
    const done = await folder.run("plan --exit-code --output json");
    expect(done.exitCode).toBe(0);
    expect(documentOf("plan", done)).toMatchObject({ ok: true, changed: false });
    const env = { ...VARIABLES, HUB: `not-${SECRET}` };
    const failed = await folder.run("plan --exit-code --output json", { env });
    expect(failed.exitCode).toBe(1);
    documentOf("plan", failed);
  });
});

describe.concurrent("regcred apply", () => {
  it("writes one sealed pull secret for each namespace, with what each may pull from", async () => {
    const folder = scene();
    const ended = await folder.run("apply");
    expectCivil(ended);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect([...folder.tree().keys()]).toEqual([
      "pull-secrets/edge/kustomization.yaml",
      "pull-secrets/edge/regcred.lock",
      "pull-secrets/edge/shop/regcred.sops.yaml",
      APPS,
      "pull-secrets/prod/kustomization.yaml",
      "pull-secrets/prod/payments/regcred.sops.yaml",
      "pull-secrets/prod/regcred.lock",
      "registries.yaml",
    ]);
    const { auths } = await dockerConfig(folder.read(APPS));
    const login = { username: "ci", password: SECRET, auth: Buffer.from(`ci:${SECRET}`).toString("base64") };
    expect(auths).toEqual({ [registries.hub.host]: login, [registries.quay.host]: login });
    for (const text of folder.tree().values()) expectNoSecret(text);
  });

  it("leaves every byte the second time", async () => {
    const folder = scene();
    await folder.run("apply");
    const before = folder.tree();
    const ended = await folder.run("apply --output json");
    expect(ended.exitCode).toBe(0);
    expect(documentOf("apply", ended)).toMatchObject({ ok: true, changed: false });
    expect(changed(before, folder.tree())).toEqual([]);
  });

  it("writes below --dir, here with real Git: a second run leaves a clean checkout", async () => {
    const folder = scene();
    const git = (...words: string[]) =>
      execFileSync("git", ["-C", `${folder.path}/gitops`, ...words], { encoding: "utf8" });
    execFileSync("git", ["init", "--quiet", `${folder.path}/gitops`]);
    const ended = await folder.run("apply --dir gitops --output json");
    expect(documentOf("apply", ended)).toMatchObject({
      changed: true,
      published: { kind: "directory", path: "gitops" },
    });
    expect(folder.tree().has(`gitops/${APPS}`)).toBe(true);
    expect(folder.tree().has(APPS)).toBe(false);
    git("add", "--all");
    git("-c", "user.name=a", "-c", "user.email=a@example.invalid", "commit", "--quiet", "--message", "first");
    expect((await folder.run("apply --dir gitops")).exitCode).toBe(0);
    expect(git("status", "--porcelain")).toBe("");
  });

  it("rewrites exactly the files that hold a rotated credential", async () => {
    const folder = scene((text) => text.replace("deliverTo: { clusters: [prod]", "check: skip\n    $&"));
    await folder.run("apply");
    const before = folder.tree();
    const ended = await folder.run("apply", { env: { ...VARIABLES, QUAY: NEW } });
    expectCivil(ended);
    expect(ended.exitCode).toBe(0);
    expect(changed(before, folder.tree())).toEqual([APPS, "pull-secrets/prod/regcred.lock"]);
    expect((await dockerConfig(folder.read(APPS))).auths[registries.quay.host]?.password).toBe(NEW);
  });

  it.each([
    ["refused", { QUAY: `not-${SECRET}` }, "check-failed"],
    ["empty", { QUAY: "" }, "empty-secret"],
  ])("holds the files of a credential that is %s, goes on with the others, and exits 1", async (_, env, code) => {
    const folder = scene();
    await folder.run("apply");
    const before = folder.tree();
    folder.write("registries.yaml", folder.read("registries.yaml").replace("[shop]", "[shop, cafe]"));
    const ended = await folder.run("apply --output json", { env: { ...VARIABLES, ...env } });
    expect(ended.exitCode).toBe(1);
    const document = documentOf("apply", ended);
    expect(document.errors.map((error) => error.code)).toEqual([code, "held"]);
    expect(document.changes).toContainEqual(expect.objectContaining({ action: "hold", path: APPS }));
    expect(folder.read(APPS)).toBe(before.get(APPS));
    expect(folder.tree().has("pull-secrets/edge/cafe/regcred.sops.yaml")).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Secret } from "../../src/secret.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";
import { changedFiles, changesOf, openScene, QUAY_USER } from "./scene.ts";
import type { Scene } from "./scene.ts";

// REGCRED_FINGERPRINT_KEY is changed, with the one before it at hand and without.

const KEY = "REGCRED_FINGERPRINT_KEY";
const PREVIOUS = "REGCRED_FINGERPRINT_KEY_PREVIOUS";
const [OLD, NEW] = ["ab".repeat(32), "cd".repeat(32)];
const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";
const LOCKS = ["edge/regcred.lock", "prod/regcred.lock"];

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
  await scene.run("apply");
  scene.variables.set(KEY, NEW);
  scene.variables.set(PREVIOUS, OLD);
});
afterEach(() => scene.close());

describe("a new fingerprint key", () => {
  it("keeps the bytes of what is unchanged under the previous one, and writes the locks alone", async () => {
    const before = scene.tree();
    const planned = await scene.run("plan", { exitCode: true });
    expect({ exitCode: planned.exitCode, changes: changesOf(planned) }).toEqual({ exitCode: 3, changes: [] });
    const outcome = await scene.run("apply");
    expect(outcome).toMatchObject({ exitCode: 0, report: { changed: true, warnings: [] } });
    expect(outcome.report.changes?.map(({ action, reason }) => `${action} ${reason}`)).toEqual([
      "keep unchanged",
      "keep unchanged",
      "keep unchanged",
    ]);
    expect(changedFiles(before, scene.tree())).toEqual(LOCKS);
  });

  it("needs the previous one for one run", async () => {
    await scene.run("apply");
    scene.variables.delete(PREVIOUS);
    const before = scene.tree();
    expect(await scene.run("apply")).toMatchObject({ exitCode: 0, report: { changed: false } });
    expect(changedFiles(before, scene.tree())).toEqual([]);
  });

  it("changes nothing more while the previous one is still there", async () => {
    await scene.run("apply");
    expect((await scene.run("apply")).report.changed).toBe(false);
  });

  it("without the previous one rewrites all, says why, and removes nothing", async () => {
    scene.variables.delete(PREVIOUS);
    scene.configure({ hub: "    deliverTo: { clusters: [prod] }" });
    const outcome = await scene.run("apply");
    expect(changesOf(outcome)).toEqual([
      "update fingerprint-key-changed prod/apps/regcred.sops.yaml",
      "update fingerprint-key-changed prod/payments/regcred.sops.yaml",
      "hold no-longer-wanted edge/shop/regcred.sops.yaml",
    ]);
  });

  it("still rewrites exactly what holds a rotated credential", async () => {
    scene.quay.setPassword(QUAY_USER, "quay-2");
    scene.variables.set("QUAY", "quay-2");
    const before = scene.tree();
    expect(changesOf(await scene.run("apply"))).toEqual(["update credential-changed prod/apps/regcred.sops.yaml"]);
    expect(changedFiles(before, scene.tree())).toEqual([LOCKS[0], "prod/apps/regcred.sops.yaml", LOCKS[1]]);
    expect((await scene.auths(APPS))[scene.quay.host]?.password).toBe("quay-2");
  });

  it("goes on knowing what is held under the previous one, and removes what nobody wants", async () => {
    scene.variables.set("QUAY", "wrong");
    scene.configure({
      clusters: `  prod: { namespaces: [apps], encrypt: { sops: { age: [${scene.recipient}] } } }`,
      hub: "    deliverTo: { clusters: all }",
      quay: "    deliverTo: { clusters: all }",
    });
    expect(changesOf(await scene.run("apply"))).toEqual([
      "hold registry-failed prod/apps/regcred.sops.yaml",
      "remove no-longer-wanted prod/payments/regcred.sops.yaml",
      "update content-changed prod/kustomization.yaml",
    ]);
    scene.variables.set("QUAY", "quay-1");
    const before = scene.tree();
    expect(changesOf(await scene.run("apply"))).toEqual([]);
    expect(changedFiles(before, scene.tree())).toEqual(["prod/regcred.lock"]);
  });

  it("does not take the word of a third one", async () => {
    scene.variables.set(PREVIOUS, "ef".repeat(32));
    expect(changesOf(await scene.run("plan"))[0]).toBe("update fingerprint-key-changed prod/apps/regcred.sops.yaml");
  });

  it("is refused when it is none, before a credential is sent anywhere", async () => {
    scene.variables.set(PREVIOUS, "short");
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, codes: report.errors.map(({ code }) => code) }).toEqual({
      exitCode: 2,
      codes: ["bad-fingerprint-key"],
    });
    expect(report.errors[0]?.message).toContain(PREVIOUS);
  });

  it("leaves neither key to be seen: both are masked, and neither gets into what is published", async () => {
    const masked: Secret[] = [];
    await scene.run("plan", {}, { mask: (secret) => masked.push(secret) });
    for (const key of [OLD, NEW]) expect(masked.some((secret) => secret.isIn(key))).toBe(true);
    scene.configure({
      clusters: `  prod: { namespaces: [apps], annotations: { note: "${OLD}" }, encrypt: { sops: { age: [${scene.recipient}] } } }`,
      quay: "    deliverTo: { clusters: [prod] }",
    });
    expect((await scene.run("apply")).report.errors.map(({ code }) => code)).toContain("secret-leak");
  });
});

describe("a new fingerprint key, while files wait in a pull request", () => {
  let github: GitHub;

  beforeEach(async () => {
    github = await startGitHub();
    scene.configure({ top: "gitops: { repository: acme/gitops }" });
    scene.variables.set("GITHUB_TOKEN", github.token).set("GITHUB_API_URL", github.url);
    scene.variables.set(KEY, OLD).delete(PREVIOUS);
    await scene.run("apply");
  });
  afterEach(() => github.stop());

  it("keeps the bytes of those too", async () => {
    const before = new Map(Object.entries(await github.files("regcred/platform/all")));
    scene.variables.set(KEY, NEW).set(PREVIOUS, OLD);
    expect((await scene.run("apply")).report.errors).toEqual([]);
    const after = new Map(Object.entries(await github.files("regcred/platform/all")));
    expect(changedFiles(before, after)).toEqual(LOCKS);
    scene.variables.delete(PREVIOUS);
    expect((await scene.run("apply")).report.published).toMatchObject({ operation: "unchanged" });
  });

  it("claims of a waiting file only what is known to be in it", async () => {
    scene.variables.set(KEY, NEW).set(PREVIOUS, OLD).set("QUAY", "wrong");
    await scene.run("apply");
    const lock = JSON.parse((await github.files("regcred/platform/all"))["pull-secrets/prod/regcred.lock"] ?? "");
    const { registries } = lock.files["apps/regcred.sops.yaml"].secret;
    expect(registries).toEqual({ hub: expect.any(String), quay: null });
    expect((await scene.run("apply")).report.published).toMatchObject({ operation: "unchanged" });
  });
});

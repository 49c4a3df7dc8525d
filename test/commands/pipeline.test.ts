import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFiles } from "../../src/io/files.ts";
import { changedFiles, changesOf, HUB_USER, openScene, QUAY_USER } from "./scene.ts";
import type { Scene } from "./scene.ts";

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";

describe("apply", () => {
  it("writes one sealed pull secret for each namespace, with what kubelet needs of each registry", async () => {
    const { report, exitCode } = await scene.run("apply");
    expect(report.errors).toEqual([]);
    expect({ exitCode, ok: report.ok, changed: report.changed }).toEqual({ exitCode: 0, ok: true, changed: true });
    expect([...scene.tree().keys()]).toEqual([
      "pull-secrets/edge/kustomization.yaml",
      "pull-secrets/edge/regcred.lock",
      "pull-secrets/edge/shop/regcred.sops.yaml",
      "pull-secrets/prod/apps/regcred.sops.yaml",
      "pull-secrets/prod/kustomization.yaml",
      "pull-secrets/prod/payments/regcred.sops.yaml",
      "pull-secrets/prod/regcred.lock",
    ]);
    expect(await scene.auths(APPS)).toMatchObject({
      [scene.hub.host]: { username: HUB_USER, password: "hub-1" },
      [scene.quay.host]: { username: QUAY_USER, password: "quay-1" },
    });
    expect(Object.keys(await scene.auths("pull-secrets/edge/shop/regcred.sops.yaml"))).toEqual([scene.hub.host]);
  });

  it("writes no secret in the clear, in no form", async () => {
    await scene.run("apply");
    const all = [...scene.tree().values()].join("\n");
    for (const secret of ["hub-1", "quay-1", btoa("hub-1"), btoa(`${QUAY_USER}:quay-1`)])
      expect(all).not.toContain(secret);
  });

  it("changes nothing when nothing changed", async () => {
    await scene.run("apply");
    const before = scene.tree();
    const untouchable = () => Promise.reject(new Error("nothing is to be written"));
    const files = { ...createFiles(), replace: untouchable, remove: untouchable };
    const { report, exitCode } = await scene.run("apply", {}, { files });
    expect({ exitCode, changed: report.changed }).toEqual({ exitCode: 0, changed: false });
    expect(changedFiles(before, scene.tree())).toEqual([]);
  });

  it("rewrites exactly the files that hold a rotated credential", async () => {
    await scene.run("apply");
    const before = scene.tree();
    scene.quay.setPassword(QUAY_USER, "quay-2");
    scene.variables.set("QUAY", "quay-2");
    const outcome = await scene.run("apply");
    expect(changesOf(outcome)).toEqual(["update credential-changed prod/apps/regcred.sops.yaml"]);
    expect(changedFiles(before, scene.tree())).toEqual(["prod/apps/regcred.sops.yaml", "prod/regcred.lock"]);
    expect((await scene.auths(APPS))[scene.quay.host]?.password).toBe("quay-2");
  });

  it.each([
    ["refused", () => scene.variables.set("QUAY", "wrong"), "check-failed"],
    ["missing", () => scene.variables.delete("QUAY"), "variable-missing"],
  ])("holds the files of a credential that is %s, and goes on with the others", async (_, spoil, code) => {
    await scene.run("apply");
    const before = scene.tree();
    spoil();
    scene.hub.setPassword(HUB_USER, "hub-2");
    scene.variables.set("HUB", "hub-2");
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(1);
    expect(outcome.report.errors.map((problem) => problem.code)).toEqual([code, "held"]);
    expect(changesOf(outcome)).toEqual([
      "hold registry-failed prod/apps/regcred.sops.yaml",
      "update credential-changed prod/payments/regcred.sops.yaml",
      "update credential-changed edge/shop/regcred.sops.yaml",
    ]);
    expect(scene.tree().get(APPS)).toBe(before.get(APPS));
    expect(scene.tree().get("pull-secrets/prod/kustomization.yaml")).toContain("apps/regcred.sops.yaml");
  });

  it("keeps an unchanged credential whose registry is away, and says so", async () => {
    await scene.run("apply");
    const before = scene.tree();
    await scene.quay.stop();
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, changed: report.changed }).toEqual({ exitCode: 1, changed: false });
    expect(report.checks?.map(({ status }) => status)).toEqual(["ok", "unreachable"]);
    expect(changedFiles(before, scene.tree())).toEqual([]);
  });

  it("removes what is no longer wanted, and keeps an empty cluster's directory for the controller to prune", async () => {
    await scene.run("apply");
    scene.configure({ hub: "    deliverTo: { clusters: [prod] }" });
    const refused = await scene.run("apply");
    expect(refused.report.errors.map(({ code }) => code)).toEqual(["removals-refused"]);
    const outcome = await scene.run("apply", { allowRemovals: true });
    expect(changesOf(outcome)).toEqual([
      "remove no-longer-wanted edge/shop/regcred.sops.yaml",
      "update content-changed edge/kustomization.yaml",
    ]);
    expect(scene.tree().get("pull-secrets/edge/kustomization.yaml")).toContain("resources: []");
    expect(scene.tree().has("pull-secrets/edge/shop/regcred.sops.yaml")).toBe(false);
  });

  it("looks at one cluster alone when told, and at the registries that it needs", async () => {
    const outcome = await scene.run("apply", { scope: { clusters: ["edge"], registries: [] } });
    expect(outcome.report.checks?.map(({ name }) => name)).toEqual(["hub"]);
    expect(changesOf(outcome).every((row) => row.includes("edge/"))).toBe(true);
  });

  it("rewrites everything where no key tells what changed, and says so", async () => {
    scene.variables.delete("REGCRED_FINGERPRINT_KEY");
    await scene.run("apply");
    const { report } = await scene.run("apply");
    expect(report.changes?.map(({ reason }) => reason)).toEqual(["unknown", "unknown", "unknown"]);
    expect(report.warnings.map(({ code }) => code)).toContain("no-fingerprint-key");
  });

  it("restores what was edited by hand", async () => {
    await scene.run("apply");
    scene.write(APPS, "kind: Secret\n");
    expect(changesOf(await scene.run("apply"))).toEqual(["update edited-by-hand prod/apps/regcred.sops.yaml"]);
  });

  it("writes below --dir, although the file asks for a pull request", async () => {
    scene.configure({ top: "gitops: { repository: acme/gitops }" });
    const { report } = await scene.run("apply", { dir: "checkout" });
    expect(report.published).toEqual({ kind: "directory", path: "checkout" });
    expect(scene.tree().has(`checkout/${APPS}`)).toBe(true);
  });

  it("takes the recipients from the rules of a .sops.yaml", async () => {
    const clusters = "  prod: { namespaces: [apps], encrypt: { sops: { rules: .sops.yaml } } }";
    const only = "    deliverTo: { clusters: [prod] }";
    scene.configure({ clusters, hub: only, quay: only });
    scene.write(
      ".sops.yaml",
      `creation_rules:\n  - path_regex: ^pull-secrets/prod/.*\\.sops\\.yaml$\n    age: ${scene.recipient}\n`,
    );
    expect((await scene.run("apply")).report.errors).toEqual([]);
    expect(Object.keys(await scene.auths(APPS))).toHaveLength(2);
  });

  it("leaves everything as it was when one cluster cannot be sealed", async () => {
    scene.configure({
      clusters: `  prod: { namespaces: [apps], encrypt: { sops: { age: [age1nonsense] } } }`,
      hub: "    deliverTo: { clusters: all }",
      quay: "",
    });
    const { report, exitCode } = await scene.run("apply");
    expect(exitCode).toBe(2);
    expect(report.errors.map(({ code }) => code)).toContain("bad-recipient");
    expect(scene.tree().size).toBe(0);
  });
});

describe("plan", () => {
  it("says what apply would do, and writes nothing", async () => {
    const { report, exitCode } = await scene.run("plan");
    expect({ exitCode, changed: report.changed, published: report.published }).toMatchObject({
      exitCode: 0,
      changed: true,
    });
    expect(scene.tree().size).toBe(0);
  });

  it("exits 3 when something would change and it is asked to, 0 when not, and 1 beats 3", async () => {
    expect((await scene.run("plan", { exitCode: true })).exitCode).toBe(3);
    await scene.run("apply");
    expect((await scene.run("plan", { exitCode: true })).exitCode).toBe(0);
    scene.variables.set("QUAY", "wrong");
    scene.configure({ hub: "    deliverTo: { clusters: [prod] }" });
    expect((await scene.run("plan", { exitCode: true })).exitCode).toBe(1);
  });

  it("fails on changes, warnings and nearing expiries when told", async () => {
    expect((await scene.run("plan", { failOn: ["changes"] })).exitCode).toBe(1);
    expect((await scene.run("check", { failOn: ["warning"] })).exitCode).toBe(0);
    scene.variables.set("HUB", "hub-1\n");
    const trimmed = await scene.run("check", { failOn: ["warning"] });
    expect(trimmed.report.warnings.map(({ code }) => code)).toEqual(["trimmed"]);
    expect(trimmed.exitCode).toBe(1);
    expect((await scene.run("check", { failOn: ["expiring"] })).exitCode).toBe(0);
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    scene.configure({ hub: `    deliverTo: { clusters: all }\n    expires: ${soon}` });
    const { report, exitCode } = await scene.run("check", { failOn: ["expiring"] });
    expect(report.warnings.map(({ code }) => code)).toContain("expiring");
    expect(exitCode).toBe(1);
  });
});

describe("check", () => {
  it("looks at the named registries alone", async () => {
    const { report } = await scene.run("check", { scope: { clusters: [], registries: ["quay"] } });
    expect(report.checks).toMatchObject([
      { name: "quay", status: "ok", stage: "pull", proved: "pull", credential: "auth" },
    ]);
  });

  it("goes on with the others when one is refused", async () => {
    scene.variables.set("HUB", "wrong");
    const { report, exitCode } = await scene.run("check");
    expect(exitCode).toBe(1);
    expect(report.checks?.map(({ status }) => status)).toEqual(["unauthorized", "ok"]);
  });

  it("only warns where the file says so, and does not ask at all where it says skip", async () => {
    scene.variables.set("HUB", "wrong");
    scene.variables.set("QUAY", "wrong");
    const all = "    deliverTo: { clusters: all }";
    scene.configure({ hub: `${all}\n    check: warn`, quay: `${all}\n    check: skip` });
    const { report, exitCode } = await scene.run("check");
    expect({ exitCode, ok: report.ok }).toEqual({ exitCode: 0, ok: true });
    expect(report.checks?.map(({ status }) => status)).toEqual(["unauthorized", "skipped"]);
    expect(report.warnings.map(({ code }) => code)).toContain("check-failed");
  });

  it("names a registry that the file does not have, with those that it has", async () => {
    const { report, exitCode } = await scene.run("check", { scope: { clusters: ["nowhere"], registries: ["hubb"] } });
    expect(exitCode).toBe(2);
    expect(report.errors.map(({ code, hint }) => `${code}: ${String(hint)}`)).toEqual([
      "unknown-name: it has hub, quay",
      "unknown-name: it has prod, edge",
    ]);
  });

  it("leaves a registry unresolved whose CA cannot be read", async () => {
    scene.configure({ hub: "    deliverTo: { clusters: all }\n    check: required" });
    scene.write("registries.yaml", String(scene.tree().get("registries.yaml")));
    scene.configure({ quay: "    deliverTo: { clusters: all }" });
    const text = `version: 1
registries:
  hub: { type: generic, host: localhost:1, auth: { anonymous: {} }, tls: { ca: { file: missing.pem } } }
`;
    scene.write("registries.yaml", text);
    const { report } = await scene.run("check");
    expect(report.checks).toMatchObject([{ status: "unresolved", stage: "resolve" }]);
    expect(report.errors.map(({ code }) => code)).toEqual(["file-missing"]);
  });
});

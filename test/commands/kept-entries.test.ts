import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Secret } from "../../src/secret.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";
import { changedFiles, changesOf, HUB_USER, openScene, QUAY_USER } from "./scene.ts";
import type { Scene } from "./scene.ts";

// A registry that fails holds its own entry of a file alone, where an age identity opens the file.

const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";
const PAYMENTS = "pull-secrets/prod/payments/regcred.sops.yaml";
const LOCK = "pull-secrets/prod/regcred.lock";
const UPDATED = "update credential-changed prod/apps/regcred.sops.yaml";
const HELD = "hold registry-failed prod/apps/regcred.sops.yaml";

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
  scene.variables.set("SOPS_AGE_KEY", scene.identity);
});
afterEach(() => scene.close());

const text = (path: string): string => scene.tree().get(path) ?? "";

function rotate(registry: "hub" | "quay", password: string): void {
  scene[registry].setPassword(registry === "hub" ? HUB_USER : QUAY_USER, password);
  scene.variables.set(registry.toUpperCase(), password);
}

async function passwords(path = APPS): Promise<readonly (string | undefined)[]> {
  const auths = await scene.auths(path);
  return [auths[scene.hub.host]?.password, auths[scene.quay.host]?.password];
}

function printsInLock(): Record<string, string | null> {
  return JSON.parse(text(LOCK)).files["apps/regcred.sops.yaml"].secret.registries;
}

/** The first change, which is that of the file in question. */
const first = async (...[options]: [] | [Parameters<Scene["run"]>[1]]) =>
  changesOf(await scene.run("apply", options))[0];

describe.each([
  ["with a fingerprint key", true],
  ["without one", false],
])("a registry that fails, where an identity opens its files, %s", (_, keyed) => {
  beforeEach(async () => {
    if (!keyed) scene.variables.delete("REGCRED_FINGERPRINT_KEY");
    await scene.run("apply");
  });

  it.each([
    ["refused", () => scene.variables.set("QUAY", "wrong"), "check-failed"],
    ["missing", () => scene.variables.delete("QUAY"), "variable-missing"],
  ])("keeps its old entry when it is %s, and lets the others go on", async (_, spoil, code) => {
    const before = printsInLock();
    rotate("hub", "hub-2");
    spoil();
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, codes: report.errors.map((problem) => problem.code) }).toEqual({
      exitCode: 1,
      codes: [code, "held"],
    });
    expect(report.errors[1]?.message).toBe(`the old entry of quay is kept in ${APPS}, and the rest is updated`);
    expect(report.changes?.[0]).toMatchObject({
      ...{ action: "update", reason: "credential-changed" },
      registries: ["hub", "quay"],
    });
    expect(await passwords()).toEqual(["hub-2", "quay-1"]);
    expect(printsInLock()["quay"]).toBe(before["quay"]);
    expect(printsInLock()["hub"] === before["hub"]).toBe(!keyed);
  });

  it("is held whole where there is nothing else to update, and knows its entry once it is mended", async () => {
    rotate("hub", "hub-2");
    scene.variables.set("QUAY", "wrong");
    await scene.run("apply");
    const before = scene.tree();
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, changed: report.changed }).toEqual({ exitCode: 1, changed: false });
    expect(changesOf({ report, exitCode })).toEqual([HELD]);
    scene.variables.set("QUAY", "quay-1");
    expect(await scene.run("apply")).toMatchObject({ exitCode: 0, report: { changed: false } });
    expect(changedFiles(before, scene.tree())).toEqual([]);
  });

  it("does not keep who may decrypt the file from changing", async () => {
    const other = await generateX25519Identity();
    const age = `encrypt: { sops: { age: [${scene.recipient}, ${await identityToRecipient(other)}] } }`;
    scene.configure({ clusters: `  prod: { namespaces: [apps], ${age} }`, quay: "    deliverTo: { clusters: all }" });
    scene.variables.set("QUAY", "wrong");
    expect(await first()).toBe("update recipients-changed prod/apps/regcred.sops.yaml");
    expect(await passwords()).toEqual(["hub-1", "quay-1"]);
  });

  it("keeps its entry under a new name, but not when its host is new too", async () => {
    scene.variables.set("QUAY", "wrong");
    const config = () => scene.config().replace("  quay:", "  quay2:");
    scene.write("registries.yaml", config().replace(scene.quay.host, "localhost:1"));
    rotate("hub", "hub-2");
    expect(await first()).toBe(HELD);
    scene.configure();
    scene.write("registries.yaml", config());
    expect(await first()).toBe(UPDATED);
    expect(await passwords()).toEqual(["hub-2", "quay-1"]);
  });

  it("is held whole where no identity opens the file", async () => {
    scene.variables.set("SOPS_AGE_KEY", await generateX25519Identity());
    rotate("hub", "hub-2");
    scene.variables.set("QUAY", "wrong");
    expect(await first()).toBe(HELD);
    expect(await passwords()).toEqual(["hub-1", "quay-1"]);
  });

  it("takes no entry from a file that somebody swapped", async () => {
    const stranger = await openScene();
    stranger.write("registries.yaml", scene.config().replaceAll(stranger.recipient, scene.recipient));
    stranger.variables.set("HUB", "planted").set("QUAY", "planted");
    stranger.write("registries.yaml", stranger.config().replaceAll("canary:", "check: skip\n    canary:"));
    await stranger.run("apply");
    scene.write(APPS, stranger.tree().get(APPS) ?? "");
    await stranger.close();
    expect(await passwords()).toEqual(["planted", "planted"]);
    scene.variables.set("QUAY", "wrong");
    expect(await first()).toBe(HELD);
    scene.variables.set("QUAY", "quay-1");
    expect(await first()).toBe("update edited-by-hand prod/apps/regcred.sops.yaml");
    expect(await passwords()).toEqual(["hub-1", "quay-1"]);
  });
});

describe("an old entry", () => {
  beforeEach(async () => {
    await scene.run("apply");
    rotate("hub", "hub-2");
    scene.variables.set("QUAY", "wrong");
  });

  it("is not taken from a file that no lock vouches for, not even in a later run", async () => {
    const lock = JSON.parse(text(LOCK));
    scene.write(LOCK, JSON.stringify({ ...lock, mac: "00" }));
    expect(await first()).toBe(HELD);
    expect(await first()).toBe(HELD);
    expect(await passwords()).toEqual(["hub-1", "quay-1"]);
  });

  it("is masked before it is used, and known to the leak guard", async () => {
    const masked: Secret[] = [];
    await scene.run("apply", {}, { mask: (secret) => masked.push(secret) });
    expect(masked.some((secret) => secret.isIn("quay-1 "))).toBe(true);
    expect(masked.some((secret) => secret.tell((value) => value === btoa(`${QUAY_USER}:quay-1`)))).toBe(true);
    rotate("hub", "hub-3");
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    scene.configure({
      clusters: `  prod: { namespaces: [apps, payments], annotations: { note: quay-1 }, ${age} }`,
      quay: "    deliverTo: { clusters: [prod], namespaces: [apps] }",
    });
    expect((await scene.run("apply")).report.errors.map(({ code }) => code)).toContain("secret-leak");
  });

  it("is nowhere in a plan", async () => {
    const { report } = await scene.run("plan");
    expect(JSON.stringify(report)).not.toContain("quay-1");
    expect(report.changes?.[0]).toMatchObject({ action: "update" });
  });
});

describe("an old entry, in a pull request", () => {
  let github: GitHub;

  beforeEach(async () => {
    github = await startGitHub();
    scene.configure({ top: "gitops: { repository: acme/gitops }" });
    scene.variables.set("GITHUB_TOKEN", github.token).set("GITHUB_API_URL", github.url);
    await scene.run("apply");
    await github.mergePull(1, "squash");
  });
  afterEach(() => github.stop());

  async function proposed(path: string): Promise<readonly (string | undefined)[]> {
    scene.write("from-branch.yaml", (await github.files("regcred/platform/all"))[path] ?? "");
    return await passwords("from-branch.yaml");
  }

  it("goes on beside what is new, and again beside what is newer", async () => {
    scene.variables.set("QUAY", "wrong");
    for (const password of ["hub-2", "hub-3"]) {
      rotate("hub", password);
      await scene.run("apply");
      expect(await proposed(APPS)).toEqual([password, "quay-1"]);
    }
    expect((await scene.run("apply")).report.published).toMatchObject({ operation: "unchanged" });
  });

  it("does not take the place of a newer one that waits for review", async () => {
    rotate("quay", "quay-2");
    await scene.run("apply");
    scene.variables.set("QUAY", "wrong");
    rotate("hub", "hub-2");
    await scene.run("apply");
    expect(await proposed(APPS)).toEqual(["hub-1", "quay-2"]);
    expect((await proposed(PAYMENTS))[0]).toBe("hub-2");
  });
});

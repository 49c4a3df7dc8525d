import { rmSync } from "node:fs";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegcredError } from "../../src/errors.ts";
import { gitBlobId } from "../../src/git-blob.ts";
import { createFiles } from "../../src/io/files.ts";
import type { Secret } from "../../src/secret.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";
import { changedFiles, changesOf, HUB_USER, openScene, QUAY_USER } from "./scene.ts";
import type { Scene } from "./scene.ts";

// What is in the files is found out with an age identity, where no fingerprint tells.

const KEY = "REGCRED_FINGERPRINT_KEY";
const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";
const PAYMENTS = "pull-secrets/prod/payments/regcred.sops.yaml";
const LOCK = "pull-secrets/prod/regcred.lock";
const ALL = ["prod/apps/regcred.sops.yaml", "prod/payments/regcred.sops.yaml", "edge/shop/regcred.sops.yaml"];

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
  scene.variables.set("SOPS_AGE_KEY", scene.identity);
});
afterEach(() => scene.close());

const text = (path: string): string => scene.tree().get(path) ?? "";
const codes = async (...[command, options]: Parameters<Scene["run"]>) =>
  (await scene.run(command, options)).report.warnings.map(({ code }) => code);

function rotate(registry: "hub" | "quay", password: string): void {
  scene[registry].setPassword(registry === "hub" ? HUB_USER : QUAY_USER, password);
  scene.variables.set(registry.toUpperCase(), password);
}

/** The lock as somebody without the key changed it. */
function forge(path: string, change: (lock: { files: Record<string, Record<string, unknown>> }) => void): void {
  const lock = JSON.parse(text(path));
  change(lock);
  scene.write(path, JSON.stringify(lock));
}

describe("an age identity, without a fingerprint key", () => {
  beforeEach(async () => {
    scene.variables.delete(KEY);
    await scene.run("apply");
  });

  it("tells that nothing changed, so that nothing is written and nothing is warned of", async () => {
    const before = scene.tree();
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, changed: report.changed, warnings: report.warnings }).toEqual({
      ...{ exitCode: 0, changed: false },
      warnings: [],
    });
    expect(report.changes?.map(({ reason }) => reason)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(changedFiles(before, scene.tree())).toEqual([]);
  });

  it("tells it from a file of identities too", async () => {
    scene.variables.delete("SOPS_AGE_KEY");
    scene.write("keys.txt", `# the cluster's\n${scene.identity}\n`);
    scene.variables.set("SOPS_AGE_KEY_FILE", `${scene.folder}/keys.txt`);
    expect((await scene.run("apply")).report.changed).toBe(false);
  });

  it("tells what changed, exactly", async () => {
    rotate("quay", "quay-2");
    expect(changesOf(await scene.run("apply"))).toEqual([`update credential-changed ${ALL[0]}`]);
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    scene.configure({
      clusters: `  prod: { namespaces: [apps, payments], labels: { team: a }, ${age} }\n  edge: { namespaces: [shop], ${age} }`,
    });
    expect(changesOf(await scene.run("apply"))).toEqual([
      `update content-changed ${ALL[0]}`,
      `update content-changed ${ALL[1]}`,
    ]);
    scene.configure();
    expect((await scene.run("apply")).report.changed).toBe(true);
    scene.configure({ quay: "    deliverTo: { clusters: none }" });
    expect(changesOf(await scene.run("plan"))).toEqual([`update content-changed ${ALL[0]}`]);
  });

  it("keeps an unchanged credential whose registry is away", async () => {
    await scene.quay.stop();
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, changed: report.changed, codes: report.errors.map(({ code }) => code) }).toEqual({
      ...{ exitCode: 1, changed: false },
      codes: ["check-failed"],
    });
  });

  it("that opens nothing leads to a rewrite, and to a warning that says so", async () => {
    scene.variables.set("SOPS_AGE_KEY", await generateX25519Identity());
    const { report } = await scene.run("apply");
    expect(changesOf({ report, exitCode: 0 })).toEqual(ALL.map((path) => `update unknown ${path}`));
    expect(report.warnings).toMatchObject([
      { code: "no-fingerprint-key", message: /^3 files .+ opened by none of the age identities/ },
    ]);
  });

  it("that is none is only warned of", async () => {
    scene.variables.set("SOPS_AGE_KEY", "AGE-SECRET-KEY-1NONSENSE");
    expect(await codes("apply")).toEqual(["bad-identity", "no-fingerprint-key"]);
  });

  it("restores what is not, byte for byte, what the lock says: another file of ours, or an older one", async () => {
    const older = text(APPS);
    rotate("quay", "quay-2");
    await scene.run("apply");
    for (const swapped of [text(PAYMENTS), older]) {
      scene.write(APPS, swapped);
      expect(changesOf(await scene.run("apply"))).toEqual([`update edited-by-hand ${ALL[0]}`]);
      expect((await scene.auths(APPS))[scene.quay.host]?.password).toBe("quay-2");
    }
  });

  it("rewrites a file whose MAC is wrong, although the lock was made to fit it", async () => {
    scene.write(APPS, text(APPS).replace("namespace: apps", "namespace: apps\n  labels2: x"));
    relock(APPS);
    expect(changesOf(await scene.run("apply"))).toEqual([`update unknown ${ALL[0]}`]);
  });

  it("rewrites a file that names another recipient, although the lock was made to fit it", async () => {
    const other = await identityToRecipient(await generateX25519Identity());
    scene.write(APPS, text(APPS).replace(`recipient: ${scene.recipient}`, `recipient: ${other}`));
    relock(APPS);
    expect(changesOf(await scene.run("apply"))).toEqual([`update recipients-changed ${ALL[0]}`]);
  });

  it("rewrites a file too large to be opened", async () => {
    scene.write(APPS, `${text(APPS)}# ${"x".repeat(6 * 1024 * 1024)}\n`);
    relock(APPS);
    expect(changesOf(await scene.run("apply"))).toEqual([`update unknown ${ALL[0]}`]);
    expect(text(APPS).length).toBeLessThan(10_000);
  });

  /** Makes the lock name what is there. */
  function relock(path: string): void {
    forge(LOCK, ({ files }) => {
      const own = path.replace("pull-secrets/prod/", "");
      files[own] = { ...files[own], blob: gitBlobId(text(path)) };
    });
  }
});

describe("an age identity, with a fingerprint key", () => {
  beforeEach(async () => {
    await scene.run("apply");
  });

  it("is not even looked at where fingerprints tell", async () => {
    scene.variables.set("SOPS_AGE_KEY", "AGE-SECRET-KEY-1NONSENSE");
    expect(await codes("apply")).toEqual([]);
  });

  it("keeps the bytes when the key is a new one", async () => {
    scene.variables.set(KEY, "cd".repeat(32));
    const before = scene.tree();
    expect(changesOf(await scene.run("apply"))).toEqual([]);
    expect(changedFiles(before, scene.tree())).toEqual(["edge/regcred.lock", "prod/regcred.lock"]);
    scene.variables.delete("SOPS_AGE_KEY");
    expect((await scene.run("apply")).report.changed).toBe(false);
  });

  it("keeps the bytes when a key is there for the first time, and when it is gone", async () => {
    scene.variables.delete(KEY);
    const before = scene.tree();
    expect(changesOf(await scene.run("apply"))).toEqual([]);
    scene.variables.set(KEY, "ef".repeat(32));
    expect(changesOf(await scene.run("apply"))).toEqual([]);
    expect(changedFiles(before, scene.tree())).toEqual(["edge/regcred.lock", "prod/regcred.lock"]);
  });

  it("rewrites, where nothing vouches for the lock, exactly what is not right", async () => {
    rotate("quay", "quay-2");
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    expect(changesOf(await scene.run("apply"))).toEqual([`update credential-changed ${ALL[0]}`]);
    expect((await scene.run("apply")).report.changed).toBe(false);
  });

  it.each([
    ["another file of ours", () => text(PAYMENTS), "content-changed"],
    ["one whose MAC is wrong", () => text(APPS).replace("kind: Secret", "kind: Secrets"), "unknown"],
    ["one that is sealed otherwise", () => text(APPS).replace("|stringData)$", "|stringData|x)$"), "content-changed"],
  ])("rewrites, where nothing vouches for the lock, a file swapped for %s", async (_, swapped, reason) => {
    scene.write(APPS, swapped());
    forge(LOCK, (lock) => Object.assign(lock, { mac: null }));
    expect(changesOf(await scene.run("apply"))).toEqual([`update ${reason} ${ALL[0]}`]);
  });

  it("rewrites an older version that came back together with its lock's loss", async () => {
    const older = text(APPS);
    rotate("quay", "quay-2");
    await scene.run("apply");
    scene.write(APPS, older);
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    expect(changesOf(await scene.run("apply"))).toEqual([`update credential-changed ${ALL[0]}`]);
  });

  it("removes nothing that only a lock without a voucher names, and keeps no stranger's file as ours", async () => {
    scene.configure({ hub: "    deliverTo: { clusters: all, namespaces: [apps, shop] }" });
    scene.write(APPS, text(APPS).replace("managed-by: regcred", "managed-by: somebody"));
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    const { report } = await scene.run("apply");
    expect(changesOf({ report, exitCode: 1 })).toEqual([
      `hold unknown ${ALL[0]}`,
      `hold no-longer-wanted ${ALL[1]}`,
      "update content-changed prod/kustomization.yaml",
    ]);
    expect(report.errors.map(({ code }) => code)).toEqual(["foreign-file", "removals-refused"]);
  });

  it("adopts what is right as it is, and only when told", async () => {
    const before = scene.tree();
    rmSync(`${scene.folder}/${LOCK}`);
    expect((await scene.run("apply")).report.errors.map(({ code }) => code)).toEqual(["foreign-file"]);
    expect(changesOf(await scene.run("apply", { adopt: true }))).toEqual([]);
    expect(changedFiles(before, scene.tree())).toEqual([]);
  });

  it("opens nothing in a directory that is not to be touched", async () => {
    scene.write(LOCK, "<<<<<<< HEAD\n");
    scene.variables.set("SOPS_AGE_KEY", "AGE-SECRET-KEY-1NONSENSE");
    const { report } = await scene.run("apply", { adopt: true });
    expect(report.errors.map(({ code }) => code)).toEqual(["bad-lock"]);
    expect(report.warnings).toEqual([]);
  });

  it("stops at a cluster whose files cannot be read again, and goes on with the others", async () => {
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    const disk = createFiles();
    const seen = new Set<string>();
    const files = {
      ...disk,
      read: async (path: string, limit?: number) => {
        if (path.endsWith(APPS) && seen.has(path)) throw new RegcredError({ code: "file-unreadable", message: path });
        seen.add(path);
        return await disk.read(path, limit);
      },
    };
    const { report } = await scene.run("apply", {}, { files });
    expect(changesOf({ report, exitCode: 1 })).toEqual([`hold unknown ${ALL[0]}`, `hold unknown ${ALL[1]}`]);
    expect(report.errors.map(({ code }) => code)).toEqual(["file-unreadable"]);
  });

  it("believes no file that changed after it was judged", async () => {
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    const before = text(APPS);
    rotate("quay", "quay-2");
    scene.variables.delete("SOPS_AGE_KEY");
    await scene.run("apply");
    const after = text(APPS);
    scene.write(APPS, before);
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    scene.variables.set("SOPS_AGE_KEY", scene.identity);
    const disk = createFiles();
    const seen = new Set<string>();
    const files = {
      ...disk,
      read: async (path: string, limit?: number) => {
        const bytes = await disk.read(path, limit);
        const again = path.endsWith(APPS) && seen.has(path);
        seen.add(path);
        return again ? Buffer.from(after) : bytes;
      },
    };
    expect(changesOf(await scene.run("plan", {}, { files }))).toEqual([`update unknown ${ALL[0]}`]);
  });

  it("is masked before it is used", async () => {
    forge(LOCK, (lock) => Object.assign(lock, { mac: "00" }));
    const masked: Secret[] = [];
    await scene.run("plan", {}, { mask: (secret) => masked.push(secret) });
    expect(masked.some((secret) => secret.isIn(scene.identity))).toBe(true);
  });

  it("takes a lock of another cluster for nobody's word", async () => {
    scene.write(LOCK, text("pull-secrets/edge/regcred.lock"));
    expect((await scene.run("apply")).report.errors.map(({ code }) => code)).toEqual(["foreign-owner"]);
    rotate("quay", "quay-2");
    const outcome = await scene.run("apply", { adopt: true });
    expect(changesOf(outcome)).toEqual([`update credential-changed ${ALL[0]}`]);
  });
});

describe("an age identity, and a pull request without a fingerprint key", () => {
  let github: GitHub;

  beforeEach(async () => {
    github = await startGitHub();
    scene.configure({ top: "gitops: { repository: acme/gitops }" });
    scene.variables.set("GITHUB_TOKEN", github.token).set("GITHUB_API_URL", github.url).delete(KEY);
  });
  afterEach(() => github.stop());

  it("leaves what waits on the branch as it is, and closes nothing that is right", async () => {
    await scene.run("apply");
    const before = await github.files("regcred/platform/all");
    expect((await scene.run("apply")).report.published).toMatchObject({ operation: "unchanged" });
    expect(await github.files("regcred/platform/all")).toEqual(before);
  });

  it("proposes nothing when the base holds all of it, and only what changed when not", async () => {
    await scene.run("apply");
    await github.mergePull(1, "squash");
    expect((await scene.run("apply")).report).toMatchObject({ changed: false, published: { number: null } });
    rotate("quay", "quay-2");
    const outcome = await scene.run("apply");
    expect(changesOf(outcome)).toEqual([`update credential-changed ${ALL[0]}`]);
    expect((await scene.run("apply")).report.published).toMatchObject({ operation: "unchanged" });
  });
});

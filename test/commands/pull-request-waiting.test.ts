import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../src/commands/outcome.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";

// What waits on the branch while the world goes on: neither lost nor proposed for ever.

const BRANCH = "regcred/platform/all";
const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";
const PAYMENTS = "pull-secrets/prod/payments/regcred.sops.yaml";
const SHOP = "pull-secrets/edge/shop/regcred.sops.yaml";
const GITOPS = "gitops: { repository: acme/gitops }";

let scene: Scene;
let github: GitHub;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());
beforeEach(async () => {
  github = await startGitHub();
  scene.configure({ top: GITOPS });
  scene.variables.set("GITHUB_TOKEN", github.token);
  scene.variables.set("GITHUB_API_URL", github.url);
  rotate("hub", "hub-1");
  rotate("quay", "quay-1");
});
afterEach(() => github.stop());

function rotate(registry: "hub" | "quay", password: string): void {
  scene[registry].setPassword(registry === "hub" ? "robot$acme" : "acme-bot", password);
  give(registry, password);
}

/** What the run is given, right or wrong. */
function give(registry: "hub" | "quay", password: string): void {
  scene.variables.set(registry.toUpperCase(), password);
}

async function apply(options: Parameters<Scene["run"]>[1] = {}) {
  const outcome = await scene.run("apply", options);
  const { published } = outcome.report;
  return {
    outcome,
    operation: published?.kind === "pull-request" ? published.operation : null,
    codes: codesOf(outcome),
  };
}

function sealedIn(files: Record<string, string>): number {
  return Object.keys(files).filter((path) => path.endsWith(".sops.yaml")).length;
}

function codesOf({ report }: Outcome): readonly string[] {
  return report.errors.map(({ code }) => code);
}

async function auths(path: string): Promise<Record<string, string>> {
  scene.write("from-branch.yaml", (await github.files(BRANCH))[path] ?? "");
  const found = await scene.auths("from-branch.yaml");
  return Object.fromEntries(Object.entries(found).map(([host, { password }]) => [host, password]));
}

describe("a registry that fails", () => {
  it("leaves a new file of it waiting as it is", async () => {
    await apply();
    const before = await github.files(BRANCH);
    give("quay", "wrong");
    expect(await apply()).toMatchObject({ operation: "unchanged", codes: ["check-failed"] });
    expect(await github.files(BRANCH)).toEqual(before);
  });

  it("leaves a rotated credential of it waiting, while the others go on", async () => {
    await apply();
    await github.mergePull(1, "squash");
    rotate("quay", "quay-2");
    await apply();
    give("quay", "wrong");
    rotate("hub", "hub-2");
    expect(await apply()).toMatchObject({ operation: "updated", codes: ["check-failed", "held"] });
    expect(await auths(APPS)).toMatchObject({ [scene.quay.host]: "quay-2", [scene.hub.host]: "hub-1" });
    expect(await auths(PAYMENTS)).toMatchObject({ [scene.hub.host]: "hub-2" });
  });

  it("does not close a pull request although the base looks right", async () => {
    await apply();
    await github.mergePull(1, "squash");
    rotate("quay", "quay-2");
    expect(await apply()).toMatchObject({ operation: "created" });
    give("quay", "quay-1");
    expect(await apply()).toMatchObject({ operation: "unchanged", codes: ["check-failed"] });
    expect(await auths(APPS)).toMatchObject({ [scene.quay.host]: "quay-2" });
  });

  it("does not keep another one's new credential from a new file", async () => {
    await apply();
    give("quay", "wrong");
    rotate("hub", "hub-2");
    const { outcome, operation } = await apply();
    expect(operation).toBe("updated");
    expect(await auths(APPS)).toEqual({ [scene.hub.host]: "hub-2" });
    expect(outcome.report.changes?.find(({ path }) => path === APPS)).toMatchObject({
      action: "create",
      registries: ["hub"],
    });
  });
});

describe("a narrowed run", () => {
  it.each([
    ["--registry quay", { clusters: [], registries: ["quay"] }],
    ["--cluster prod", { clusters: ["prod"], registries: [] }],
  ])("keeps what waits where it does not look: %s", async (_, scope) => {
    await apply();
    const before = await github.files(BRANCH);
    rotate("quay", "quay-2");
    expect(await apply({ scope })).toMatchObject({ operation: "updated" });
    const after = await github.files(BRANCH);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    for (const path of [PAYMENTS, SHOP]) expect(after[path]).toBe(before[path]);
    expect(await auths(APPS)).toMatchObject({ [scene.quay.host]: "quay-2" });
    expect(await apply()).toMatchObject({ operation: "unchanged" });
  });

  it("stops where the base moved under what it does not look at", async () => {
    await apply();
    await github.commit("main", { "pull-secrets/edge/NOTES.md": "by hand\n" });
    const head = await github.head(BRANCH);
    rotate("quay", "quay-2");
    expect(await apply({ scope: { clusters: ["prod"], registries: [] } })).toMatchObject({ codes: ["narrowed-run"] });
    expect(await github.head(BRANCH)).toBe(head);
  });
});

describe("a narrowed run, where it cannot know,", () => {
  const only = (...registries: string[]) => ({ scope: { clusters: [], registries } });

  it("leaves a cluster alone that it was refused, with all that waits there", async () => {
    await apply();
    await github.mergePull(1, "squash");
    scene.variables.set("REGCRED_FINGERPRINT_KEY", "cd".repeat(32));
    await apply();
    const before = await github.files(BRANCH);
    expect(await apply(only("quay"))).toMatchObject({ codes: ["bad-lock"] });
    expect(await github.files(BRANCH)).toEqual(before);
    scene.variables.set("REGCRED_FINGERPRINT_KEY", "ab".repeat(32));
  });

  it("stops instead of taking back a removal that waits", async () => {
    await apply();
    await github.mergePull(1, "squash");
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    const edge = `  edge: { namespaces: [shop], ${age} }`;
    scene.configure({ top: GITOPS, clusters: `  prod: { namespaces: [apps], ${age} }\n${edge}` });
    await apply({ allowRemovals: true });
    const head = await github.head(BRANCH);
    rotate("quay", "quay-2");
    expect(await apply(only("quay"))).toMatchObject({ codes: ["narrowed-run"] });
    expect(await github.head(BRANCH)).toBe(head);
  });

  it("stops where the base moved in the cluster that it looks at, and more waits there", async () => {
    await apply();
    await github.commit("main", { "pull-secrets/prod/NOTES.md": "by hand\n" });
    const head = await github.head(BRANCH);
    expect(await apply(only("quay"))).toMatchObject({ codes: ["narrowed-run"] });
    expect(await github.head(BRANCH)).toBe(head);
  });

  it("is not stopped by what a squash merge left on the branch", async () => {
    await apply();
    await github.mergePull(1, "squash");
    rotate("quay", "quay-2");
    expect(await apply(only("quay"))).toMatchObject({ operation: "created", codes: [] });
  });

  it("tells the reviewer of the files that it did not look at", async () => {
    await apply();
    rotate("quay", "quay-2");
    await apply(only("quay"));
    const [pull] = await github.pulls();
    expect(pull?.body).toContain("### Waiting since an earlier run");
    expect(pull?.body).toContain(`- \`${SHOP}\``);
  });
});

describe("the base", () => {
  it("that lost a commit does not get it back through the pull request", async () => {
    await github.commit("main", { "bad.txt": "oops\n" });
    await apply();
    await github.commit("main", { "good.txt": "instead\n", "bad.txt": null }, { force: true });
    expect(await apply()).toMatchObject({ operation: "updated" });
    expect(Object.keys(await github.files(BRANCH))).not.toContain("bad.txt");
  });

  it("that is another one now gets nothing of the old one", async () => {
    await github.commit("release", {});
    await github.commit("main", { "unreleased.txt": "not yet\n" });
    await apply();
    scene.configure({ top: "gitops: { repository: acme/gitops, base: release }" });
    expect(await apply()).toMatchObject({ operation: "updated" });
    expect(Object.keys(await github.files(BRANCH))).not.toContain("unreleased.txt");
  });

  it("on which a merge was reverted is proposed to again", async () => {
    await apply();
    const files = Object.keys(await github.files(BRANCH)).filter((path) => path.startsWith("pull-secrets/"));
    await github.mergePull(1, "merge");
    await github.commit("main", Object.fromEntries(files.map((path) => [path, null])));
    expect(await apply()).toMatchObject({ operation: "created" });
  });

  it("may not be the branch that pull requests come from", async () => {
    await apply();
    scene.configure({ top: `gitops: { repository: acme/gitops, base: ${BRANCH} }` });
    expect(await apply()).toMatchObject({ codes: ["bad-usage"] });
  });
});

describe("a plan that changed while its pull request was open", () => {
  it("keeps no file for a recipient that was taken back, although a registry in it fails", async () => {
    await apply();
    await github.mergePull(1, "squash");
    const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
    const stranger = await identityToRecipient(await generateX25519Identity());
    const clusters = (...ages: string[]) =>
      `  prod: { namespaces: [apps], encrypt: { sops: { age: [${ages.join(", ")}] } } }`;
    const quay = "    deliverTo: { clusters: [prod] }";
    scene.configure({ top: GITOPS, quay, clusters: clusters(scene.recipient, stranger) });
    await apply({ allowRemovals: true });
    expect((await github.files(BRANCH))[APPS]).toContain(stranger);
    scene.configure({ top: GITOPS, quay, clusters: clusters(scene.recipient) });
    give("quay", "wrong");
    await apply({ allowRemovals: true });
    const left = (await github.head(BRANCH)) === undefined ? {} : await github.files(BRANCH);
    expect(left[APPS] ?? "").not.toContain(stranger);
  });

  it("keeps a registry that is new in a file waiting while it fails", async () => {
    scene.configure({ top: GITOPS, quay: "    deliverTo: { clusters: none }" });
    await apply();
    await github.mergePull(1, "squash");
    scene.configure({ top: GITOPS });
    await apply();
    give("quay", "wrong");
    expect(await apply()).toMatchObject({ operation: "unchanged", codes: ["check-failed"] });
    expect(await auths(APPS)).toMatchObject({ [scene.quay.host]: "quay-1" });
  });

  it("does not keep the files of a renamed cluster with their old recipients", async () => {
    await apply();
    const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
    const recipient = await identityToRecipient(await generateX25519Identity());
    scene.configure({
      top: GITOPS,
      quay: "    deliverTo: { clusters: [renamed] }",
      clusters: `  renamed: { path: pull-secrets/prod, namespaces: [apps], encrypt: { sops: { age: [${recipient}] } } }`,
    });
    expect(await apply()).toMatchObject({ operation: "updated" });
    const sealed = (await github.files(BRANCH))[APPS] ?? "";
    expect(sealed).toContain(recipient);
    expect(sealed).not.toContain(scene.recipient);
  });

  it("removes no more than goes unasked, however many steps lead there", async () => {
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    const quay = "    deliverTo: { clusters: [prod] }";
    const many = (amount: number) =>
      scene.configure({
        top: GITOPS,
        quay,
        clusters: `  prod: { namespaces: [${Array.from({ length: amount }, (_, index) => `n${index}`).join(", ")}], ${age} }`,
      });
    many(10);
    await apply();
    await github.mergePull(1, "squash");
    for (const amount of [8, 7, 6, 5, 3]) {
      many(amount);
      await apply();
    }
    // Refused on the base: nothing is proposed any more, or no more than the two that went unasked.
    const left = (await github.head(BRANCH)) === undefined ? 8 : sealedIn(await github.files(BRANCH));
    expect(left).toBeGreaterThanOrEqual(8);
    expect((await apply()).codes).toContain("removals-refused");
  });

  it("gives a stranger's file back that an earlier run had adopted", async () => {
    await github.commit("main", { [APPS]: "kind: Secret\n" });
    await apply({ adopt: true });
    rotate("quay", "quay-2");
    expect(await apply()).toMatchObject({ codes: ["foreign-file"] });
    expect((await github.files(BRANCH))[APPS]).toBe("kind: Secret\n");
  });

  it("drops the files of a cluster that is gone, while another one is held up", async () => {
    await apply();
    await github.commit("main", { [PAYMENTS]: "kind: Secret\n" });
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    scene.configure({ top: GITOPS, clusters: `  prod: { namespaces: [apps, payments], ${age} }` });
    expect(await apply()).toMatchObject({ codes: ["foreign-file"] });
    expect(Object.keys(await github.files(BRANCH))).not.toContain(SHOP);
  });
});

describe("a pull request of somebody else from our branch", () => {
  it("is left alone", async () => {
    await apply();
    await github.closePull(1);
    const headers = { authorization: `token ${github.token}`, "user-agent": "test" };
    await github.commit("staging", {});
    const body = JSON.stringify({ title: "mine", head: BRANCH, base: "staging" });
    await fetch(`${github.url}/repos/acme/gitops/pulls`, { method: "POST", headers, body });
    await apply();
    const pulls = await github.pulls();
    expect(pulls.map(({ title, base: { ref } }) => [title === "mine", ref])).toEqual([
      [false, "main"],
      [true, "staging"],
      [false, "main"],
    ]);
  });
});

describe("an obstacle", () => {
  it("in one cluster's directory stops no other cluster", async () => {
    await github.commit("main", { "pull-secrets/edge/shop": "a file\n" });
    expect(await apply()).toMatchObject({ operation: "created", codes: ["path-escapes"] });
    expect(Object.keys(await github.files(BRANCH))).toContain(APPS);
  });

  it("is a folder where a file of ours goes, too", async () => {
    await github.commit("main", { "pull-secrets/edge/regcred.lock/keep.md": "mine\n" });
    expect(await apply()).toMatchObject({ codes: ["path-escapes"] });
    expect(Object.keys(await github.files(BRANCH))).toContain("pull-secrets/edge/regcred.lock/keep.md");
  });
});

describe("a person who pushes at the worst moment", () => {
  it("keeps the commit although the pull request was to be closed", async () => {
    await apply();
    for (const [path, text] of Object.entries(await github.files(BRANCH)))
      await github.commit("main", { [path]: text });
    let pushed = "";
    github.hook("GET", /\/pulls$/, async () => {
      pushed = await github.commit(BRANCH, { "NOTES.md": "mine\n" });
    });
    expect(await apply()).toMatchObject({ codes: ["foreign-commit"] });
    expect(await github.head(BRANCH)).toBe(pushed);
  });
});

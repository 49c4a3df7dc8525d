import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../src/commands/outcome.ts";
import type { PullRequest } from "../../src/model.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";

const BRANCH = "regcred/platform/all";
const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";

let scene: Scene;
let github: GitHub;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());
beforeEach(async () => {
  github = await startGitHub();
  scene.configure({ top: "gitops: { repository: acme/gitops }" });
  scene.variables.set("HUB", "hub-1");
  scene.variables.set("QUAY", "quay-1");
  scene.variables.set("GITHUB_TOKEN", github.token);
  scene.variables.set("GITHUB_API_URL", github.url);
});
afterEach(() => github.stop());

function publishedBy({ report }: Outcome): PullRequest | undefined {
  return report.published?.kind === "pull-request" ? report.published : undefined;
}

function codesOf({ report }: Outcome): readonly string[] {
  return report.errors.map(({ code }) => code);
}

const requests = (...methods: string[]) => github.requests.filter(({ method }) => methods.includes(method));

describe("the first run", () => {
  it("opens one pull request with one commit, and writes nothing but the files of the plan", async () => {
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(0);
    expect(publishedBy(outcome)).toMatchObject({
      kind: "pull-request",
      number: 1,
      operation: "created",
      branch: BRANCH,
    });
    expect(publishedBy(outcome)?.url).toMatch(/\/pull\/1$/);
    const files = await github.files(BRANCH);
    expect(Object.keys(files).sort()).toEqual([
      "README.md",
      "pull-secrets/edge/kustomization.yaml",
      "pull-secrets/edge/regcred.lock",
      "pull-secrets/edge/shop/regcred.sops.yaml",
      "pull-secrets/prod/apps/regcred.sops.yaml",
      "pull-secrets/prod/kustomization.yaml",
      "pull-secrets/prod/payments/regcred.sops.yaml",
      "pull-secrets/prod/regcred.lock",
    ]);
    expect(Object.keys(await github.files("main"))).toEqual(["README.md"]);
    expect(scene.tree().size).toBe(0);
  });

  it("needs at most twelve requests", async () => {
    await scene.run("apply");
    expect(github.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toHaveLength(9);
  });
});

describe("a run while a pull request is open", () => {
  beforeEach(async () => {
    await scene.run("apply");
    github.requests.length = 0;
  });

  it("leaves it alone when it is right: no write at all", async () => {
    const outcome = await scene.run("apply");
    expect(publishedBy(outcome)).toMatchObject({ number: 1, operation: "unchanged" });
    expect(outcome.report.changed).toBe(false);
    expect(requests("POST", "PATCH", "PUT", "DELETE")).toEqual([]);
  });

  it("updates it in place when a credential changes, and keeps the bytes of what did not", async () => {
    const before = await github.files(BRANCH);
    rotate("quay-2");
    const outcome = await scene.run("apply");
    expect(publishedBy(outcome)).toMatchObject({ number: 1, operation: "updated" });
    const after = await github.files(BRANCH);
    expect(differing(before, after)).toEqual([APPS, "pull-secrets/prod/regcred.lock"]);
    const [pull] = await github.pulls();
    expect(pull?.body).toContain(await github.head(BRANCH));
    expect(await commitsOn(BRANCH)).toBe(1);
    rotate("quay-1");
  });

  it("closes it and deletes its branch when the base has all of it", async () => {
    for (const [path, text] of Object.entries(await github.files(BRANCH)))
      await github.commit("main", { [path]: text });
    const outcome = await scene.run("apply");
    expect(publishedBy(outcome)).toMatchObject({ number: 1, operation: "closed" });
    expect(outcome.report.changed).toBe(false);
    expect(await github.head(BRANCH)).toBeUndefined();
    expect((await github.pulls()).map(({ state }) => state)).toEqual(["closed"]);
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: null, operation: "unchanged" });
  });

  it("leaves it open while a registry fails: the base cannot be known to hold all", async () => {
    scene.variables.set("QUAY", "wrong");
    scene.variables.set("HUB", "wrong");
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(1);
    expect(publishedBy(outcome)).toMatchObject({ number: 1, operation: "unchanged" });
    expect(requests("POST", "PATCH", "DELETE")).toEqual([]);
  });

  it("writes nothing when the base moves elsewhere, and rebuilds on it when it moves in a cluster's directory", async () => {
    await github.commit("main", { "apps/web.yaml": "kind: Deployment\n" });
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ operation: "unchanged" });
    const before = await github.files(BRANCH);
    const base = await github.commit("main", { "pull-secrets/prod/NOTES.md": "by hand\n" });
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: 1, operation: "updated" });
    const after = await github.files(BRANCH);
    expect(Object.keys(after)).toContain("pull-secrets/prod/NOTES.md");
    expect(Object.keys(after)).toContain("apps/web.yaml");
    expect(after["pull-secrets/edge/shop/regcred.sops.yaml"]).toBe(before["pull-secrets/edge/shop/regcred.sops.yaml"]);
    expect(await parentOf(BRANCH)).toBe(base);
  });

  it("keeps what waits for other clusters when it looks at one", async () => {
    const before = await github.files(BRANCH);
    rotate("quay-2");
    const outcome = await scene.run("apply", { scope: { clusters: ["prod"], registries: [] } });
    expect(publishedBy(outcome)).toMatchObject({ operation: "updated" });
    expect(differing(before, await github.files(BRANCH))).toEqual([APPS, "pull-secrets/prod/regcred.lock"]);
    rotate("quay-1");
  });

  it("takes back what is no longer wanted", async () => {
    scene.configure({
      top: "gitops: { repository: acme/gitops }",
      clusters: `  prod: { namespaces: [apps, payments], encrypt: { sops: { age: [${scene.recipient}] } } }`,
    });
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ operation: "updated" });
    expect(Object.keys(await github.files(BRANCH)).filter((path) => path.includes("edge"))).toEqual([]);
  });

  it("stops at a commit that somebody else put on the branch, and names both", async () => {
    const sha = await github.commit(BRANCH, { "NOTES.md": "mine\n" });
    rotate("quay-2");
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(1);
    expect(codesOf(outcome)).toEqual(["foreign-commit"]);
    expect(outcome.report.errors[0]?.message).toContain(sha.slice(0, 10));
    expect(outcome.report.errors[0]?.message).toContain(`${BRANCH} has a commit`);
    expect(await github.head(BRANCH)).toBe(sha);
    rotate("quay-1");
  });

  it("stops at a commit of ours that somebody amended", async () => {
    await github.commit(BRANCH, { "NOTES.md": "mine\n" }, { force: true, message: await messageOf(BRANCH) });
    expect(codesOf(await scene.run("apply"))).toEqual(["foreign-commit"]);
  });

  it("opens a new one when a person closed the old one", async () => {
    await github.closePull(1);
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: 2, operation: "created" });
  });

  it.each(["merge", "squash"] as const)(
    "finds nothing to do after a %s, and goes on with the next change",
    async (how) => {
      await github.mergePull(1, how);
      expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: null, operation: "unchanged" });
      rotate("quay-2");
      expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: 2, operation: "created" });
      expect(await commitsOn(BRANCH)).toBe(1);
      rotate("quay-1");
    },
  );
});

describe("a run after one that was cut", () => {
  it("opens the pull request that is missing", async () => {
    github.allowPulls(false);
    expect(codesOf(await scene.run("apply"))).toEqual(["github-forbidden"]);
    const head = await github.head(BRANCH);
    github.allowPulls(true);
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: 1, operation: "created" });
    expect(await github.head(BRANCH)).toBe(head);
  });

  it("lets the pull request tell of the commit that it has", async () => {
    await scene.run("apply");
    rotate("quay-2");
    github.fail("PATCH", /\/pulls\/1$/, { status: 422, headers: {}, body: { message: "Validation Failed" } });
    expect(codesOf(await scene.run("apply"))).toEqual(["github-failed"]);
    expect(publishedBy(await scene.run("apply"))).toMatchObject({ number: 1, operation: "updated" });
    expect((await github.pulls())[0]?.body).toContain(await github.head(BRANCH));
    rotate("quay-1");
  });
});

describe("two at once", () => {
  it("reads the branch again when another run made it meanwhile", async () => {
    github.hook("POST", /\/git\/refs$/, async () => {
      await scene.run("apply");
    });
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(0);
    expect(publishedBy(outcome)).toMatchObject({ number: 1, operation: "unchanged" });
    expect(await github.pulls()).toHaveLength(1);
  });

  it("does not lose what a person pushed between reading and writing", async () => {
    await scene.run("apply");
    rotate("quay-2");
    let pushed = "";
    github.hook("POST", /\/git\/commits$/, async () => {
      pushed = await github.commit(BRANCH, { "NOTES.md": "mine\n" });
    });
    expect(codesOf(await scene.run("apply"))).toEqual(["foreign-commit"]);
    expect(await github.head(BRANCH)).toBe(pushed);
    rotate("quay-1");
  });

  it("gives up when the branch is there again and again", async () => {
    const exists = { status: 422, headers: {}, body: { message: "Reference already exists" } };
    github.fail("POST", /\/git\/refs$/, exists, 2);
    expect(codesOf(await scene.run("apply"))).toEqual(["branch-moved"]);
  });
});

function rotate(password: string): void {
  scene.quay.setPassword("acme-bot", password);
  scene.variables.set("QUAY", password);
}

function differing(before: Record<string, string>, after: Record<string, string>): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((path) => before[path] !== after[path]);
}

interface BranchAnswer {
  readonly commit: {
    readonly parents: readonly { readonly sha: string }[];
    readonly commit: { readonly message: string };
  };
}

async function branchOf(name: string): Promise<BranchAnswer> {
  const answer: BranchAnswer = await ask(`branches/${name}`);
  return answer;
}

async function messageOf(name: string): Promise<string> {
  return (await branchOf(name)).commit.commit.message;
}

async function parentOf(name: string): Promise<string | undefined> {
  return (await branchOf(name)).commit.parents[0]?.sha;
}

async function commitsOn(name: string): Promise<number> {
  const compared: { readonly ahead_by: number } = await ask(`compare/main...${name}`);
  return compared.ahead_by;
}

/** What GitHub itself says. */
async function ask(path: string) {
  const headers = { authorization: `token ${github.token}`, "user-agent": "test" };
  const answer = await fetch(`${github.url}/repos/acme/gitops/${path}`, { headers });
  return JSON.parse(await answer.text());
}

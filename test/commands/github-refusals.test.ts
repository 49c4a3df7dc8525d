import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../src/commands/outcome.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub, GitHubOptions } from "../github/github.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";

const BRANCH = "regcred/platform/all";

let scene: Scene;
let github: GitHub;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());
beforeEach(() => open());
afterEach(() => github.stop());

async function open(options: GitHubOptions = {}): Promise<void> {
  github = await startGitHub(options);
  scene.variables.delete("GITHUB_REPOSITORY");
  scene.variables.set("GITHUB_TOKEN", github.token);
  scene.variables.set("GITHUB_API_URL", github.url);
  configure();
}

async function reopen(options: GitHubOptions): Promise<void> {
  await github.stop();
  await open(options);
}

function configure(gitops = "repository: acme/gitops"): void {
  scene.configure({ top: `gitops: { ${gitops} }` });
}

/** `exit code message | hint` of the only error. */
function refusal({ report, exitCode }: Outcome): string {
  const [error, ...others] = report.errors;
  expect(others).toEqual([]);
  return `${exitCode} ${error?.code ?? "none"}: ${error?.message ?? ""} | ${error?.hint ?? ""}`;
}

const writes = () => github.requests.filter(({ method, status }) => method !== "GET" && status < 300);

describe("a token", () => {
  it("that GitHub does not know is refused before any credential is sent", async () => {
    scene.variables.set("GITHUB_TOKEN", "ghp_unknown");
    const before = scene.hub.requests.length;
    expect(refusal(await scene.run("apply"))).toMatch(/^1 github-unauthorized: .*could not read acme\/gitops/);
    expect(scene.hub.requests.length).toBe(before);
  });

  it("that may not write contents is told which permission it lacks", async () => {
    scene.variables.set("GITHUB_TOKEN", github.addToken({ permissions: { contents: "read" } }));
    scene.variables.set("GITHUB_REPOSITORY", "acme/gitops");
    const said = refusal(await scene.run("apply"));
    expect(said).toMatch(/^1 github-forbidden: the token may not write to acme\/gitops/);
    expect(said).toContain("give the job `permissions:` with `contents: write` and `pull-requests: write`");
  });

  it("that may not make pull requests is told which permission it lacks", async () => {
    scene.variables.set("GITHUB_TOKEN", github.addToken({ permissions: { pull_requests: "read" } }));
    scene.variables.set("GITHUB_REPOSITORY", "acme/gitops");
    const said = refusal(await scene.run("apply"));
    expect(said).toMatch(/^1 github-forbidden: the token may not make and change pull requests in acme\/gitops/);
    expect(said).toContain("pull-requests: write");
  });

  it("of a workflow is told about the setting that lets Actions create pull requests", async () => {
    github.allowPulls(false);
    const said = refusal(await scene.run("apply"));
    expect(said).toMatch(/^1 github-forbidden: GitHub Actions may not create pull requests in acme\/gitops/);
    expect(said).toContain('"Allow GitHub Actions to create and approve pull requests"');
  });

  it("of another repository's workflow cannot reach this one, and is told what can", async () => {
    scene.variables.set("GITHUB_TOKEN", github.addToken({ repositories: ["acme/app"] }));
    scene.variables.set("GITHUB_REPOSITORY", "acme/app");
    const said = refusal(await scene.run("apply"));
    expect(said).toMatch(/^2 github-not-found: GitHub knows no repository acme\/gitops/);
    expect(said).toContain(
      "the workflow's own token reaches acme/app alone: for acme/gitops use the token of a GitHub App",
    );
  });

  it("of another repository's workflow may read a public one, and is told so when it writes", async () => {
    await reopen({ private: false });
    scene.variables.set("GITHUB_TOKEN", github.addToken({ repositories: ["acme/app"] }));
    scene.variables.set("GITHUB_REPOSITORY", "acme/app");
    const said = refusal(await scene.run("apply"));
    expect(said).toMatch(/^1 github-forbidden/);
    expect(said).toContain("the workflow's own token reaches acme/app alone");
  });
});

describe("what could be printed by mistake", () => {
  it("is not: a token with a line feed in it", async () => {
    scene.variables.set("GITHUB_TOKEN", "ghp_SECRETTOKEN123\nsecondline");
    const { report } = await scene.run("apply");
    expect(report.errors.map(({ code }) => code)).toEqual(["bad-secret"]);
    expect(JSON.stringify(report)).not.toContain("SECRETTOKEN");
  });

  it("is not: a password in the address of the API", async () => {
    scene.variables.set("GITHUB_API_URL", "https://me:SECRETWORD@github.example.com");
    const { report } = await scene.run("apply");
    expect(report.errors.map(({ code }) => code)).toEqual(["bad-usage"]);
    expect(JSON.stringify(report)).not.toContain("SECRETWORD");
  });

  it.each(["nope", "acme/gitops/../../x", "acme/..", "https://github.com/acme/gitops"])(
    "is no repository: %s",
    async (repository) => {
      expect(refusal(await scene.run("apply", { repository }))).toMatch(/^2 bad-usage: .* is not OWNER\/NAME/);
      expect(github.requests).toEqual([]);
    },
  );
});

describe("a repository", () => {
  it("that is not there is named", async () => {
    configure("repository: acme/nothing");
    expect(refusal(await scene.run("apply"))).toMatch(/^2 github-not-found: GitHub knows no repository acme\/nothing/);
  });

  it("without a commit is told to get one", async () => {
    await reopen({ empty: true });
    expect(refusal(await scene.run("apply"))).toMatch(/^2 repository-empty: acme\/gitops has no commit yet/);
  });

  it("without the base branch is told which one is the default", async () => {
    configure("repository: acme/gitops, base: release");
    const said = refusal(await scene.run("apply"));
    expect(said).toMatch(/^2 base-missing: acme\/gitops has no branch release/);
    expect(said).toContain("the default branch is main");
  });

  it.each(["protection", "ruleset"] as const)("that protects our branch by a %s says so", async (kind) => {
    github.rules.protections.set("regcred/*", kind);
    github.rules.protections.set(BRANCH, kind);
    expect(refusal(await scene.run("apply"))).toMatch(/^1 branch-protected: a rule of the repository forbids to write/);
  });

  it("whose base is protected is no trouble: only a branch of ours is written", async () => {
    github.rules.protections.set("main", "protection");
    expect((await scene.run("apply")).exitCode).toBe(0);
  });

  it("that GitHub lists only in part is read folder by folder", async () => {
    await scene.run("apply");
    await github.mergePull(1, "squash");
    github.rules.truncateAt = 2;
    const { report } = await scene.run("apply");
    expect(report.changes?.map(({ action }) => action)).toEqual(["keep", "keep", "keep"]);
  });

  it("with a file where the folder of all would be is left as it is", async () => {
    await github.commit("main", { "pull-secrets": "a file\n" });
    const { report, exitCode } = await scene.run("apply");
    expect(exitCode).toBe(1);
    expect(report.errors.map(({ code }) => code)).toEqual(["path-escapes", "path-escapes"]);
    expect(report.errors[0]?.message).toContain("pull-secrets is no folder in the repository");
    expect(await github.head(BRANCH)).toBeUndefined();
  });

  it("with a stranger's file at a path of ours is held, and the stranger's file stays", async () => {
    await github.commit("main", { "pull-secrets/prod/apps/regcred.sops.yaml": "kind: Secret\n" });
    const outcome = await scene.run("apply");
    expect(outcome.report.errors.map(({ code }) => code)).toEqual(["foreign-file"]);
    expect((await github.files(BRANCH))["pull-secrets/prod/apps/regcred.sops.yaml"]).toBe("kind: Secret\n");
  });

  it("is found under an Enterprise server's prefix", async () => {
    await reopen({ prefix: "/api/v3" });
    expect((await scene.run("apply")).exitCode).toBe(0);
  });
});

describe("GitHub in trouble", () => {
  it.each(["primary-limit", "secondary-limit", "too-many-requests"] as const)("is waited for: %s", async (limit) => {
    github.fail("POST", /\/git\/trees$/, limit);
    expect((await scene.run("apply")).exitCode).toBe(0);
  });

  it("is not waited for when it takes too long, and the report tells until when", async () => {
    const reset = Math.floor(Date.now() / 1000) + 3000;
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${reset}` };
    github.fail("GET", /\/branches\/main$/, { status: 403, headers, body: { message: "API rate limit exceeded" } });
    const said = refusal(await scene.run("apply"));
    expect(said).toContain(`until ${new Date(reset * 1000).toISOString().slice(0, 16)}Z`);
    expect(said).toMatch(/^1 github-rate-limited/);
  });

  it.each([/\/git\/trees$/, /\/pulls$/])("is asked again after a bad gateway: %s", async (pattern) => {
    github.fail("POST", pattern, "bad-gateway");
    expect((await scene.run("apply")).exitCode).toBe(0);
    expect(await github.pulls()).toHaveLength(1);
  });

  it.each([/\/git\/refs$/, /\/pulls$/])("may lose an answer after the request took effect: %s", async (pattern) => {
    github.fail("POST", pattern, "lost");
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(0);
    expect(outcome.report.published).toMatchObject({ number: 1 });
    expect(await github.pulls()).toHaveLength(1);
  });

  it("that does not answer is named, with what to check", async () => {
    scene.variables.set("GITHUB_API_URL", "http://127.0.0.1:9");
    expect(refusal(await scene.run("apply"))).toMatch(/^1 github-failed: GitHub did not answer: could not read/);
  }, 15_000);
});

describe("the number of requests", () => {
  it("does not grow with the files, whether they are written or kept", async () => {
    const counts: number[] = [];
    for (const size of [1, 100]) {
      await reopen({});
      const namespaces = Array.from({ length: size }, (_, index) => `ns-${index}`).join(", ");
      const clusters = `  prod: { namespaces: [${namespaces}], encrypt: { sops: { age: [${scene.recipient}] } } }`;
      scene.configure({
        top: "gitops: { repository: acme/gitops }",
        quay: "    deliverTo: { clusters: [prod] }",
        clusters,
      });
      await scene.run("apply");
      counts.push(github.requests.length);
      github.requests.length = 0;
      await scene.run("apply");
      counts.push(github.requests.length);
    }
    const [createdOne, keptOne, createdHundred, keptHundred] = counts;
    expect(createdHundred).toBe(createdOne);
    expect(keptHundred).toBe(keptOne);
    expect(Math.max(...counts)).toBeLessThanOrEqual(12);
  });
});

describe("the leak guard", () => {
  const forms: readonly (readonly [string, (secret: string) => string])[] = [
    ["as it is", (secret) => secret],
    ["as base64", (secret) => Buffer.from(secret).toString("base64")],
    ["as base64 of more", (secret) => Buffer.from(`x${secret}yz`).toString("base64")],
    ["as hexadecimal digits", (secret) => Buffer.from(secret).toString("hex")],
    ["as in a URL", (secret) => encodeURIComponent(secret)],
  ];

  it.each(forms)("stops a run whose annotation holds a password, %s", async (_, form) => {
    const secret = "hunter2/is+a=secret";
    scene.hub.setPassword("robot$acme", secret);
    scene.variables.set("HUB", secret);
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    const clusters = `  prod: { namespaces: [apps], annotations: { note: ${JSON.stringify(form(secret))} }, ${age} }`;
    scene.configure({
      top: "gitops: { repository: acme/gitops }",
      quay: "    deliverTo: { clusters: [prod] }",
      clusters,
    });
    const outcome = await scene.run("apply");
    expect(refusal(outcome)).toMatch(/^1 secret-leak: pull-secrets\/prod\/apps\/regcred\.sops\.yaml/);
    expect(JSON.stringify(outcome.report)).not.toContain(secret);
    expect(writes()).toEqual([]);
    const inDirectory = await scene.run("apply", { dir: "out" });
    expect(refusal(inDirectory)).toMatch(/^1 secret-leak/);
    expect([...scene.tree().keys()]).toEqual([]);
    scene.hub.setPassword("robot$acme", "hub-1");
    scene.variables.set("HUB", "hub-1");
  });
});

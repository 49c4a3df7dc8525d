import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkedOutCommit } from "../../src/action/checkout.ts";
import { readEvent } from "../../src/action/event.ts";
import type { WorkflowEvent } from "../../src/action/trust.ts";
import { openWorld } from "../../src/commands/world.ts";
import { createFiles } from "../../src/io/files.ts";

const files = createFiles();
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "regcred-event-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...words: readonly string[]): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "init.defaultBranch=main"];
  return execFileSync("git", ["-C", folder, ...who, ...words], { encoding: "utf8", stdio: "pipe" }).trim();
}

/** A repository with one commit, whose id it gives. */
function repository(path = "."): string {
  mkdirSync(join(folder, path), { recursive: true });
  git("-C", path, "init", "--quiet");
  git("-C", path, "commit", "--quiet", "--allow-empty", "--message", path);
  return git("-C", path, "rev-parse", "HEAD");
}

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("the commit that is checked out", () => {
  it("is that of a branch, in a folder below too, which need not be there", async () => {
    const commit = repository();
    expect(await checkedOutCommit(folder, files)).toBe(commit);
    expect(await checkedOutCommit(join(folder, "not/there"), files)).toBe(commit);
  });

  it("is that of a branch whose ref is packed, and a detached one", async () => {
    const commit = repository();
    git("pack-refs", "--all");
    expect(await checkedOutCommit(folder, files)).toBe(commit);
    git("checkout", "--quiet", "--detach");
    expect(await checkedOutCommit(folder, files)).toBe(commit);
  });

  it("is that of the nearest repository, not of the one around it", async () => {
    const [outer, inner] = [repository(), repository("pr")];
    expect(inner).not.toBe(outer);
    expect(await checkedOutCommit(join(folder, "pr/team"), files)).toBe(inner);
  });

  it("is not told by files that anybody may commit, though git would go by them", async () => {
    const commit = repository();
    for (const name of ["objects", "refs/heads"]) mkdirSync(join(folder, "sub", name), { recursive: true });
    write("sub/HEAD", `${"3".repeat(40)}\n`);
    write("sub/config", "[core]\n\tbare = true\n");
    expect(git("-C", "sub", "rev-parse", "--absolute-git-dir")).toBe(join(folder, "sub"));
    expect(await checkedOutCommit(join(folder, "sub"), files)).toBe(commit);
  });

  it.each([
    ["a repository without a commit", () => git("init", "--quiet")],
    ["a folder without a repository", () => undefined],
    ["a .git that is a file", () => write(".git", "gitdir: /elsewhere\n")],
    ["a HEAD that leads out", () => write(".git/HEAD", "ref: refs/../../secret\n")],
    ["a HEAD that is nonsense", () => write(".git/HEAD", "nonsense\n")],
  ])("is not told by %s", async (_, prepare) => {
    write("secret", "4".repeat(40));
    prepare();
    expect(await checkedOutCommit(folder, files)).toBeNull();
  });
});

/** What is read with these variables, and this payload. */
async function read(
  payload: unknown,
  { config, variables = {} }: { config?: string; variables?: Readonly<Record<string, string>> } = {},
): Promise<WorkflowEvent> {
  write("event.json", typeof payload === "string" ? payload : JSON.stringify(payload));
  const all = new Map(Object.entries({ GITHUB_EVENT_PATH: join(folder, "event.json"), ...variables }));
  const log = { stage: () => undefined, info: () => undefined, debug: () => undefined };
  const interruption = { guard: <T>(work: () => Promise<T>) => work(), check: () => undefined };
  const world = openWorld({ log, mask: () => undefined, interruption });
  return await readEvent(config, { ...world, folder, environment: { get: (name) => all.get(name) } });
}

describe("the event", () => {
  it("is what the runner tells", async () => {
    const commit = repository();
    const variables = {
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_SHA: commit,
      GITHUB_REPOSITORY: "acme/gitops",
    };
    const payload = {
      repository: { default_branch: "trunk" },
      pull_request: { head: { repo: { full_name: "mallory/gitops" } } },
    };
    expect(await read(payload, { variables })).toEqual({
      name: "pull_request",
      ref: "refs/pull/7/merge",
      commit,
      repository: "acme/gitops",
      defaultBranch: "trunk",
      headRepository: "mallory/gitops",
      checkedOut: commit,
    });
  });

  it.each([
    ["a deleted fork", { repository: { default_branch: "main" }, pull_request: { head: { repo: null } } }, "main"],
    ["a schedule", { schedule: "0 4 * * *" }, null],
    ["no JSON", "<html>", null],
    ["an empty branch", { repository: { default_branch: "" } }, null],
    ["a branch that is no text", { repository: { default_branch: ["main"] } }, null],
    ["a list", [], null],
  ])("of %s leaves unknown what is not there", async (_, payload, defaultBranch) => {
    expect(await read(payload)).toMatchObject({ defaultBranch, headRepository: null, name: "", ref: "" });
  });

  it("is unknown where there is no payload", async () => {
    const gone = { GITHUB_EVENT_PATH: join(folder, "gone") };
    expect(await read({}, { variables: gone })).toMatchObject({ defaultBranch: null });
    expect(await read({}, { variables: { GITHUB_EVENT_PATH: "" } })).toMatchObject({ defaultBranch: null });
  });

  it("goes by the checkout that the configuration lies in", async () => {
    const [outer, inner] = [repository(), repository("pr")];
    expect((await read({}, { config: "pr/registries.yaml" })).checkedOut).toBe(inner);
    expect((await read({}, { config: join(folder, "pr/team/registries.yaml") })).checkedOut).toBe(inner);
    expect((await read({}, { config: "team/registries.yaml" })).checkedOut).toBe(outer);
    expect((await read({})).checkedOut).toBe(outer);
  });

  it("knows no commit where the configuration may lie in either of two checkouts", async () => {
    repository();
    repository(".github");
    expect((await read({})).checkedOut).toBeNull();
  });
});

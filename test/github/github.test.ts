import { describe, expect, it } from "vitest";
import { ask, commitOnto, gist, github, openPull } from "./client.ts";

describe("a change's whole life", () => {
  it("goes from tree to commit, ref, pull request, update, merge and deletion", async () => {
    const hub = await github();
    const first = await commitOnto(hub, "main", { "a/b.yaml": "1", "c.yaml": "1" });
    expect(await gist(hub, "POST /git/refs", { ref: "refs/heads/regcred/all", sha: first })).toBe("201");
    const opened = await ask(hub, "POST /pulls", { title: "Ours", body: "why", head: "regcred/all", base: "main" });
    expect(opened.body).toMatchObject({ number: 1, state: "open", head: { sha: first, label: "acme:regcred/all" } });

    await hub.commit("main", { "theirs.txt": "meanwhile" });
    const second = await commitOnto(hub, "main", { "a/b.yaml": "2" });
    const ref = "PATCH /git/refs/heads%2Fregcred%2Fall";
    expect(await gist(hub, ref, { sha: second })).toBe("422 Update is not a fast forward");
    expect(await gist(hub, ref, { sha: second, force: true })).toBe("200");
    const [listed] = (await ask(hub, "GET /pulls?head=acme:regcred/all&base=main&state=open")).body;
    expect(listed).toMatchObject({ number: 1, title: "Ours", body: "why", head: { sha: second } });
    expect(listed).not.toHaveProperty("merged");

    const sha = await hub.mergePull(1, "squash");
    expect(await hub.files("main")).toEqual({ "README.md": "# gitops\n", "a/b.yaml": "2", "theirs.txt": "meanwhile" });
    expect((await ask(hub, "GET /pulls/1")).body).toMatchObject({
      state: "closed",
      merged: true,
      merge_commit_sha: sha,
    });
    expect(await gist(hub, "DELETE /git/refs/heads/regcred/all")).toBe("204");
    expect(await hub.head("regcred/all")).toBeUndefined();
    expect(hub.requests.at(-1)).toEqual({
      method: "DELETE",
      path: "/repos/acme/gitops/git/refs/heads/regcred/all",
      status: 204,
    });
  });
  it("may be merged with a merge commit, but not over what others changed in the same file", async () => {
    const hub = await github();
    await openPull(hub, "x");
    const sha = await hub.mergePull(1, "merge");
    expect((await ask(hub, `GET /git/commits/${sha}`)).body.parents).toHaveLength(2);
    await hub.commit("y", { "README.md": "ours" });
    await ask(hub, "POST /pulls", { title: "Ours", head: "y", base: "main" });
    await hub.commit("main", { "README.md": "theirs" });
    expect(await gist(hub, "PUT /pulls/2/merge", {})).toBe("405 Pull Request has merge conflicts");
  });
  it("takes away what it deleted, and is not merged twice, nor at another head than was looked at", async () => {
    const hub = await github();
    await hub.commit("main", { "a/b": "1", c: "1" });
    await hub.commit("x", { "a/b": null, c: null });
    await ask(hub, "POST /pulls", { title: "Ours", head: "x", base: "main" });
    const stale = { sha: await hub.head("main") };
    expect(await gist(hub, "PUT /pulls/1/merge", stale)).toContain("409 Head branch was modified.");
    await hub.mergePull(1, "squash");
    expect(await hub.files("main")).toEqual({ "README.md": "# gitops\n" });
    expect(await gist(hub, "PUT /pulls/1/merge", {})).toBe("405 Pull Request is not mergeable");
  });
  it("may put a file where a directory was, and a tree where nothing was", async () => {
    const hub = await github();
    const base_tree = await hub.commit("main", { "a/b": "1", "a/c": "1" });
    const file = { path: "a", mode: "100644", type: "blob", content: "1" };
    const directory = { path: "new/README", mode: "040000", type: "tree", sha: base_tree };
    const { body } = await ask(hub, "POST /git/trees", { base_tree, tree: [directory, file] });
    const { tree } = (await ask(hub, `GET /git/trees/${body.sha}?recursive=1`)).body;
    const blobs = tree.filter(({ type }: { type: string }) => type === "blob");
    expect(blobs.map(({ path }: { path: string }) => path)).toEqual([
      "README.md",
      "a",
      "new/README/README.md",
      "new/README/a/b",
      "new/README/a/c",
    ]);
  });
  it("has the same ids as in git, and no directory without a file", async () => {
    const hub = await github();
    const before = (await ask(hub, "GET /branches/main")).body.commit.commit.tree.sha;
    await hub.commit("x", { "a/b/c.txt": "1" });
    const after = await commitOnto(hub, "x", { "a/b/c.txt": null });
    expect((await ask(hub, `GET /git/commits/${after}`)).body.tree.sha).toBe(before);
  });
  it("goes under a prefix too, in a repository and on a branch of other names", async () => {
    const hub = await github({ prefix: "/api/v3", repository: "acme/other", branch: "trunk" });
    expect(hub.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/);
    const { body } = await ask(hub, "GET ");
    expect(body).toMatchObject({ default_branch: "trunk", private: true, url: `${hub.url}/repos/acme/other` });
    const outside = await fetch(new URL("/repos/acme/other", hub.url));
    expect(outside.status).toBe(404);
  });
});

describe("a branch", () => {
  it("is shown with its commit, tree, parents and author", async () => {
    const hub = await github();
    const parent = await hub.head("main");
    const sha = await hub.commit("a/b", { x: "1" }, { message: "By hand" });
    const tree = { sha: expect.stringMatching(/^[0-9a-f]{40}$/) };
    expect((await ask(hub, "GET /branches/a%2Fb")).body).toMatchObject({
      name: "a/b",
      protected: false,
      commit: { sha, commit: { message: "By hand", tree }, parents: [{ sha: parent }], author: { login: "jane" } },
    });
    await hub.commit("a/b", { x: "2" }, { author: "nobody", force: true });
    const { commit } = (await ask(hub, "GET /branches/a/b")).body;
    expect([commit.author, commit.parents[0].sha]).toEqual([null, parent]);
    expect(await gist(hub, "GET /branches/none")).toBe("404 Branch not found");
  });
  it("is compared with another", async () => {
    const hub = await github();
    const start = await hub.head("main");
    const sha = await hub.commit("x", { x: "1" });
    await hub.commit("main", { y: "1" });
    expect((await ask(hub, "GET /compare/main...x")).body).toMatchObject({
      ahead_by: 1,
      behind_by: 1,
      merge_base_commit: { sha: start },
      commits: [{ sha, author: { login: "jane" } }],
    });
    expect(await gist(hub, "GET /compare/main...none")).toBe("404 Not Found");
  });
});

describe("a token", () => {
  const create = "POST /git/refs";
  it("must be there, and known", async () => {
    const hub = await github({ private: false });
    expect(await gist(hub, "GET ", undefined, null)).toBe("401 Requires authentication");
    expect(await gist(hub, "GET ", undefined, "ghp_wrong")).toBe("401 Bad credentials");
  });
  it("without a permission is told which one", async () => {
    const hub = await github();
    const reader = hub.addToken({ permissions: { contents: "read", pull_requests: "none" } });
    const refused = await ask(hub, create, {}, reader);
    expect([refused.status, refused.body.message]).toEqual([403, "Resource not accessible by integration"]);
    expect(refused.headers.get("x-accepted-github-permissions")).toBe("contents=write");
    expect(await gist(hub, "GET /git/ref/heads/main", undefined, reader)).toBe("200");
    expect(await gist(hub, "GET /pulls", undefined, reader)).toBe("403 Resource not accessible by integration");
  });
  it("for another repository sees a public one alone, and cannot write it", async () => {
    const [hidden, shown] = [await github(), await github({ private: false })];
    const other = { repositories: ["acme/app"] };
    expect(await gist(hidden, "GET ", undefined, hidden.addToken(other))).toBe("404 Not Found");
    expect(await gist(shown, "GET /branches/main", undefined, shown.addToken(other))).toBe("200");
    expect(await gist(shown, create, {}, shown.addToken(other))).toBe("403 Resource not accessible by integration");
  });
});

describe("git endpoints refuse", () => {
  it("a ref that is there already, one in its way, and one that is not there", async () => {
    const hub = await github();
    const sha = await hub.head("main");
    const create = (name: string) => gist(hub, "POST /git/refs", { ref: `refs/heads/${name}`, sha });
    expect(await create("main")).toBe("422 Reference already exists");
    expect(await create("main/x")).toBe("422 Reference update failed");
    expect(await gist(hub, "POST /git/refs", { ref: "heads/x", sha })).toContain("422 Reference name must start with");
    for (const ref of ["heads/none", "refs/heads/main"]) {
      expect(await gist(hub, `GET /git/ref/${ref}`)).toBe("404 Not Found");
      expect(await gist(hub, `PATCH /git/refs/${ref}`, { sha })).toBe("422 Reference does not exist");
      expect(await gist(hub, `DELETE /git/refs/${ref}`)).toBe("422 Reference does not exist");
    }
    const nothing = { sha: "0".repeat(40) };
    expect(await gist(hub, "PATCH /git/refs/heads/main", nothing)).toBe("422 Object does not exist");
    const commit = { message: "x", tree: nothing.sha, parents: [] };
    expect(await gist(hub, "POST /git/commits", commit)).toBe("422 Tree SHA does not exist");
  });
  it("everything in an empty repository", async () => {
    const hub = await github({ empty: true });
    const empty = "409 Git Repository is empty.";
    expect(await gist(hub, "GET /git/ref/heads/main")).toBe(empty);
    expect(await gist(hub, "POST /git/trees", { tree: [] })).toBe(empty);
    expect(await gist(hub, "GET /branches/main")).toBe("404 Branch not found");
    await hub.commit("main", { "README.md": "by hand" });
    expect(await gist(hub, "GET /git/ref/heads/main")).toBe("200");
  });
  it("a push to a protected branch", async () => {
    const hub = await github();
    const sha = await commitOnto(hub, "main", { x: "1" });
    hub.rules.protections.set("main", "protection").set("regcred/*", "ruleset");
    const rule = "Changes must be made through a pull request.";
    const update = (body: object) => gist(hub, "PATCH /git/refs/heads/main", { sha, ...body });
    expect(await update({})).toBe(`422 ${rule}`);
    expect(await update({ force: true })).toBe("422 Cannot force-push to this branch");
    expect(await gist(hub, "DELETE /git/refs/heads/main")).toBe("422 Cannot delete this branch");
    await hub.commit("regcred/x", { x: "1" });
    expect(await gist(hub, "PATCH /git/refs/heads/regcred/x", { sha })).toContain(`rule violations found\n\n${rule}`);
    expect(await gist(hub, "POST /git/refs", { ref: "refs/heads/regcred/y", sha })).toContain(
      "creations being restricted",
    );
    expect(await gist(hub, "DELETE /git/refs/heads/regcred/x")).toContain("Cannot delete this branch\n\n");
    expect((await ask(hub, "GET /branches/main")).body.protected).toBe(true);
  });
  it("a tree that does not make sense, and one that is too large", async () => {
    const hub = await github();
    const base_tree = await hub.head("main");
    const one = { path: "x", mode: "100644", type: "blob" };
    const tree = (entry: object, base: object = { base_tree }) =>
      gist(hub, "POST /git/trees", { ...base, tree: [{ ...one, ...entry }] });
    expect(await tree({ sha: null })).toBe("422 GitRPC::BadObjectState");
    expect(await tree({ sha: null, path: "README.md" }, {})).toBe("422 GitRPC::BadObjectState");
    expect(await tree({ sha: "0".repeat(40), content: "1" })).toContain(
      "422 Must supply either tree.sha or tree.content",
    );
    expect(await tree({ content: "1", path: "a//b" })).toContain("422 tree.path contains a malformed");
    expect(await tree({ content: "1", mode: "040000" })).toBe("422 Must supply a valid tree.mode");
    expect(await gist(hub, "POST /git/trees", { base_tree, tree: [] })).toBe("422 Invalid tree info");
    expect(await tree({ content: "1" }, { base_tree: "0".repeat(40) })).toContain("422 base_tree is not");
    const directory = { mode: "040000", type: "tree", sha: "0".repeat(40) };
    expect(await tree(directory)).toBe("422 tree.sha is not a valid tree");
    hub.rules.maxTreeBytes = 1000;
    expect(await tree({ content: "1".repeat(1000) })).toContain("422 Sorry, your request timed out.");
  });
  it("to list more of a tree than they want", async () => {
    const hub = await github();
    const sha = await hub.commit("main", { "a/b": "1", "a.c": "1" });
    const paths = async () => {
      const { tree, truncated } = (await ask(hub, `GET /git/trees/${sha}?recursive=1`)).body;
      return [truncated, ...tree.map(({ path }: { path: string }) => path)];
    };
    expect(await paths()).toEqual([false, "README.md", "a.c", "a", "a/b"]);
    hub.rules.truncateAt = 2;
    expect(await paths()).toEqual([true, "README.md", "a.c"]);
  });
});

describe("a pull request", () => {
  const ours = { title: "Ours", head: "x", base: "main" };
  it("needs a branch, a commit, a text that fits, and is there once", async () => {
    const hub = await github();
    const create = (more: object = {}) => gist(hub, "POST /pulls", { ...ours, ...more });
    expect(await create()).toBe("422 invalid head");
    const sha = await hub.head("main");
    await ask(hub, "POST /git/refs", { ref: "refs/heads/x", sha });
    expect(await create()).toBe("422 No commits between main and x");
    await hub.commit("x", { x: "1" });
    expect(await create({ base: "none" })).toBe("422 invalid base");
    expect(await create({ body: "x".repeat(65_537) })).toBe("422 body is too long (maximum is 65536 characters)");
    expect(await create({ title: "x".repeat(257) })).toBe("422 title is too long (maximum is 256 characters)");
    expect(await create({ head: "acme:x", body: "😀".repeat(65_536), title: "x".repeat(256) })).toBe("201");
    expect(await create()).toBe("422 A pull request already exists for acme:x.");
  });
  it("may be forbidden to Actions", async () => {
    const hub = await github();
    await hub.commit("x", { x: "1" });
    hub.allowPulls(false);
    const forbidden = "403 GitHub Actions is not permitted to create or approve pull requests.";
    expect(await gist(hub, "POST /pulls", ours)).toBe(forbidden);
  });
  it("is there once also when two ask at the same time, and its head follows its branch", async () => {
    const hub = await github();
    await hub.commit("x", { x: "1" });
    const both = await Promise.all([1, 2, 3].map(() => ask(hub, "POST /pulls", ours)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
    const sha = await hub.commit("x", { x: "2" });
    expect((await ask(hub, "GET /pulls/1")).body.head.sha).toBe(sha);
    expect(await gist(hub, "PATCH /pulls/1", { base: "none" })).toContain("422 Proposed base branch 'none'");
    expect((await ask(hub, "GET /pulls/1/commits")).body).toHaveLength(2);
    expect((await ask(hub, "GET /pulls/1/files")).body).toMatchObject([{ filename: "x" }]);
  });
  it("gets labels with the right to pull requests alone", async () => {
    const hub = await github();
    await openPull(hub);
    const token = hub.addToken({ permissions: { contents: "none" } });
    const labelled = await ask(hub, "POST /issues/1/labels", { labels: ["regcred"] }, token);
    expect([labelled.status, labelled.body[0].name]).toEqual([200, "regcred"]);
    expect((await ask(hub, "GET /pulls")).body[0].labels).toMatchObject([{ name: "regcred" }]);
  });
  it("is found by head with its owner, by base and by state", async () => {
    const hub = await github();
    await openPull(hub, "x");
    await openPull(hub, "y");
    await hub.closePull(2);
    const found = async (query: string) =>
      (await ask(hub, `GET /pulls?${query}`)).body.map(({ number }: { number: number }) => number);
    expect(await found("head=acme:x")).toEqual([1]);
    expect(await found("head=acme:y&state=closed")).toEqual([2]);
    expect(await found("head=y&state=all")).toEqual([2, 1]);
    expect(await found("base=none")).toEqual([]);
    expect((await hub.pulls()).map(({ state }) => state)).toEqual(["open", "closed"]);
  });
  it("is closed with its branch, and when nothing new is left; merged when the base took it in", async () => {
    const hub = await github();
    for (const name of ["x", "y", "z"]) await openPull(hub, name);
    await hub.deleteBranch("x");
    await ask(hub, "PATCH /git/refs/heads/y", { sha: await hub.head("main"), force: true });
    await ask(hub, "PATCH /git/refs/heads/main", { sha: await hub.head("z") });
    const pulls = await hub.pulls();
    expect(pulls.map(({ state, merged_at }) => [state, merged_at !== null])).toEqual([
      ["closed", false],
      ["closed", false],
      ["closed", true],
    ]);
  });
});

describe("a closed pull request", () => {
  const reopen = "PATCH /pulls/1";
  const open = { state: "open" };
  const stays = "422 state cannot be changed. ";
  it("is reopened, also after more commits on its branch", async () => {
    const hub = await github();
    await openPull(hub);
    await hub.closePull(1);
    const sha = await hub.commit("x", { more: "1" });
    expect((await ask(hub, "GET /pulls/1")).body.head.sha).not.toBe(sha);
    expect((await ask(hub, reopen, open)).body).toMatchObject({ state: "open", closed_at: null, head: { sha } });
  });
  it("stays closed when its branch is gone, was force-pushed, has another one, or nothing new", async () => {
    const hub = await github();
    await openPull(hub);
    await hub.closePull(1);
    await hub.commit("x", { "x.txt": "rebuilt" }, { force: true });
    expect(await gist(hub, reopen, open)).toBe(`${stays}The x branch was force-pushed or recreated.`);
    expect(await gist(hub, reopen, { base: "x" })).toContain("422 Cannot change the base branch of a closed");
    await openPull(hub);
    expect(await gist(hub, reopen, open)).toBe(`${stays}There is already an open pull request from x to main.`);
    await hub.deleteBranch("x");
    expect(await gist(hub, reopen, open)).toBe(`${stays}The x branch has been deleted.`);
    await ask(hub, "POST /git/refs", { ref: "refs/heads/x", sha: await hub.head("main") });
    expect(await gist(hub, reopen, open)).toBe(`${stays}There are no new commits on the x branch.`);
  });
  it("stays closed when it is merged", async () => {
    const hub = await github();
    await openPull(hub);
    await hub.mergePull(1, "squash");
    expect(await gist(hub, reopen, open)).toBe(`${stays}The pull request has been merged.`);
  });
});

describe("a planned fault", () => {
  it("hits the next requests that match, and no others", async () => {
    const hub = await github();
    hub.fail("GET", "/branches/main", "secondary-limit", 2);
    hub.fail("GET", /\/branches\//, "bad-gateway");
    const seen = [];
    for (let i = 0; i < 4; i += 1) seen.push((await ask(hub, "GET /branches/main")).status);
    expect(seen).toEqual([403, 403, 502, 200]);
    expect(hub.requests.map(({ status }) => status)).toEqual(seen);
  });
  it("is a rate limit that tells when it ends", async () => {
    const hub = await github();
    hub.fail("GET", "", "primary-limit");
    const primary = await ask(hub, "GET ");
    expect([primary.status, primary.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    expect(Number(primary.headers.get("x-ratelimit-reset")) * 1000).toBeGreaterThan(Date.now() - 1000);
    hub.fail("GET", "", "too-many-requests");
    const secondary = await ask(hub, "GET ");
    expect([secondary.status, secondary.headers.get("retry-after")]).toEqual([429, "1"]);
  });
  it("loses an answer whose request took effect", async () => {
    const hub = await github();
    const sha = await hub.head("main");
    hub.fail("POST", "/git/refs", "lost");
    await expect(ask(hub, "POST /git/refs", { ref: "refs/heads/x", sha })).rejects.toThrow("fetch failed");
    expect(await hub.head("x")).toBe(sha);
    expect(hub.requests).toEqual([{ method: "POST", path: "/repos/acme/gitops/git/refs", status: 0 }]);
  });
});

describe("a hook", () => {
  it("runs once, before the request that it waits for is judged", async () => {
    const hub = await github();
    const sha = await commitOnto(hub, "main", { x: "ours" });
    hub.hook("PATCH", "/git/refs/heads/main", () => hub.commit("main", { y: "theirs" }));
    expect(await gist(hub, "PATCH /git/refs/heads/main", { sha })).toBe("422 Update is not a fast forward");
    expect(await hub.files("main")).toEqual({ "README.md": "# gitops\n", y: "theirs" });
    const again = await commitOnto(hub, "main", { x: "ours" });
    expect(await gist(hub, "PATCH /git/refs/heads/main", { sha: again })).toBe("200");
  });
});

describe("the door", () => {
  it("wants a user agent, JSON, and an endpoint that there is", async () => {
    const hub = await github();
    expect(await gist(hub, "GET /actions/runs")).toBe("404 Not Found");
    const target = `${hub.url}/repos/ACME/GitOps/git/trees`;
    const authorization = `token ${hub.token}`;
    const nonsense = await fetch(target, { method: "POST", headers: { authorization }, body: "{" });
    expect([nonsense.status, JSON.parse(await nonsense.text()).message]).toEqual([400, "Problems parsing JSON"]);
    const nameless = await fetch(target, { headers: { authorization, "user-agent": "" } });
    expect(nameless.status).toBe(403);
  });
});

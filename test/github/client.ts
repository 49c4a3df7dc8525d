import { onTestFinished } from "vitest";
import { startGitHub } from "./github.ts";
import type { GitHub, GitHubOptions } from "./github.ts";

export async function github(options: GitHubOptions = {}): Promise<GitHub> {
  const started = await startGitHub(options);
  onTestFinished(() => started.stop());
  return started;
}

/** One request to the repository with plain fetch: `PATCH /git/refs/heads/x`. */
export async function ask({ url, repository, token }: GitHub, line: string, body?: unknown, as: string | null = token) {
  const [method = "", path = ""] = line.split(" ");
  const payload = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { "user-agent": "test", ...(as === null ? {} : { authorization: `Bearer ${as}` }) };
  const response = await fetch(`${url}/repos/${repository}${path}`, { method, headers, ...payload });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** `422 Reference already exists`; of a failed validation, what its first error says. */
export async function gist(...request: Parameters<typeof ask>): Promise<string> {
  const { status, body } = await ask(...request);
  const [error] = body?.errors ?? [];
  const said = error === undefined ? body?.message : (error.message ?? `${error.code} ${error.field}`);
  return said === undefined ? `${status}` : `${status} ${said}`;
}

/** A commit with these files on the head of a base, through the API; no ref names it yet. */
export async function commitOnto(hub: GitHub, base: string, files: Readonly<Record<string, string | null>>) {
  const branch = await ask(hub, `GET /branches/${base}`);
  const tree = Object.entries(files).map(([path, content]) => {
    return { path, mode: "100644", type: "blob", ...(content === null ? { sha: null } : { content }) };
  });
  const base_tree = branch.body.commit.commit.tree.sha;
  const made = await ask(hub, "POST /git/trees", { base_tree, tree });
  const parents = [branch.body.commit.sha];
  const commit = await ask(hub, "POST /git/commits", { message: "Ours", tree: made.body.sha, parents });
  const sha: string = commit.body.sha;
  return sha;
}

/** A branch with one new file, and a pull request for it: number 1 in a new repository. */
export async function openPull(hub: GitHub, head = "x"): Promise<void> {
  await hub.commit(head, { [`${head}.txt`]: head });
  await ask(hub, "POST /pulls", { title: "Ours", head, base: "main" });
}

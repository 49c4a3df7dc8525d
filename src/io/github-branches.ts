import type { Caller, Answered } from "./github-call.ts";
import type { Commit, Comparison, NewCommit, Repository } from "./github-port.ts";

type Branches = Pick<Repository, "branch" | "compare" | "writeCommit" | "createBranch" | "moveBranch" | "deleteBranch">;

/** Branches and commits of one repository. */
export function openBranches(caller: Caller): Branches {
  return {
    branch: (name) => readBranch(caller, name),
    compare: (base, head) => compare(caller, base, head),
    writeCommit: (commit) => writeCommit(caller, commit),
    createBranch: (name, sha) => createBranch(caller, name, sha),
    moveBranch: (name, sha) => moveBranch(caller, name, sha),
    deleteBranch: (name) => deleteBranch(caller, name),
  };
}

async function readBranch(caller: Caller, branch: string): Promise<Commit | null> {
  const found = await caller.try("read", (client, at) =>
    client.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...at, branch }),
  );
  if (found.ok) return commitOf(found.data.commit);
  if (found.refusal.status === 404) return null;
  throw found.error;
}

interface RawCommit {
  readonly sha: string;
  readonly commit: { readonly message: string; readonly tree: { readonly sha: string } };
  readonly parents: readonly { readonly sha: string }[];
  readonly author?: unknown;
}

function commitOf({ sha, commit, parents, author }: RawCommit): Commit {
  const login = typeof author === "object" && author !== null && "login" in author ? author.login : null;
  return {
    sha,
    tree: commit.tree.sha,
    parents: parents.map((parent) => parent.sha),
    message: commit.message,
    author: typeof login === "string" ? login : null,
  };
}

async function compare(caller: Caller, base: string, head: string): Promise<Comparison> {
  const { commits, merge_base_commit } = await caller.call("read", (client, at) =>
    client.request("GET /repos/{owner}/{repo}/compare/{basehead}", { ...at, basehead: `${base}...${head}` }),
  );
  return { mergeBase: commitOf(merge_base_commit), ahead: commits.map(commitOf) };
}

async function writeCommit(caller: Caller, { message, tree, parent }: NewCommit): Promise<string> {
  // Without author and committer: GitHub then signs what an App writes.
  const { sha } = await caller.call("write", (client, at) =>
    client.request("POST /repos/{owner}/{repo}/git/commits", { ...at, message, tree, parents: [parent] }),
  );
  return sha;
}

async function createBranch(caller: Caller, name: string, sha: string): Promise<"done" | "stale"> {
  return staleOr(
    await caller.try("write", (client, at) =>
      client.request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: `refs/heads/${name}`, sha }),
    ),
  );
}

async function moveBranch(caller: Caller, name: string, sha: string): Promise<"done" | "stale"> {
  return staleOr(
    await caller.try("write", (client, at) =>
      client.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ...at, ref: `heads/${name}`, sha, force: true }),
    ),
  );
}

function staleOr<T>(answer: Answered<T>): "done" | "stale" {
  if (answer.ok) return "done";
  if (answer.refusal.status === 422 && /already exists|does not exist|fast.forward/i.test(answer.refusal.message))
    return "stale";
  throw answer.error;
}

async function deleteBranch(caller: Caller, name: string): Promise<void> {
  const gone = await caller.try("write", (client, at) =>
    client.request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...at, ref: `heads/${name}` }),
  );
  if (!gone.ok && !(gone.refusal.status === 422 && /does not exist/i.test(gone.refusal.message))) throw gone.error;
}

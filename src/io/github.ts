import { RegcredError } from "../errors.ts";
import { otherRepository } from "./github-errors.ts";
import type { TokenKind } from "./github-errors.ts";
import type { GitHub, GitHubAccess, Repository } from "./github-port.ts";

/** GitHub over its REST API. Nothing is loaded or sent before a repository is asked for. */
export function connectGitHub(access: GitHubAccess): GitHub {
  return { repository: (name) => openRepository(name, access) };
}

async function openRepository(name: string, access: GitHubAccess): Promise<Repository> {
  const [{ createOctokit }, { Caller }, { openBranches }, { openTrees }, { openPullRequests }] = await Promise.all([
    import("./octokit.ts"),
    import("./github-call.ts"),
    import("./github-branches.ts"),
    import("./github-trees.ts"),
    import("./github-pull-requests.ts"),
  ]);
  const token = kindOf(access);
  const caller = new Caller(createOctokit(access), name, token);
  const found = await caller.try("read", (client, at) => client.request("GET /repos/{owner}/{repo}", at));
  if (!found.ok) throw found.refusal.status === 404 ? notFound(name, token) : found.error;
  // The name may be an old one, from which GitHub redirects.
  const { full_name, default_branch } = found.data;
  const named = caller.named(full_name);
  return {
    name: full_name,
    defaultBranch: default_branch,
    ...openBranches(named),
    ...openTrees(named),
    ...openPullRequests(named),
  };
}

function kindOf({ token, workflowRepository }: GitHubAccess): TokenKind {
  return { installation: token.tell((value) => value.startsWith("ghs_")), workflowRepository };
}

function notFound(name: string, token: TokenKind): RegcredError {
  return new RegcredError({
    code: "github-not-found",
    message: `GitHub knows no repository ${name}, or the token may not see it`,
    hint:
      otherRepository(name, token) ??
      "check the name, and give the token `contents: write` and `pull-requests: write` on it (`contents: read` for `plan`)",
  });
}

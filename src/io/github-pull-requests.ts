import type { Caller } from "./github-call.ts";
import type { OpenPullRequest, PullRequestText, Repository } from "./github-port.ts";

type PullRequests = Pick<
  Repository,
  "openPullRequests" | "createPullRequest" | "updatePullRequest" | "closePullRequest"
>;

/** GitHub's pull requests API, for branches of one repository. */
export function openPullRequests(caller: Caller): PullRequests {
  return {
    openPullRequests: (branch) => list(caller, branch),
    createPullRequest: (branch, text) => create(caller, branch, text),
    updatePullRequest: (number, text) => change(caller, number, text),
    closePullRequest: (number) => change(caller, number, { state: "closed" }),
  };
}

/**
 * GitHub ignores a `head` without its owner, and would answer with somebody else's; with it, a fork that the same owner
 * has still looks alike.
 */
async function list(caller: Caller, branch: string): Promise<readonly OpenPullRequest[]> {
  const found = await caller.call("seePulls", (client, at) =>
    client.request("GET /repos/{owner}/{repo}/pulls", { ...at, head: `${at.owner}:${branch}`, state: "open" }),
  );
  return found.filter((each) => isFrom(each, branch, caller.name)).map(pullRequestOf);
}

/** A fork that is gone leaves its pull requests open. */
interface WithHead {
  readonly head: { readonly ref: string; readonly repo: { readonly full_name: string } | null };
}

function isFrom({ head }: WithHead, branch: string, repository: string): boolean {
  return head.ref === branch && head.repo?.full_name === repository;
}

async function create(
  caller: Caller,
  branch: string,
  text: PullRequestText,
): Promise<OpenPullRequest | "exists" | "nothing"> {
  const made = await caller.try("writePulls", (client, at) =>
    client.request("POST /repos/{owner}/{repo}/pulls", { ...at, head: branch, ...text }),
  );
  if (made.ok) return pullRequestOf(made.data);
  if (made.refusal.status === 422 && /already exists/i.test(made.refusal.message)) return "exists";
  if (made.refusal.status === 422 && /no commits between/i.test(made.refusal.message)) return "nothing";
  throw made.error;
}

async function change(
  caller: Caller,
  number: number,
  fields: PullRequestText | { readonly state: "closed" },
): Promise<void> {
  await caller.call("writePulls", (client, at) =>
    client.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: number, ...fields }),
  );
}

interface RawPullRequest {
  readonly number: number;
  readonly html_url: string;
  readonly base: { readonly ref: string };
  readonly body: string | null;
}

function pullRequestOf({ number, html_url, base, body }: RawPullRequest): OpenPullRequest {
  return { number, url: html_url, base: base.ref, body: body ?? "" };
}

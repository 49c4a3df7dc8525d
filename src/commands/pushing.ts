import type { OpenPullRequest, PullRequestText } from "../io/github-port.ts";
import type { PullRequest, PullRequestOperation } from "../model.ts";
import { signedMessage } from "../publish/index.ts";
import type { Changes } from "../publish/index.ts";
import { commitMessage, renderPullRequest } from "../report/index.ts";
import type { Branch } from "./branch.ts";
import { guardLeaks } from "./leak-guard.ts";
import type { PullRequestRun } from "./runs.ts";
import { outgoing } from "./publishing.ts";

interface Text {
  readonly title: string;
  readonly body: string;
}

/**
 * Writes the changes as one commit on the base's head, lets the branch point to it, and the pull request tell of it.
 * Null when somebody moved the branch meanwhile.
 */
export async function push(
  run: PullRequestRun,
  branch: Branch,
  { changes, waiting }: { readonly changes: Changes; readonly waiting: readonly string[] },
): Promise<PullRequest | null> {
  const { repository, base } = run.target;
  const text = textOf(run, waiting);
  const message = messageOf(run);
  guardLeaks(
    [...outgoing([...changes.values()]), { what: "the name of the branch", text: run.target.branch }],
    run.secrets,
  );
  const parent = base.commit.sha;
  const tree = await repository.writeTree(base.commit.tree, [...changes.values()]);
  const sha = await repository.writeCommit({ message: signedMessage(message, { tree, parent }), tree, parent });
  return (await point(run, branch, sha)) === "stale" ? null : await show(run, sha, text);
}

/** @throws RegcredError `secret-leak` */
function messageOf({ report, ingredients, secrets }: PullRequestRun): string {
  const { subject, body } = commitMessage(report, { configuration: ingredients.config.name });
  guardLeaks([{ what: "the commit message", text: `${subject}\n${body}` }], secrets);
  return `${subject}\n\n${body}`;
}

/** @throws RegcredError `secret-leak` */
export function textOf({ report, ingredients, secrets }: PullRequestRun, waiting: readonly string[]): Text {
  const text = renderPullRequest(report, { configuration: ingredients.config.name, waiting });
  const outgoing = [
    { what: "the title of the pull request", text: text.title },
    { what: "the body of the pull request", text: text.body },
  ];
  guardLeaks(outgoing, secrets);
  return text;
}

/** Lets the branch point to the commit, if it is where we saw it. */
async function point({ target }: PullRequestRun, branch: Branch, sha: string): Promise<"done" | "stale"> {
  const { repository, branch: name } = target;
  if (branch.kind === "absent") return await repository.createBranch(name, sha);
  // GitHub moves a branch by force or not at all: what somebody pushed since we looked has to be seen first.
  if ((await repository.branch(name))?.sha !== branch.head.sha) return "stale";
  return await repository.moveBranch(name, sha);
}

/** Last in the body, and not shown: which commit it tells of. */
const COMMIT_MARK = /<!-- regcred-commit: ([0-9a-f]+) -->\s*$/;

/** Ours: the one into our base; else one that we once made into another. Others may make theirs from our branch. */
export async function findOpen({ target }: PullRequestRun): Promise<OpenPullRequest | null> {
  const open = await target.repository.openPullRequests(target.branch);
  const ours = open.find(({ base }) => base === target.base.name) ?? open.find(({ body }) => COMMIT_MARK.test(body));
  return ours ?? null;
}

/**
 * Whether the pull request tells of this commit; a run may have been cut before it could say so. One whose mark a
 * person removed is that person's.
 */
export function tellsOf({ body }: OpenPullRequest, sha: string): boolean {
  const told = COMMIT_MARK.exec(body)?.[1];
  return told === undefined || told === sha;
}

/** Opens a pull request, or lets the open one tell of this commit. */
export async function show(run: PullRequestRun, sha: string, { title, body }: Text): Promise<PullRequest> {
  const { repository, base } = run.target;
  const text = { title, body: `${body.trimEnd()}\n\n<!-- regcred-commit: ${sha} -->\n`, base: base.name };
  const open = await findOpen(run);
  if (open === null) return await create(run, text);
  await repository.updatePullRequest(open.number, text);
  return outcomeOf(run, open, "updated");
}

async function create(run: PullRequestRun, text: PullRequestText): Promise<PullRequest> {
  const { repository, branch } = run.target;
  const made = await repository.createPullRequest(branch, text);
  if (made === "nothing") return outcomeOf(run, null, "unchanged");
  // An answer of GitHub's was lost, or another run was faster.
  return made === "exists" ? outcomeOf(run, await findOpen(run), "created") : outcomeOf(run, made, "created");
}

export function outcomeOf(
  { target }: PullRequestRun,
  open: OpenPullRequest | null,
  operation: PullRequestOperation,
): PullRequest {
  const { number = null, url = null } = open ?? {};
  return { kind: "pull-request", number, url, operation, branch: target.branch };
}

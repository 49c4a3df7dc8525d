import { RegcredError } from "../errors.ts";
import type { OpenPullRequest } from "../io/github-port.ts";
import type { PullRequest } from "../model.ts";
import { readBranch } from "./branch.ts";
import type { Branch } from "./branch.ts";
import { findOpen, outcomeOf, push, show, tellsOf, textOf } from "./pushing.ts";
import { propose } from "./proposal.ts";
import type { Proposal } from "./proposal.ts";
import type { PullRequestRun } from "./runs.ts";
import type { Publication } from "./publishing.ts";
import type { World } from "./world.ts";

/**
 * Stages 5 to 7 into a pull request: one commit on the base's head, on a branch of our own.
 *
 * A branch that moved between our reading and our writing is read again, once.
 */
export async function publishByPullRequest(run: PullRequestRun, world: World): Promise<Publication> {
  try {
    const { published, failures } = await world.interruption.guard(async () => {
      return (await attempt(run, world)) ?? (await attempt(run, world)) ?? moved(run);
    });
    return { published, changed: ["created", "updated"].includes(published.operation), failures };
  } catch (error) {
    if (error instanceof RegcredError) return { published: null, changed: false, failures: [error] };
    throw error;
  }
}

interface Attempt {
  readonly published: PullRequest;
  readonly failures: readonly RegcredError[];
}

/** Null when somebody moved the branch meanwhile. */
async function attempt(run: PullRequestRun, world: World): Promise<Attempt | null> {
  const branch = await readBranch(run.target);
  const { proposal, failures } = await propose(run, branch, world);
  world.interruption.check();
  world.log.stage("Publish");
  const published = await carryOut(proposal, run, branch);
  return published && { published, failures };
}

async function carryOut(proposal: Proposal, run: PullRequestRun, branch: Branch): Promise<PullRequest | null> {
  switch (proposal.kind) {
    case "nothing":
      return await close(run, branch);
    case "as-it-is":
      return await keepOpen(run, branch, proposal.waiting);
    case "commit":
      return await push(run, branch, proposal);
  }
}

function moved({ target: { branch, repository } }: PullRequestRun): never {
  throw new RegcredError(
    {
      code: "branch-moved",
      message: `somebody moves the branch ${branch} of ${repository.name} while regcred writes to it`,
      hint: "run again; give the workflow a `concurrency` group, so that its runs wait for each other",
    },
    { exitCode: 1 },
  );
}

async function openPullRequestOf(run: PullRequestRun, { kind }: Branch): Promise<OpenPullRequest | null> {
  return kind === "absent" ? null : await findOpen(run);
}

/**
 * What waited for review is on the base already, or no longer wanted. The branch goes first, with which GitHub closes
 * the pull request: a run that is cut in between leaves nothing that the next one does not see.
 */
async function close(run: PullRequestRun, branch: Branch): Promise<PullRequest | null> {
  const { repository, branch: name } = run.target;
  const open = await openPullRequestOf(run, branch);
  if (open === null || branch.kind === "absent") return outcomeOf(run, null, "unchanged");
  // What somebody pushed since we looked has to be seen first.
  if ((await repository.branch(name))?.sha !== branch.head.sha) return null;
  await repository.deleteBranch(name);
  await repository.closePullRequest(open.number);
  return outcomeOf(run, open, "closed");
}

/** The branch is right: only its pull request may be missing, or tell of an earlier commit after a run that was cut. */
async function keepOpen(run: PullRequestRun, branch: Branch, waiting: readonly string[]): Promise<PullRequest> {
  const head = branch.kind === "absent" ? "" : branch.head.sha;
  const open = await openPullRequestOf(run, branch);
  const isRight = open !== null && open.base === run.target.base.name && tellsOf(open, head);
  return isRight ? outcomeOf(run, open, "unchanged") : await show(run, head, textOf(run, waiting));
}

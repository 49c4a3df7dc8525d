import type { Problem } from "../errors.ts";
import { matchesGlob } from "../selection.ts";
import type { Command } from "./names.ts";

/** What a workflow runs for. */
export interface WorkflowEvent {
  /** `push`, `pull_request`, …; empty outside of a workflow. */
  readonly name: string;
  /** In full, `refs/heads/main`; empty where there is none. */
  readonly ref: string;
  /** The commit that the workflow runs for, hexadecimal. */
  readonly commit: string;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  /** Null where the event does not tell. */
  readonly defaultBranch: string | null;
  /** `owner/name` of the repository that a pull request comes from; null without one, or where it is gone. */
  readonly headRepository: string | null;
  /** The commit that the configuration lies in; null where that cannot be told. */
  readonly checkedOut: string | null;
}

/** Whether secrets may be resolved. */
export type Trust =
  | { readonly mode: "full" }
  | {
      readonly mode: "validate-only";
      /** Why, in words. */
      readonly reason: string;
      /** What to do about it. */
      readonly hint: string;
      /** Even so, `login` may run: nothing that it writes outlives the job. */
      readonly mayLogin: boolean;
    };

const FULL: Trust = { mode: "full" };

const MERGE = "nothing to do: it runs in full once the change is on the default branch";
const LIST = "where only people that you trust can write to the ref, list it in the input trusted-refs";
const CHECK_OUT = "check out the workflow's own commit: actions/checkout does that where it is given no ref";

/**
 * Whose code runs? Secrets are for the default branch and the refs that are listed, whatever else the event says; what
 * a pull request brings is never trusted, listed or not.
 *
 * @param trustedRefs globs: of full refs where they begin with `refs/`, else of branch names.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function judgeTrust(event: WorkflowEvent, trustedRefs: readonly string[]): Trust {
  switch (event.name) {
    case "pull_request":
      return judgePullRequest(event);
    case "pull_request_target":
      return refuse("pull_request_target runs for strangers, with secrets", "let the workflow run on pull_request");
    case "pull_request_review":
    case "pull_request_review_comment":
    case "merge_group":
      return refuse(`${event.name} runs for what is not merged yet`, MERGE);
    // GitHub runs it for the default branch alone, and does not always tell which that is.
    case "schedule":
      return FULL;
    case "push":
    case "workflow_dispatch":
      return judgeRef(event, trustedRefs);
    default:
      return judgeCheckout(event, trustedRefs);
  }
}

function judgePullRequest({ repository, headRepository }: WorkflowEvent): Trust {
  if (headRepository === null) return refuse("the pull request comes from a repository that is gone", MERGE);
  if (headRepository !== repository) return refuse("the pull request comes from a fork", MERGE);
  return { mode: "validate-only", reason: "the pull request is not merged yet", hint: MERGE, mayLogin: true };
}

function judgeRef({ ref, defaultBranch }: WorkflowEvent, trustedRefs: readonly string[]): Trust {
  if (trustedRefs.some((glob) => isNamed(ref, glob))) return FULL;
  if (ref === "") return refuse("nothing tells which ref the workflow runs on", "run it in a workflow");
  if (defaultBranch === null) return refuse(`nothing tells whether ${ref} is the default branch`, LIST);
  if (ref === `refs/heads/${defaultBranch}`) return FULL;
  return refuse(`${ref} is neither the default branch (${defaultBranch}) nor in trusted-refs`, LIST);
}

/**
 * Most other events can be caused by strangers (a comment, the end of their pull request's run), and GitHub runs them on
 * the default branch, with secrets. That is safe as long as the default branch is also what was checked out.
 */
function judgeCheckout(event: WorkflowEvent, trustedRefs: readonly string[]): Trust {
  const judged = judgeRef(event, trustedRefs);
  if (judged.mode !== "full") return judged;
  const { name, commit, checkedOut } = event;
  if (checkedOut === null) return refuse(`${name} can come from a stranger, and nothing tells the commit`, CHECK_OUT);
  if (checkedOut === commit) return FULL;
  return refuse(`${name} can come from a stranger, and another commit than the workflow's is checked out`, CHECK_OUT);
}

/** A branch may itself be named `refs/heads/main`, so that the two kinds of globs never meet. */
function isNamed(ref: string, glob: string): boolean {
  if (glob.startsWith("refs/")) return matchesGlob(glob, ref);
  const [, branch = "refs/"] = /^refs\/heads\/(.+)$/u.exec(ref) ?? [];
  return !branch.startsWith("refs/") && matchesGlob(glob, branch);
}

function refuse(reason: string, hint: string): Trust {
  return { mode: "validate-only", reason, hint, mayLogin: false };
}

/** Whether a command may run as asked: what needs no secret always may. */
export function mayRun(command: Command, trust: Trust): boolean {
  return trust.mode === "full" || command === "validate" || (command === "login" && trust.mayLogin);
}

/** Why nothing was done but judging the configuration. */
export function untrusted(command: Command, trust: Trust): readonly Problem[] {
  if (trust.mode === "full" || mayRun(command, trust)) return [];
  const { reason, hint } = trust;
  const message = `${command} did not run, and no secret was read (mode validate-only): ${reason}`;
  const guard = "let the steps that need the login run only `if: steps.ID.outputs.mode == 'full'`";
  return [{ code: "untrusted-ref", message, hint: command === "login" ? guard : hint }];
}

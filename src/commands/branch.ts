import { RegcredError } from "../errors.ts";
import type { Commit } from "../io/github-port.ts";
import { isOurs, treeOf } from "../publish/index.ts";
import type { Tree } from "../publish/index.ts";
import type { PullRequestTarget } from "./target.ts";

/**
 * The branch of the pull request as it stands.
 *
 * `absent`: there is none. `spent`: it has nothing that the base has not. `ours`: it has one commit, made by us, on
 * what was then the base.
 */
export type Branch =
  | { readonly kind: "absent" }
  | { readonly kind: "spent"; readonly head: Commit }
  | {
      readonly kind: "ours";
      readonly head: Commit;
      /** What the commit holds, and what the commit before it held. */
      readonly tree: Tree;
      readonly parent: Tree;
    };

/** @throws RegcredError `foreign-commit`, when somebody else put a commit on it: it would be lost */
export async function readBranch({ repository, base, branch }: PullRequestTarget): Promise<Branch> {
  const head = await repository.branch(branch);
  if (head === null) return { kind: "absent" };
  const [parent] = head.parents;
  if (parent !== undefined && isOurs(head)) {
    const before = parent === base.commit.sha ? base.commit : await repository.commit(parent);
    const entries = before.sha === base.commit.sha ? base.entries : await repository.entries(before.tree);
    return { kind: "ours", head, tree: treeOf(await repository.entries(head.tree)), parent: treeOf(entries) };
  }
  const ahead = await repository.commitsAhead(base.commit.sha, head.sha);
  if (ahead.length === 0) return { kind: "spent", head };
  throw foreignCommit(branch, ahead.find((commit) => !isOurs(commit)) ?? head);
}

function foreignCommit(branch: string, { sha, author }: Commit): RegcredError {
  const by = author === null ? "" : ` by ${author}`;
  return new RegcredError(
    {
      code: "foreign-commit",
      message: `the branch ${branch} has a commit that regcred did not make (${sha.slice(0, 10)}${by}), which would be lost`,
      hint: "merge the pull request, or move the commit to another branch and delete this one; then run again",
    },
    { exitCode: 1 },
  );
}

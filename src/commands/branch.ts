import { RegcredError } from "../errors.ts";
import type { Commit, Comparison, Repository } from "../io/github-port.ts";
import { commitHoldings, isOurs, treeOf } from "../publish/index.ts";
import type { Holdings, Tree } from "../publish/index.ts";
import type { PullRequestTarget } from "./target.ts";

/**
 * The branch of the pull request as it stands.
 *
 * `absent`: there is none. `spent`: it has nothing that waits and could be lost. `ours`: it has one commit, made by us,
 * on what is or was the base's head.
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
      /** The commit's tree, to be read. */
      readonly holdings: Holdings;
    };

/** @throws RegcredError `foreign-commit`, when somebody else put a commit on it: it would be lost */
export async function readBranch({ repository, base, branch }: PullRequestTarget): Promise<Branch> {
  const head = await repository.branch(branch);
  if (head === null) return { kind: "absent" };
  const { mergeBase, ahead } = await compare(base.commit, head, repository);
  if (ahead.length === 0) return { kind: "spent", head };
  if (!isOurs(head)) throw foreignCommit(branch, head);
  // What lies below a commit of ours was the base once; since then the base was rewritten, or is another one.
  if (ahead.length > 1) return { kind: "spent", head };
  const below = mergeBase.sha === base.commit.sha ? base.entries : await repository.entries(mergeBase.tree);
  const own = await repository.entries(head.tree);
  return { kind: "ours", head, tree: treeOf(own), parent: treeOf(below), holdings: commitHoldings(own, repository) };
}

/** Without asking where the answer is plain. */
async function compare(base: Commit, head: Commit, repository: Repository): Promise<Comparison> {
  if (head.sha === base.sha) return { mergeBase: base, ahead: [] };
  const [parent] = head.parents;
  if (parent === base.sha && head.parents.length === 1) return { mergeBase: base, ahead: [head] };
  return await repository.compare(base.sha, head.sha);
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

import type { Secret } from "../secret.ts";
import type { FoundFile } from "./ports.ts";

// What the stages may ask of GitHub; `github.ts` is the adapter.

/** A commit of a GitHub repository. Ids are git's, hexadecimal. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** The author's login; null where GitHub knows none. */
  readonly author: string | null;
}

/** How two commits stand to each other. */
export interface Comparison {
  /** The last commit that both have. */
  readonly mergeBase: Commit;
  /** Commits that only the second has, oldest first; of very many, the first 250. */
  readonly ahead: readonly Commit[];
}

/** An entry of a commit's tree that is not itself a tree, `path` from the root. */
export interface TreeEntry extends FoundFile {
  readonly sha: string;
}

/** What becomes of one path: new text, a blob that the repository has, or nothing. */
export type TreeChange = { readonly path: string } & (
  { readonly content: string } | { readonly sha: string } | { readonly sha: null }
);

export interface NewCommit {
  readonly message: string;
  readonly tree: string;
  readonly parent: string;
}

export interface OpenPullRequest {
  readonly number: number;
  readonly url: string;
  readonly base: string;
  readonly body: string;
}

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
  readonly base: string;
}

/**
 * One GitHub repository, as far as a pull request needs it. What GitHub refuses is a `RegcredError` that says which
 * permission or setting is missing; answers that the work has to go by are values.
 */
export interface Repository {
  /** `owner/name`, as GitHub spells it. */
  readonly name: string;
  readonly defaultBranch: string;
  /** The head of a branch; null where there is no such branch. */
  branch(name: string): Promise<Commit | null>;
  /** All of a commit's tree. */
  entries(tree: string): Promise<readonly TreeEntry[]>;
  blob(sha: string): Promise<Uint8Array>;
  compare(base: string, head: string): Promise<Comparison>;
  /** A tree made of another and changes to it. @returns its id */
  writeTree(base: string, changes: readonly TreeChange[]): Promise<string>;
  /** @returns its id */
  writeCommit(commit: NewCommit): Promise<string>;
  /** `stale`: there is such a branch already. */
  createBranch(name: string, sha: string): Promise<"done" | "stale">;
  /** Moves a branch to a commit that need not descend from its head. `stale`: GitHub would not move it there. */
  moveBranch(name: string, sha: string): Promise<"done" | "stale">;
  /** Does nothing where it is gone already. */
  deleteBranch(name: string): Promise<void>;
  /** The open pull requests of a branch of this repository, into whatever base. */
  openPullRequests(branch: string): Promise<readonly OpenPullRequest[]>;
  /** `exists`: the branch has an open one already. `nothing`: the branch has no commit that the base has not. */
  createPullRequest(branch: string, text: PullRequestText): Promise<OpenPullRequest | "exists" | "nothing">;
  updatePullRequest(number: number, text: PullRequestText): Promise<void>;
  closePullRequest(number: number): Promise<void>;
}

export interface GitHub {
  /**
   * Opens a repository.
   *
   * @param name `owner/name`
   */
  repository(name: string): Promise<Repository>;
}

/** Where GitHub's API is, and who calls it. */
export interface GitHubAccess {
  /** `https://api.github.com`, or that of a GitHub Enterprise server. */
  readonly apiUrl: string;
  readonly token: Secret;
  /** The repository that a workflow runs in, which is all that a `ghs_…` token may write to. */
  readonly workflowRepository: string | undefined;
}

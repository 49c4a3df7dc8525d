import { Access } from "./access.ts";
import type { TokenOptions } from "./access.ts";
import type { Fault } from "./answers.ts";
import { Emulator } from "./emulator.ts";
import { Front } from "./front.ts";
import type { Heard, Pattern } from "./front.ts";
import type { GitRules } from "./git.ts";
import { Pulls } from "./pulls.ts";
import type { Pull } from "./pulls.ts";
import { Repository } from "./repository.ts";
import { routesOf } from "./routes.ts";

export interface GitHubOptions {
  /** `acme/NAME`; without it `acme/gitops`. */
  readonly repository?: string;
  /** The default branch; without it `main`. */
  readonly branch?: string;
  /** Without a single commit; else there is one, with a README.md. */
  readonly empty?: boolean;
  /** As everything is that holds pull secrets; false makes it public. */
  readonly private?: boolean;
  /** `/api/v3`, as an Enterprise server has it. */
  readonly prefix?: string;
}

interface CommitOptions {
  readonly message?: string;
  /** A login; `jane` is known here, as others are not, so that `author` is null for them. */
  readonly author?: string;
  /** Replaces the last commit instead of following it. */
  readonly force?: boolean;
}

/**
 * A GitHub on loopback with one repository: the emulator keeps the state, and the front before it refuses what GitHub
 * refuses, in its words.
 */
export interface GitHub {
  /** Of the API, with its prefix, without a slash at the end. */
  readonly url: string;
  readonly repository: string;
  /** May write contents and pull requests, in the name of `github-actions[bot]`. */
  readonly token: string;
  addToken(options: TokenOptions): string;
  /** In the order of their answers; `requests.length = 0` forgets them. */
  readonly requests: Heard[];
  /** Rules of the git endpoints: protected branches, truncated listings, the size of a tree request. */
  readonly rules: GitRules;
  /** The setting without which `GITHUB_TOKEN` may open no pull request. */
  allowPulls(allowed: boolean): void;
  /** Has the next `times` (1) requests that match fail so. */
  fail(method: string, pattern: Pattern, fault: Fault, times?: number): void;
  /** Runs `hook` once, right before the next request that matches is judged. */
  hook(method: string, pattern: Pattern, hook: () => Promise<unknown>): void;
  /** Pushes as another person, whatever is protected; null deletes a path. A new branch begins at the default one. */
  commit(branch: string, changes: Readonly<Record<string, string | null>>, options?: CommitOptions): Promise<string>;
  deleteBranch(branch: string): Promise<void>;
  /** Text by path. */
  files(branch: string): Promise<Record<string, string>>;
  /** Undefined when there is no such branch. */
  head(branch: string): Promise<string | undefined>;
  /** All of them, the oldest first. */
  pulls(): Promise<readonly Pull[]>;
  /** Gives the id of the commit on the base. */
  mergePull(number: number, method: "merge" | "squash"): Promise<string>;
  closePull(number: number): Promise<void>;
  stop(): Promise<void>;
}

/** What one tree request may have; 40 MiB failed and 40 MB did not: grafana/github-api-commit-action#66. */
const MAX_TREE_BYTES = 40_000_000;

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { repository: name = "acme/gitops", branch = "main", prefix = "", empty = false } = options;
  const isPrivate = options.private ?? true;
  const front = new Front(prefix);
  const origin = await front.listen();
  const emulator = await Emulator.start({ repository: name, branch, private: isPrivate, empty }, origin, prefix);
  const repository = new Repository(emulator, name, branch);
  const access = new Access(name, isPrivate);
  const pulls = new Pulls(repository);
  const rules: GitRules = { protections: new Map(), truncateAt: null, maxTreeBytes: MAX_TREE_BYTES };
  front.open(repository, access, routesOf(rules, pulls));
  return {
    url: origin + prefix,
    repository: name,
    token: access.add({}),
    addToken: (token) => access.add(token),
    requests: front.requests,
    rules,
    allowPulls: (allowed) => void (pulls.actionsMayOpen = allowed),
    fail: (method, pattern, fault, times) => front.plan(method, pattern, fault, times),
    hook: (method, pattern, hook) => front.plan(method, pattern, hook),
    ...people(front, repository, pulls),
    stop: async () => {
      await front.close();
      await emulator.close();
    },
  };
}

type People = Pick<GitHub, "commit" | "deleteBranch" | "files" | "head" | "pulls" | "mergePull" | "closePull">;

/** What others do meanwhile; each waits for its turn among the requests. */
function people(front: Front, repository: Repository, pulls: Pulls): People {
  return {
    commit: (branch, changes, how = {}) =>
      front.exclusively(async () => {
        const sha = await push(repository, branch, changes, how);
        await pulls.settle();
        return sha;
      }),
    deleteBranch: (branch) =>
      front.exclusively(async () => {
        await repository.setHead(branch, null);
        await pulls.settle();
      }),
    files: (branch) => front.exclusively(() => textsOf(repository, branch)),
    head: (branch) => front.exclusively(() => repository.head(branch)),
    pulls: () => front.exclusively(() => pulls.all()),
    mergePull: (number, method) => front.exclusively(() => pulls.merge(number, method, "jane")),
    closePull: (number) => front.exclusively(() => pulls.close(number)),
  };
}

async function push(
  repository: Repository,
  branch: string,
  changes: Readonly<Record<string, string | null>>,
  { message = "Change by hand", author = "jane", force = false }: CommitOptions,
): Promise<string> {
  const start = (await repository.head(branch)) ?? (await repository.head(repository.defaultBranch));
  const files = start === undefined ? new Map() : await repository.filesOf(start);
  for (const [path, content] of Object.entries(changes))
    if (content === null) files.delete(path);
    else files.set(path, { path, mode: "100644", type: "blob", content });
  const { sha: tree } = await repository.makeTree(files);
  const following = start === undefined ? [] : [start];
  const parents = force && start !== undefined ? await repository.parentsOf(start) : following;
  const by = { name: author, email: `${author}@example.com` };
  const sha = await repository.makeCommit({ message, tree, parents, author: by });
  await repository.setHead(branch, sha);
  return sha;
}

async function textsOf(repository: Repository, branch: string): Promise<Record<string, string>> {
  const head = await repository.head(branch);
  const files = head === undefined ? [] : [...(await repository.filesOf(head)).values()];
  const texts = files.map(async ({ path, sha = "" }) => [path, await repository.textOf(sha)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

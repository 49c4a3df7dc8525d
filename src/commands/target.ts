import { resolve } from "node:path";
import { RegcredError } from "../errors.ts";
import type { Commit, Repository, TreeEntry } from "../io/github-port.ts";
import { commitHoldings, directoryHoldings } from "../publish/index.ts";
import type { Holdings, LockKey } from "../publish/index.ts";
import { Secret } from "../secret.ts";
import { fromHere } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import type { Options } from "./options.ts";
import type { World } from "./world.ts";

/** Where the files go, and what is there today. */
export type Target = DirectoryTarget | PullRequestTarget;

interface Place {
  readonly holdings: Holdings;
  readonly lockKey: LockKey | null;
}

export interface DirectoryTarget extends Place {
  readonly kind: "directory";
  /** The root of the GitOps checkout, absolute. */
  readonly root: string;
  /** The same as the user would write it. */
  readonly shown: string;
}

export interface PullRequestTarget extends Place {
  readonly kind: "pull-request";
  readonly repository: Repository;
  /** The branch that the pull request goes to. */
  readonly base: { readonly name: string; readonly commit: Commit; readonly entries: readonly TreeEntry[] };
  /** The branch that the pull request comes from. */
  readonly branch: string;
}

/** What of a run decides where its files go. */
export interface Setting {
  readonly options: Options;
  readonly configuration: Configuration;
  readonly lockKey: LockKey | null;
  readonly secrets: KnownSecrets;
}

/** `--dir`; else the repository that the file or the option names; else the root of the configuration's repository. */
export async function openTarget(setting: Setting, world: World): Promise<Target> {
  const { options, configuration, lockKey } = setting;
  const byPullRequest = configuration.config.gitops !== null || options.repository !== undefined;
  if (options.dir === undefined && byPullRequest) return await openRepository(setting, world);
  const root = options.dir === undefined ? configuration.root : resolve(world.folder, options.dir);
  const holdings = directoryHoldings(root, world.files);
  return { kind: "directory", root, shown: fromHere(root, world), holdings, lockKey };
}

/** Reads what the repository holds through one listing of its base's tree. */
async function openRepository(
  { options, configuration: { config }, lockKey, secrets }: Setting,
  world: World,
): Promise<PullRequestTarget> {
  const workflowRepository = world.environment.get("GITHUB_REPOSITORY");
  const name = options.repository ?? config.gitops?.repository ?? workflowRepository;
  if (name === undefined) throw repositoryMissing(config.gitops?.location);
  if (!isRepositoryName(name)) throw badName();
  const token = options.token ?? tokenOf(world, name);
  secrets.add(token);
  if (!token.tell((value) => /^[\x21-\x7e]+$/.test(value))) throw badToken();
  const apiUrl = apiUrlOf(world);
  const repository = await world.github({ apiUrl, token, workflowRepository }).repository(name);
  const base = options.base ?? config.gitops?.base ?? repository.defaultBranch;
  const branch = `regcred/${config.name}/all`;
  if (base === branch) throw baseIsOurs(branch);
  const commit = await repository.branch(base);
  if (commit === null) throw base === repository.defaultBranch ? empty(repository) : baseMissing(base, repository);
  const entries = await repository.entries(commit.tree);
  return {
    kind: "pull-request",
    repository,
    base: { name: base, commit, entries },
    branch,
    holdings: commitHoldings(entries, repository),
    lockKey,
  };
}

/** What would be a path of its own in an address is no name. */
function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(name) && !/\/\.{1,2}$/.test(name);
}

function badName(): RegcredError {
  return new RegcredError({
    code: "bad-usage",
    message: "the repository to make the pull request in is not OWNER/NAME",
    hint: "mend `gitops.repository`, or the Action's input `repository`: acme/gitops, say",
  });
}

function tokenOf({ environment }: World, repository: string): Secret {
  const value = (environment.get("GITHUB_TOKEN") ?? "").trim();
  if (value !== "") return new Secret(value);
  throw new RegcredError({
    code: "github-token-missing",
    message: `there is no token for GitHub, and ${repository} is changed by pull request`,
    hint: "set GITHUB_TOKEN (the Action's input `token`), with `contents: write` and `pull-requests: write`, for `plan` `contents: read`; or name a clone with --dir DIR",
  });
}

function badToken(): RegcredError {
  return new RegcredError({
    code: "bad-secret",
    message: "the token for GitHub has a blank, a line feed or another character in it that no token has",
    hint: "store it anew, as one line without anything else",
  });
}

/** Messages name it, so that it may hold no login. */
function apiUrlOf({ environment }: World): string {
  const value = (environment.get("GITHUB_API_URL") ?? "").trim() || "https://api.github.com";
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return value;
  throw new RegcredError({
    code: "bad-usage",
    message: "GITHUB_API_URL is no plain http or https address",
    hint: "it looks like https://github.example.com/api/v3; the token goes into GITHUB_TOKEN",
  });
}

function repositoryMissing(location: NonNullable<Configuration["config"]["gitops"]>["location"] | undefined) {
  return new RegcredError({
    code: "repository-missing",
    message: "`gitops` names no repository, and outside of GitHub Actions there is none to take instead",
    hint: "add `repository: OWNER/NAME` to it, or name a clone with --dir DIR",
    location,
  });
}

/** A repository without a commit has no branch, not even its default one. */
function empty({ name }: Repository): RegcredError {
  return new RegcredError({
    code: "repository-empty",
    message: `${name} has no commit yet, so there is nothing to make a pull request against`,
    hint: "make a first commit there, a README for example",
  });
}

function baseIsOurs(branch: string): RegcredError {
  return new RegcredError({
    code: "bad-usage",
    message: `${branch} is the branch that the pull request comes from, so that it cannot go there`,
    hint: "name the branch that your GitOps controller reads as `gitops.base` (the Action's input `base`)",
  });
}

function baseMissing(base: string, { name, defaultBranch }: Repository): RegcredError {
  return new RegcredError({
    code: "base-missing",
    message: `${name} has no branch ${base} that a pull request could go to`,
    hint: `create it, or name another as \`gitops.base\` (the Action's input \`base\`); the default branch is ${defaultBranch}`,
  });
}

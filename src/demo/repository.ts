import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { RegcredError } from "../errors.ts";

const run = promisify(execFile);

/** A scratch Git repository, driven by the real `git` and by nothing of the user's configuration. */
export interface Repository {
  readonly path: string;
  /** Commits everything that changed. */
  commit(message: string): Promise<void>;
  /** What `git diff --stat` says of the last commit, a line each. */
  lastChange(): Promise<readonly string[]>;
  /** Every committed path. */
  files(): Promise<readonly string[]>;
  /** Whether nothing waits for a commit. */
  isClean(): Promise<boolean>;
}

const WITHOUT_USER = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "regcred demo",
  GIT_AUTHOR_EMAIL: "demo@example.invalid",
  GIT_COMMITTER_NAME: "regcred demo",
  GIT_COMMITTER_EMAIL: "demo@example.invalid",
};

/** Makes an empty repository in a folder that exists. */
export async function initRepository(path: string): Promise<Repository> {
  await git(path, "init", "--quiet", "--initial-branch=main");
  return {
    path,
    commit: async (message) => {
      await git(path, "add", "--all");
      await git(path, "commit", "--quiet", "--message", message);
    },
    lastChange: async () => (await git(path, "show", "--stat=100", "--format=", "HEAD")).trimEnd().split("\n"),
    files: async () => (await git(path, "ls-files")).trimEnd().split("\n"),
    isClean: async () => (await git(path, "status", "--porcelain")) === "",
  };
}

async function git(folder: string, ...words: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", words, { cwd: folder, env: { ...process.env, ...WITHOUT_USER } });
    return stdout;
  } catch (cause) {
    const message = `the demo could not run git ${words[0] ?? ""}`;
    throw new RegcredError(
      { code: "git-failed", message, hint: "it needs git on the PATH, and a disk that it can write to" },
      { exitCode: 1, cause },
    );
  }
}

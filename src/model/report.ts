import type { Problem } from "../errors.ts";
import type { Check, CheckStatus } from "./check.ts";
import type { Change } from "./plan.ts";

// 8 report: results -> text, JSON

export const COMMANDS = ["validate", "check", "plan", "apply", "login", "logout"] as const;
export type CommandName = (typeof COMMANDS)[number];
/** The commands that go through the stages. */
export type PipelineCommand = Exclude<CommandName, "login" | "logout">;

/** Where the files went. */
export type Published = PublishedDirectory | PullRequest;

interface PublishedDirectory {
  readonly kind: "directory";
  /** The root of what was written, as the user named it. */
  readonly path: string;
}

/** `unchanged`: there was nothing to do, with or without an open pull request. */
export type PullRequestOperation = "created" | "updated" | "unchanged" | "closed";

export interface PullRequest {
  readonly kind: "pull-request";
  /** Null where there is none. */
  readonly number: number | null;
  readonly url: string | null;
  readonly operation: PullRequestOperation;
  readonly branch: string;
}

/** What `login` wrote of one registry, or what `logout` took back. */
export interface RegistryLogin {
  readonly registry: string;
  /** The keys under `auths`; none where nothing was done. */
  readonly keys: readonly string[];
  /** `changed`: somebody else has changed an entry since, so that it stays. */
  readonly status: "done" | "changed" | "failed";
  /** Why it failed: what its check came to, or `not-written` where that is no reason; null where nothing failed. */
  readonly reason: CheckStatus | "not-written" | null;
}

/** What a command found and did: the envelope of `--output json`, and the source of every other form. */
export interface Report {
  readonly version: 1;
  readonly command: CommandName;
  readonly ok: boolean;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** check, plan, apply */
  readonly checks?: readonly Check[] | undefined;
  /** plan, apply: whether something was published, or for `plan` would be. */
  readonly changed?: boolean | undefined;
  readonly changes?: readonly Change[] | undefined;
  /** apply */
  readonly published?: Published | undefined;
  /** login, logout */
  readonly logins?: readonly RegistryLogin[] | undefined;
  /** login, logout: the docker config folder, absolute. */
  readonly dockerConfig?: string | undefined;
}

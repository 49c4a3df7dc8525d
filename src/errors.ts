/** Where in a file a problem stands. Lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Every code that an error, a warning or a note of regcred can carry. The union is closed: `docs/errors.md` has one row
 * for each, and a test compares them.
 */
export type ErrorCode =
  // usage
  | "bad-usage"
  | "unknown-name"
  | "not-supported-yet"
  | "unknown-input"
  | "untrusted-ref"
  // the configuration file
  | "config-missing"
  | "config-ambiguous"
  | "not-utf8"
  | "bad-yaml"
  | "duplicate-key"
  | "too-many-aliases"
  | "unknown-key"
  | "missing-key"
  | "bad-value"
  | "inline-secret"
  | "forbidden-source"
  | "forbidden-path"
  | "bad-host"
  | "overlapping-paths"
  | "same-host-twice"
  | "delivery-missing"
  | "nothing-selected"
  | "normalised"
  | "doubtful-username"
  | "bad-recipient"
  | "bad-sops-rules"
  // credentials
  | "variable-missing"
  | "empty-secret"
  | "trimmed"
  | "bad-secret"
  | "ephemeral-credential"
  | "bad-identity"
  | "bad-certificate"
  // SOPS files
  | "sops-malformed"
  | "sops-no-identity"
  | "sops-wrong-mac"
  | "sops-key-missing"
  // files
  | "file-missing"
  | "file-unreadable"
  | "file-not-regular"
  | "file-too-large"
  | "path-escapes"
  | "disk-full"
  | "write-failed"
  // checks
  | "check-failed"
  | "insecure-connection"
  | "can-push"
  | "expiring"
  | "expired"
  // plan and publish
  | "bad-fingerprint-key"
  | "no-fingerprint-key"
  | "foreign-file"
  | "foreign-owner"
  | "orphaned-directory"
  | "bad-lock"
  | "newer-lock"
  | "removals-refused"
  | "held"
  | "secret-leak"
  | "fail-on"
  | "no-pull-request"
  | "secret-too-large"
  | "git-failed"
  // login
  | "bad-docker-config"
  | "credential-helper"
  | "path-login"
  // GitHub
  | "repository-missing"
  | "github-token-missing"
  | "github-unauthorized"
  | "github-forbidden"
  | "github-not-found"
  | "github-rate-limited"
  | "github-failed"
  | "repository-empty"
  | "base-missing"
  | "branch-protected"
  | "branch-moved"
  | "narrowed-run"
  | "foreign-commit"
  | "interrupted"
  | "internal";

/** Something that the user has to know: what happened, where, why most likely, and what to do. Never holds a secret. */
export interface Problem {
  readonly code: ErrorCode;
  /** What happened, in one line. */
  readonly message: string;
  /** What to do about it, in one line. */
  readonly hint?: string | undefined;
  readonly location?: Location | undefined;
}

/**
 * How a command ends: 1 something failed or was held, 2 bad usage or configuration and nothing was done, 130
 * interrupted.
 */
export type FailureExit = 1 | 2 | 130;

/** The one error class. Expected outcomes are values; this is for what ends the run. */
export class RegcredError extends Error {
  override readonly name = "RegcredError";
  readonly problems: readonly [Problem, ...Problem[]];
  readonly exitCode: FailureExit;

  constructor(
    problems: Problem | readonly [Problem, ...Problem[]],
    options: { exitCode?: FailureExit; cause?: unknown } = {},
  ) {
    const all = "code" in problems ? ([problems] as const) : problems;
    super(all[0].message, { cause: options.cause });
    this.problems = all;
    this.exitCode = options.exitCode ?? 2;
  }

  get code(): ErrorCode {
    return this.problems[0].code;
  }
}

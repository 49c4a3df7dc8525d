import { EVERYTHING } from "../plan/index.ts";
import type { Scope } from "../plan/index.ts";
import type { Secret } from "../secret.ts";

/** What adds to failure, beside errors. */
export const FAIL_ON = ["held", "warning", "expiring", "changes"] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** What the arguments of a command say, whichever door they came through. */
export interface Options {
  /** The configuration file; undefined to look for it. */
  readonly config: string | undefined;
  readonly scope: Scope;
  /** The root to write below; undefined for the repository's. */
  readonly dir: string | undefined;
  /** Writes to this repository (`owner/name`) instead of what `gitops.repository` says. */
  readonly repository: string | undefined;
  /** Into this branch instead of what `gitops.base` says. */
  readonly base: string | undefined;
  /** Of GitHub; undefined for the variable GITHUB_TOKEN. */
  readonly token: Secret | undefined;
  /** Checks that run side by side. */
  readonly concurrency: number;
  /** Milliseconds for each check; undefined for what the configuration says. */
  readonly timeout: number | undefined;
  /** Paths that `file` sources may reach although they lie outside the repository. */
  readonly allowFiles: readonly string[];
  readonly adopt: boolean;
  readonly allowRemovals: boolean;
  readonly failOn: readonly FailOn[];
  /** `plan`: pending changes exit 3. */
  readonly exitCode: boolean;
}

/** A command without an option. */
export const DEFAULTS: Options = {
  config: undefined,
  scope: EVERYTHING,
  dir: undefined,
  repository: undefined,
  base: undefined,
  token: undefined,
  concurrency: 8,
  timeout: undefined,
  allowFiles: [],
  adopt: false,
  allowRemovals: false,
  failOn: [],
  exitCode: false,
};

import type { Problem } from "../errors.ts";
import type { Check } from "./check.ts";
import type { Change } from "./plan.ts";

// 8 report: results -> text, JSON

export const COMMANDS = ["validate", "check", "plan", "apply"] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface Published {
  readonly kind: "directory";
  /** The root of what was written, as the user named it. */
  readonly path: string;
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
}

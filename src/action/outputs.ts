import type { Outcome } from "../commands/outcome.ts";
import type { TemporaryFile } from "../io/actions.ts";
import type { Action, Report } from "../model.ts";
import { renderJson } from "../report/index.ts";

/** How a step ended. */
export interface Ended {
  readonly outcome: Outcome;
  /** Whether the command ran as asked; or the configuration was judged and nothing else. Empty where neither was. */
  readonly mode: "full" | "validate-only" | "";
}

/** The outputs that are texts of their own. Job outputs have a limit, and are dropped where they hold a mask. */
export type Outputs = Readonly<Record<string, string>>;

/** What the step tells those that follow, all of it whatever the outcome; empty where there is nothing to tell. */
export function outputsOf({ outcome, mode }: Ended): Outputs {
  const { report } = outcome;
  return {
    changed: String(report.changed ?? false),
    mode,
    created: count(report, "create"),
    updated: count(report, "update"),
    removed: count(report, "remove"),
    held: count(report, "hold"),
    failed: String(failedRegistries(report)),
    "default-registry": outcome.defaultRegistry ?? "",
    ...pullRequestOf(report),
    matrix: "",
    "new-images": "",
  };
}

function count({ changes = [] }: Report, action: Action): string {
  return String(changes.filter((change) => change.action === action).length);
}

/** A registry may have two checks, of its own credential and of that for clusters. */
function failedRegistries({ checks = [], logins = [] }: Report): number {
  const failed = checks.filter(({ status }) => status !== "ok" && status !== "skipped").map(({ name }) => name);
  const refused = logins.filter(({ status }) => status === "failed").map(({ registry }) => registry);
  return new Set([...failed, ...refused]).size;
}

function pullRequestOf({ published }: Report): Outputs {
  const made = published?.kind === "pull-request" ? published : null;
  return {
    "pull-request-number": made?.number?.toString() ?? "",
    "pull-request-url": made?.url ?? "",
    "pull-request-operation": made?.operation ?? "",
  };
}

/**
 * The outputs that are files, with what they hold: what `plan` or `apply`, and `check`, print with `--output json`.
 */
export function documentsOf(report: Report): ReadonlyMap<string, TemporaryFile> {
  const documents = new Map<string, TemporaryFile>();
  const { changes, checks } = report;
  if (changes !== undefined) documents.set("plan-file", { name: "plan.json", text: renderJson(report) });
  if (checks !== undefined)
    documents.set("checks-file", { name: "checks.json", text: renderJson({ ...report, command: "check" }) });
  return documents;
}

import type { Action, Check, CommandName, Report } from "../model.ts";
import { outsideTables } from "./checks.ts";
import { loginSummary } from "./logins.ts";
import type { Style } from "./options.ts";
import { count } from "./time.ts";
import { fill, wordsOf } from "./words.ts";

const DONE = { create: "created", update: "updated", remove: "removed", keep: "unchanged" } as const;
const PLANNED = { create: "to create", update: "to update", remove: "to remove", keep: "unchanged" } as const;

/** What there is to say where there was nothing to do. */
const NOTHING: Readonly<Record<CommandName, string>> = {
  ...{ validate: "the configuration is valid", check: "nothing to do", plan: "nothing to do", apply: "nothing to do" },
  ...{ login: "no registry needs a login", logout: "no login is recorded: nothing to undo" },
};

/** How it ended, in one sentence: what may pull, what was written, what was held, what went wrong. */
export function summaryLines(report: Report, { colors, width }: Style): readonly string[] {
  const [symbol, paint] = report.ok ? (["✔", colors.green] as const) : (["✖", colors.red] as const);
  const text = `${outcomeOf(report)}${pullRequest(report)}`;
  return fill([{ text: symbol, paint }, ...wordsOf(text, colors.bold)], width, 2);
}

/** The sentence alone. */
export function outcomeOf(report: Report): string {
  const { command, checks = [] } = report;
  const errors = outsideTables(report.errors, report).length;
  const warnings = outsideTables(report.warnings, report).length;
  const parts = [pulls(checks), loginSummary(report), files(report), held(report), troubles(errors, warnings)];
  const said = parts.filter((part) => part !== "");
  const isValid = command === "validate" && errors === 0;
  return (isValid || said.length === 0 ? [NOTHING[command], ...said] : said).join("; ");
}

/** A registry may pull when each of its credentials proved it. */
function pulls(checks: readonly Check[]): string {
  if (checks.length === 0) return "";
  const names = [...new Set(checks.map(({ name }) => name))];
  const all = (test: (check: Check) => boolean) =>
    names.filter((name) => checks.filter((check) => check.name === name).every(test)).length;
  const pull = all(({ status, proved }) => status === "ok" && proved === "pull");
  const unproved = all(({ status }) => status === "ok") - pull;
  const skipped = all(({ status }) => status === "skipped");
  const rest = [
    ...(unproved > 0 ? [`${unproved} without proof of pull`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return [`${pull} of ${names.length} ${names.length === 1 ? "registry" : "registries"} may pull`, ...rest].join(", ");
}

function files({ changes = [], published }: Report): string {
  const words = published?.kind === "directory" ? DONE : PLANNED;
  const amount = (action: Action) => changes.filter((change) => change.action === action).length;
  const parts = (["create", "update", "remove", "keep"] as const)
    .map((action) => ({ amount: amount(action), word: words[action] }))
    .filter(({ amount }) => amount > 0)
    .map(({ amount, word }, index) => `${index === 0 ? count(amount, "file") : amount} ${word}`);
  return parts.join(", ");
}

/** What a pull request proposes is not done yet. */
function pullRequest({ published }: Report): string {
  if (published?.kind !== "pull-request" || published.number === null) return "";
  const { number, operation, url } = published;
  return `; pull request #${number} ${operation}${url === null ? "" : `: ${url}`}`;
}

function held({ changes = [] }: Report): string {
  const amount = changes.filter(({ action }) => action === "hold").length;
  return amount === 0 ? "" : `${amount} held`;
}

function troubles(errors: number, warnings: number): string {
  const parts = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return parts.join(", ");
}

import type { ErrorCode, Problem } from "../errors.ts";
import { isBad } from "../model.ts";
import type { Check, Report } from "../model.ts";
import { printable } from "./printable.ts";
import { hintLines } from "./problems.ts";
import { table } from "./table.ts";
import type { Column, Framed } from "./table.ts";
import type { Style } from "./options.ts";
import { count, elapsed, relative } from "./time.ts";
import { fill, indent, wordsOf } from "./words.ts";
import type { Word } from "./words.ts";

const BELOW = 4;

/** The check table: one row for each credential; what went wrong and what to do stands below its row. */
export function checkLines(report: Report, style: Style): readonly string[] {
  const rows = (report.checks ?? []).map((check) => ({
    check,
    above: [],
    below: indent(below(check, report, style), BELOW),
  }));
  return table(columnsOf(report, style), rows, style.width, style.colors.dim);
}

function columnsOf(report: Report, style: Style): readonly Column<Framed & { readonly check: Check }>[] {
  const { bold, dim } = style.colors;
  const measured = ({ status }: Check, text: string) => ({ text: status === "skipped" ? "–" : text, paint: dim });
  return [
    { title: "  status", cell: ({ check }) => mark(check, report, style) },
    { title: "registry", fit: "cut", least: 20, cell: ({ check }) => ({ text: nameOf(check), paint: bold }) },
    { title: "host", fit: "cut", cell: ({ check }) => ({ text: printable(check.host) }) },
    {
      title: "proved",
      cell: ({ check }) => (check.proved === "pull" ? { text: "pull" } : measured(check, check.proved)),
    },
    { title: "time", align: "right", cell: ({ check }) => measured(check, elapsed(check.milliseconds)) },
    { title: "requests", align: "right", cell: ({ check }) => measured(check, String(check.requests)) },
    { title: "expires", cell: ({ check }) => expiry(check, report, style) },
  ];
}

function nameOf({ name, credential }: Check): string {
  return credential === "auth" ? name : `${name} (pull secret)`;
}

/** The problems that do not say again what a row of the tables says. */
export function outsideTables(problems: readonly Problem[], report: Report): readonly Problem[] {
  return problems.filter((problem) => !isInTable(problem, report));
}

function isInTable(problem: Problem, { checks = [], changes = [] }: Report): boolean {
  if (problem.code === "held") return changes.some(({ action }) => action === "hold");
  return problem.code === "check-failed" && checks.some((check) => isBad(check) && isAbout(problem, check));
}

function mark(check: Check, { warnings }: Report, { colors }: Style): Word {
  const { status } = check;
  if (status === "ok") return { text: `✔ ${status}`, paint: colors.green };
  if (status === "skipped") return { text: `– ${status}`, paint: colors.dim };
  if (has(warnings, "check-failed", check)) return { text: `▲ ${status}`, paint: colors.yellow };
  return { text: `✖ ${status}`, paint: colors.red };
}

function expiry(check: Check, { warnings }: Report, { colors, now }: Style): Word {
  const { expiresAt } = check;
  if (expiresAt === null) return { text: "" };
  if (Date.parse(expiresAt) <= now.getTime()) return { text: relative(expiresAt, now), paint: colors.red };
  return { text: relative(expiresAt, now), paint: has(warnings, "expiring", check) ? colors.yellow : undefined };
}

function below(check: Check, report: Report, style: Style): readonly string[] {
  return [...(isSaidElsewhere(check, report) ? [] : said(check, style)), ...details(check, style)];
}

/** What kept a credential from being resolved is an error of its own, with the line where its source stands. */
export function isSaidElsewhere({ status, message }: Check, { errors }: Report): boolean {
  return status === "unresolved" && errors.some((problem) => problem.message === message);
}

function said(check: Check, style: Style): readonly string[] {
  if (!isBad(check) && !style.verbose) return [];
  const width = style.width - BELOW;
  return [...fill(wordsOf(printable(check.message)), width), ...hintLines(check.hint, { ...style, width }, 0)];
}

function details({ status, stage, rateLimit }: Check, { colors, verbose }: Style): readonly string[] {
  if (!verbose || status === "skipped") return [];
  if (rateLimit === null) return [colors.dim(`reached stage ${stage}`)];
  const left = `${rateLimit.remaining} of ${count(rateLimit.limit, "pull")} left ${windowOf(rateLimit)}`;
  return [colors.dim(`reached stage ${stage}, ${left}`)];
}

function windowOf({ windowSeconds }: NonNullable<Check["rateLimit"]>): string {
  return `in ${count(Math.round(windowSeconds / 360) / 10, "hour")}`;
}

function has(problems: readonly Problem[], code: ErrorCode, check: Check): boolean {
  return problems.some((problem) => problem.code === code && isAbout(problem, check));
}

export function isAbout({ location }: Problem, check: Check): boolean {
  const { file, line, column } = check.location;
  return location?.file === file && location.line === line && location.column === column;
}

import type { Check, Report } from "../../model.ts";
import { isBad } from "../../model.ts";
import { isAbout, isSaidElsewhere } from "../checks.ts";
import type { Block } from "./fit.ts";
import { code, placeOf, prose } from "./inline.ts";
import { instantOf } from "./instant.ts";
import { table } from "./table.ts";

const PROVED = { pull: "pull", login: "login only", nothing: "nothing" } as const;

/**
 * The check table, failures first: what each registry's credential proved. Without the time that a check took and the
 * pulls that are left, which differ in every run.
 *
 * @param now the instant that expiries are told from; without it they are dates alone.
 */
export function checkBlocks(report: Report, rank: number, now?: Date): readonly Block[] {
  const { checks = [] } = report;
  if (checks.length === 0) return [];
  const ordered = [...checks.filter(isBad), ...checks.filter((check) => !isBad(check))];
  const columns = [
    { title: "status", cell: (check: Check) => `${symbolOf(check, report)} ${check.status}` },
    { title: "registry", cell: nameOf },
    { title: "host", cell: ({ host }: Check) => code(host) },
    { title: "proved", cell: ({ status, proved }: Check) => (status === "skipped" ? "–" : PROVED[proved]) },
    { title: "expires", cell: ({ expiresAt }: Check) => instantOf(expiresAt, now) },
    { title: "what happened, what to do", cell: (check: Check) => said(check, report) },
  ];
  const { head, rows } = table(columns, ordered);
  return [{ head: ["### Registries", "", ...head], rows, rank }];
}

function symbolOf(check: Check, { warnings }: Report): string {
  if (check.status === "ok") return "✔";
  if (check.status === "skipped") return "–";
  return warnings.some((problem) => problem.code === "check-failed" && isAbout(problem, check)) ? "▲" : "✖";
}

function nameOf({ name, credential }: Check): string {
  return credential === "auth" ? code(name) : `${code(name)} (pull secret)`;
}

function said(check: Check, report: Report): string {
  if (!isBad(check) || isSaidElsewhere(check, report)) return "";
  const { message, hint, location } = check;
  const lines = [`${prose(message)} (${placeOf(location)})`, ...(hint === "" ? [] : [`Hint: ${prose(hint)}`])];
  return lines.join("<br>");
}

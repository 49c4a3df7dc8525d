import type { Report } from "../model.ts";
import { changeLines } from "./changes.ts";
import { checkLines, outsideTables } from "./checks.ts";
import { loginLines } from "./logins.ts";
import { styleOf } from "./options.ts";
import type { TextOptions } from "./options.ts";
import { defuse } from "./printable.ts";
import { problemLines } from "./problems.ts";
import { summaryLines } from "./summary.ts";

/**
 * The report for people: the checks, the files, the logins, the problems with the worst last, and a summary. Blocks are parted by
 * blank lines, no line ends in a blank, the last one ends with a newline. Holds no colour codes unless `colors` makes
 * them.
 */
export function renderText(report: Report, options: TextOptions): string {
  const style = styleOf(options);
  const warnings = outsideTables(report.warnings, report);
  const errors = outsideTables(report.errors, report);
  const blocks = [
    checkLines(report, style),
    changeLines(report, style),
    loginLines(report, style),
    ...warnings.map((problem) => problemLines("warning", problem, style)),
    ...errors.map((problem) => problemLines("error", problem, style)),
    summaryLines(report, style),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.map(defuse).join("\n"));
  return `${text.join("\n\n")}\n`;
}

import type { Published, Report } from "../../model.ts";
import { outcomeOf } from "../summary.ts";
import { changeBlocks, heldBlocks } from "./changes.ts";
import { checkBlocks } from "./checks.ts";
import { fit } from "./fit.ts";
import type { Block } from "./fit.ts";
import { code, prose } from "./inline.ts";
import { problemBlocks } from "./problems.ts";

interface SummaryOptions {
  /** The instant that expiries are told from. */
  readonly now: Date;
  /** Bytes of UTF-8. The runner takes 1 MiB from a step and drops all of a longer one (actions/runner, 2026-11). */
  readonly limit?: number | undefined;
}

/**
 * The job summary, in GitHub's Markdown: how it ended, what went wrong, the checks, what is held, the files by cluster.
 * Where the limit is near, tables lose rows from their end, those of errors last.
 */
export function renderSummary(report: Report, { now, limit = 1_048_576 }: SummaryOptions): string {
  const blocks: readonly Block[] = [
    { head: outcome(report), rows: [], rank: 0 },
    ...problemBlocks("errors", report, 0),
    ...checkBlocks(report, 1, now),
    ...heldBlocks(report, 2),
    ...changeBlocks(report, 3, now),
    ...problemBlocks("warnings", report, 4),
  ];
  return fit(blocks, limit);
}

function outcome(report: Report): readonly string[] {
  const { command, ok, published } = report;
  const where = published === undefined ? [] : ["", publishedLine(published)];
  return [`## regcred ${command}`, "", `${ok ? "✔" : "✖"} ${prose(outcomeOf(report))}`, ...where];
}

function publishedLine(published: Published): string {
  if (published.kind === "directory") return `Written below ${code(published.path)}.`;
  const { number, url, operation, branch } = published;
  if (number === null) return `There is no pull request (branch ${code(branch)}).`;
  return `${link(`Pull request ${number}`, url)}: ${operation} (branch ${code(branch)}).`;
}

/** The one link that is made: of an address that holds nothing but what addresses of pull requests hold. */
function link(text: string, url: string | null): string {
  if (url === null) return text;
  return /^https?:\/\/[\w.:/-]+$/u.test(url) ? `[${text}](${url})` : `${text} (${code(url)})`;
}

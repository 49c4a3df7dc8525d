import type { Change, Report } from "../../model.ts";
import { count } from "../time.ts";
import { longReason } from "../reasons.ts";
import { writtenOf } from "./changes.ts";
import { amount, bare } from "./inline.ts";
import { titleOf } from "./title.ts";

/** What Git shows of a subject without cutting it, in characters. */
const SUBJECT = 72;
/** How many files are named. */
const NAMED = 50;

interface CommitMessage {
  /** One line of at most 72 characters. */
  readonly subject: string;
  /** Lines without a newline at their end; empty when there is nothing to add. */
  readonly body: string;
}

/** The message of the commit that writes a report's changes: the same for the same changes. */
export function commitMessage(report: Report, { configuration }: { readonly configuration: string }): CommitMessage {
  const written = writtenOf(report);
  const held = (report.changes ?? []).filter(({ action }) => action === "hold").length;
  const lines = [
    ...written.slice(0, NAMED).map(lineOf),
    ...(written.length > NAMED ? [`and ${amount(written.length - NAMED)} more`] : []),
    ...(held === 0 ? [] : [`held, so not touched: ${count(held, "file")}`]),
  ];
  return { subject: titleOf(report, configuration, SUBJECT), body: lines.join("\n") };
}

function lineOf(change: Change): string {
  return `${change.action} ${bare(change.path)}: ${longReason(change)}`;
}

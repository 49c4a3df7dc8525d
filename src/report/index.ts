// Stage 8, report: what a command found and did -> what people and programs read. Pure: no clock, no terminal, no
// environment.

export { renderJson } from "./json.ts"; // the envelope of `--output json`
export { renderText } from "./text.ts"; // checks, files, problems, one line of summary
export type { TextOptions } from "./options.ts";
export { renderTree } from "./tree.ts"; // paths as a tree, for the demo
export { printable } from "./printable.ts"; // any text as one line that is safe in a terminal and in a workflow's log
export { defuse } from "./printable.ts"; // one line that is no command to a workflow's runner
export { renderSummary } from "./markdown/summary.ts"; // the job summary
export { renderPullRequest } from "./markdown/pull-request.ts"; // title and body, for its reviewer
export { commitMessage } from "./markdown/commit.ts"; // subject and body
export { annotationsOf } from "./annotations.ts"; // problems at the lines of files
export type { Annotation } from "./annotations.ts";

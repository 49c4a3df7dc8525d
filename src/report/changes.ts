import type { Change, Report } from "../model.ts";
import { isBad } from "../model.ts";
import { printable } from "./printable.ts";
import { table } from "./table.ts";
import type { Column, Framed } from "./table.ts";
import type { Style } from "./options.ts";
import { shortReason, SYMBOLS } from "./reasons.ts";
import { count } from "./time.ts";
import type { Word } from "./words.ts";

/** From how many registries on only some are named. */
const MANY = 3;

const PAINTS = { create: "green", update: "yellow", remove: "red", hold: "magenta", keep: "dim" } as const;

export interface Group {
  readonly cluster: string;
  readonly directory: string;
  readonly changes: readonly Change[];
}

interface Row extends Framed {
  readonly change: Change;
  readonly directory: string;
}

/**
 * The plan table: by cluster, what happens to each file and why. What stays as it is is only counted; when all does,
 * the summary says so.
 */
export function changeLines(report: Report, style: Style): readonly string[] {
  const groups = groupsOf(report.changes ?? []);
  const quiet = groups.filter(({ changes }) => !style.verbose && changes.every(isKept));
  const rows = groups
    .filter((group) => !quiet.includes(group))
    .flatMap((group, index) => groupRows(group, index === 0, style));
  return rows.length === 0 ? [] : [...table(columnsOf(report, style), rows, style.width), ...quietLines(quiet, style)];
}

function columnsOf(report: Report, { colors, verbose }: Style): readonly Column<Row>[] {
  const paintOf = ({ action }: Change) => colors[PAINTS[action]];
  const ifHeld = (change: Change, held: Word["paint"], other?: Word["paint"]) =>
    change.action === "hold" ? held : other;
  return [
    { title: "", cell: ({ change }) => ({ text: labelOf(change), paint: paintOf(change) }) },
    {
      ...{ title: "", fit: "cut", least: 20 },
      cell: ({ change, directory }) => ({ text: printable(change.path.slice(directory.length)) }),
    },
    { title: "", cell: ({ change }) => ({ text: shortReason(change), paint: ifHeld(change, paintOf(change)) }) },
    {
      ...{ title: "", fit: "wrap" },
      cell: ({ change }) => ({ text: namesOf(change, report, verbose), paint: ifHeld(change, undefined, colors.dim) }),
    },
  ];
}

function labelOf({ action }: Change): string {
  return `  ${SYMBOLS[action]} ${action}`;
}

/** The clusters in the order of the changes, each with the directory that all of its files are in. */
export function groupsOf(changes: readonly Change[]): readonly Group[] {
  return [...new Set(changes.map(({ cluster }) => cluster))].map((cluster) => {
    const own = changes.filter((change) => change.cluster === cluster);
    const folders = own.map(({ path, namespace }) => path.split("/").slice(0, namespace === null ? -1 : -2));
    return { cluster, directory: sharedFolder(folders), changes: own };
  });
}

/** The start that all paths have in common, with a slash at its end; empty when there is none. */
function sharedFolder(paths: readonly (readonly string[])[]): string {
  const [first = [], ...others] = paths;
  const differs = first.findIndex((name, index) => others.some((path) => path[index] !== name));
  return first
    .slice(0, differs === -1 ? first.length : differs)
    .map((name) => `${name}/`)
    .join("");
}

function groupRows({ cluster, directory, changes }: Group, first: boolean, { colors, verbose }: Style): readonly Row[] {
  const listed = changes.filter((change) => verbose || !isKept(change));
  const folded = changes.length - listed.length;
  const folder = directory === "" ? "" : `  ${colors.dim(printable(directory))}`;
  const heading = [...(first ? [] : [""]), colors.bold(cluster) + folder];
  const kept = folded === 0 ? [] : [colors.dim(`  = ${folded} unchanged`)];
  return listed.map((change, index) => ({
    ...{ change, directory },
    above: index === 0 ? heading : [],
    below: index === listed.length - 1 ? kept : [],
  }));
}

/** Who holds a file, every one of them; of a file that is written, the first few whose entries it has. */
function namesOf({ action, reason, registries }: Change, report: Report, verbose: boolean): string {
  if (reason === "registry-failed") return registries.map((name) => blocker(name, report)).join(", ");
  if (action === "hold" || verbose || registries.length <= MANY) return registries.join(", ");
  return `${registries.slice(0, MANY - 1).join(", ")} and ${registries.length - MANY + 1} more`;
}

/** A registry that holds a file, with what its check found. */
function blocker(name: string, { checks = [] }: Report): string {
  const bad = checks.find((check) => check.name === name && isBad(check));
  return bad === undefined ? name : `${name} (${bad.status})`;
}

function quietLines(groups: readonly Group[], { colors }: Style): readonly string[] {
  const [first] = groups;
  if (first === undefined) return [];
  const files = groups.reduce((sum, { changes }) => sum + changes.length, 0);
  const where = groups.length === 1 ? first.cluster : count(groups.length, "cluster");
  return ["", `${colors.bold(where)}  ${colors.dim(`= ${count(files, "file")} unchanged`)}`];
}

function isKept({ action }: Change): boolean {
  return action === "keep";
}

import type { Change, Report } from "../../model.ts";
import { groupsOf } from "../changes.ts";
import type { Group } from "../changes.ts";
import { isBad } from "../../model.ts";

import { longReason, SYMBOLS } from "../reasons.ts";
import { count } from "../time.ts";
import type { Block } from "./fit.ts";
import { amount, code, codes, listed } from "./inline.ts";
import { instantOf } from "./instant.ts";
import { table } from "./table.ts";

/** How many registries of a file are named, and how many of those that hold one. */
const NAMED = 5;
const BLOCKING = 20;

/** What is written or removed. */
export function writtenOf({ changes = [] }: Report): readonly Change[] {
  return changes.filter(({ action }) => action !== "keep" && action !== "hold");
}

/**
 * A table for each cluster in which something changes, and one line for those in which nothing does. Nothing at all
 * where there is no table: that all stays is for the first line to say.
 */
export function changeBlocks(report: Report, rank: number, now?: Date): readonly Block[] {
  const groups = groupsOf(report.changes ?? []);
  const tables = groups.filter(({ changes }) => writtenOf({ ...report, changes }).length > 0);
  const quiet = groups.filter((group) => !tables.includes(group) && keptIn(group) > 0);
  if (tables.length === 0) return [];
  return [...tables.map((group) => clusterBlock(group, report, rank, now)), ...quietBlocks(quiet, rank)];
}

function clusterBlock(group: Group, report: Report, rank: number, now?: Date): Block {
  const { cluster, directory, changes } = group;
  const columns = [
    { title: "change", cell: ({ action }: Change) => `${SYMBOLS[action]} ${action}` },
    { title: "file", cell: ({ path }: Change) => code(path.slice(directory.length)) },
    { title: "why", cell: longReason },
    { title: "registries", cell: ({ registries }: Change) => codes(registries, NAMED) },
    { title: "expires", cell: ({ expiresAt }: Change) => instantOf(expiresAt, now) },
  ];
  const { head, rows } = table(columns, writtenOf({ ...report, changes }));
  const kept = keptIn(group);
  const about = [
    ...(directory === "" ? [] : [`in ${code(directory)}`]),
    ...(kept === 0 ? [] : [`${amount(kept)} unchanged`]),
  ];
  const lines = about.length === 0 ? [] : [about.join("; "), ""];
  return { head: [`### Cluster ${code(cluster)}`, "", ...lines, ...head], rows, rank };
}

function keptIn({ changes }: Group): number {
  return changes.filter(({ action }) => action === "keep").length;
}

function quietBlocks(groups: readonly Group[], rank: number): readonly Block[] {
  const [first] = groups;
  if (first === undefined) return [];
  const files = groups.reduce((sum, group) => sum + keptIn(group), 0);
  const where = groups.length === 1 ? `Cluster ${code(first.cluster)}` : `${amount(groups.length)} other clusters`;
  return [{ head: [`${where}: ${count(files, "file")} unchanged.`], rows: [], rank }];
}

/** What keeps its old bytes, why, and which registries are to blame. */
export function heldBlocks(report: Report, rank: number): readonly Block[] {
  const held = (report.changes ?? []).filter(({ action }) => action === "hold");
  if (held.length === 0) return [];
  const columns = [
    { title: "cluster", cell: ({ cluster }: Change) => code(cluster) },
    { title: "file", cell: ({ path }: Change) => code(path) },
    { title: "why", cell: longReason },
    { title: "held by", cell: (change: Change) => blockersOf(change, report) },
  ];
  const { head, rows } = table(columns, held);
  return [{ head: ["### Held: these files keep what they had", "", ...head], rows, rank }];
}

function blockersOf({ reason, registries }: Change, { checks = [] }: Report): string {
  if (reason !== "registry-failed") return "";
  const blockers = registries.map((name) => {
    const bad = checks.find((check) => check.name === name && isBad(check));
    return bad === undefined ? code(name) : `${code(name)} (${bad.status})`;
  });
  return listed(blockers, BLOCKING);
}

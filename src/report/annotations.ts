import type { Location, Problem } from "../errors.ts";
import type { Report } from "../model.ts";
import { printable } from "./printable.ts";
import { count } from "./time.ts";

/** How many of a level GitHub shows of one step (2026-11). */
const MOST = 10;

/** A problem at a line of a file, as GitHub shows it in a run and in a diff. One line each. */
export interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  /** What happened and what to do. */
  readonly message: string;
  readonly location?: Location | undefined;
}

/**
 * The errors and the warnings as annotations, errors first, at most ten of each level: of more, the tenth says how many
 * there are and where to look.
 */
export function annotationsOf({ errors, warnings }: Report): readonly Annotation[] {
  return [...capped("error", errors), ...capped("warning", warnings)];
}

function capped(level: Annotation["level"], problems: readonly Problem[]): readonly Annotation[] {
  if (problems.length <= MOST) return problems.map((problem) => annotation(level, problem));
  const left = count(problems.length - MOST + 1, `more ${level}`);
  const last = { level, title: `regcred: ${left}`, message: `${left}: the job's summary and its log tell of them` };
  return [...problems.slice(0, MOST - 1).map((problem) => annotation(level, problem)), last];
}

function annotation(level: Annotation["level"], { code, message, hint = "", location }: Problem): Annotation {
  const words = hint === "" ? printable(message) : `${printable(message)} (hint: ${printable(hint)})`;
  const place = location === undefined ? {} : { location: { ...location, file: printable(location.file) } };
  return { level, title: `regcred: ${code}`, message: words, ...place };
}

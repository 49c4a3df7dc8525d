import type { Problem } from "../../errors.ts";
import type { Report } from "../../model.ts";
import { outsideTables } from "../checks.ts";
import type { Block } from "./fit.ts";
import { code, placeOf, prose } from "./inline.ts";

/** The errors, or the warnings, that no table tells of, each with its place and what to do. */
export function problemBlocks(kind: "errors" | "warnings", report: Report, rank: number): readonly Block[] {
  const rows = outsideTables(report[kind], report).map(row);
  const title = kind === "errors" ? "Errors" : "Warnings";
  return rows.length === 0 ? [] : [{ head: [`### ${title}`, ""], rows, rank }];
}

function row({ code: name, message, hint = "", location }: Problem): string {
  const place = location === undefined ? [] : [placeOf(location)];
  return `- ${[...place, prose(message), `(${code(name)})`].join(" ")}${hint === "" ? "" : `<br>Hint: ${prose(hint)}`}`;
}

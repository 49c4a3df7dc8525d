import pc from "picocolors";
import { RegcredError } from "../errors.ts";
import type { Terminal } from "../io/terminal.ts";
import { COMMANDS } from "../model.ts";
import type { CommandName } from "../model.ts";
import { defuse, renderJson, renderText } from "../report/index.ts";
import type { Presentation } from "./flags.ts";
import { failed } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";

/** Where and how an outcome is shown. */
export interface Screen {
  readonly terminal: Terminal;
  readonly now: Date;
  /** The texts of configuration files, for excerpts. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Prints an outcome on stdout, as text or as the one JSON document; `--quiet` leaves out what went well. */
export function showOutcome({ report }: Outcome, present: Presentation, { terminal, now, sources }: Screen): void {
  if (present.output === "json") {
    terminal.out(renderJson(report));
    return;
  }
  if (present.quiet === true && report.ok && report.warnings.length === 0) return;
  const shown =
    present.quiet === true ? { ...report, checks: undefined, changes: undefined, logins: undefined } : report;
  const colors = pc.createColors(present.color && terminal.colors);
  terminal.out(renderText(shown, { colors, now, width: terminal.columns, sources, verbose: present.debug }));
}

/**
 * Shows what ended a command before it had an outcome, and gives its exit code. Stack traces are for `--debug` alone.
 */
export function showError(error: unknown, argv: readonly string[], terminal: Terminal, now: Date): number {
  if (argv.includes("--debug")) terminal.err(`${stackOf(error).split("\n").map(defuse).join("\n")}\n`);
  const command = COMMANDS.find((name) => name === argv[0]);
  const outcome = endedBy(error, command ?? "validate");
  if (command !== undefined && wantsJson(argv)) terminal.out(renderJson(outcome.report));
  else
    terminal.err(
      renderText(outcome.report, {
        colors: pc.createColors(terminal.colors && !argv.includes("--no-color")),
        now,
        width: terminal.columns,
      }),
    );
  return outcome.exitCode;
}

/** A command that was ended by an error, whatever kind of error that is. */
export function endedBy(error: unknown, command: CommandName): Outcome {
  return failed(command, error instanceof RegcredError ? error : unexpected(error));
}

/** Where an error comes from, for those who debug: many lines. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : "no stack: what was thrown is no error";
}

/** A defect of regcred. Its text is not shown: it might hold what it should not. */
function unexpected(cause: unknown): RegcredError {
  const message = "regcred ran into something that it does not know how to handle";
  const hint =
    "run again with --debug (a workflow with debug logging), and report it with what that prints: https://github.com/regcred/regcred/issues";
  return new RegcredError({ code: "internal", message, hint }, { exitCode: 1, cause });
}

/** Whether arguments that could not be parsed ask for JSON. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) => /^(--output=|-o)json$/.test(word) || (/^(--output|-o)$/.test(word) && argv[index + 1] === "json"),
  );
}

import type { Runner } from "../io/actions.ts";
import type { Environment, Log } from "../io/ports.ts";
import type { Terminal } from "../io/terminal.ts";
import { defuse, printable } from "../report/index.ts";

/** A log whose stages fold. */
export interface FoldingLog extends Log {
  /** Closes the stage that is open. */
  end(): void;
}

/** Each stage is a group of the workflow's log; what is for debugging, the runner shows where that is asked for. */
export function foldingLog(runner: Runner): FoldingLog {
  let open = false;
  const end = (): void => {
    if (open) runner.command("endgroup");
    open = false;
  };
  return {
    stage: (title) => {
      end();
      runner.command("group", printable(title));
      open = true;
    },
    info: (message) => runner.print(`${printable(message)}\n`),
    debug: (message) => runner.command("debug", message),
    end,
  };
}

/** Whether somebody asked for debug logging. */
export function isDebugging({ environment }: { readonly environment: Environment }): boolean {
  return environment.get("RUNNER_DEBUG") === "1";
}

/** The workflow's log as a terminal: colours are shown there, and no line of text can be a command. */
export function logTerminal(runner: Runner, noColor: string | undefined): Terminal {
  const print = (text: string): void => runner.print(text.split("\n").map(defuse).join("\n"));
  return { out: print, err: print, columns: undefined, colors: (noColor ?? "") === "" };
}

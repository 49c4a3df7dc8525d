import type { Log } from "./ports.ts";

/** Where a command prints. */
export interface Terminal {
  /** Results: text, or one JSON document. */
  out(text: string): void;
  /** Progress, logs and usage errors. */
  err(text: string): void;
  /** Columns of stdout; undefined when it is no terminal. */
  readonly columns: number | undefined;
  /** Whether stdout takes colours, by the customs of NO_COLOR and FORCE_COLOR. */
  readonly colors: boolean;
}

/** The log of the command line: what `--debug` shows, on stderr. */
export function logTo(terminal: Terminal, { debug = false }: { readonly debug?: boolean | undefined }): Log {
  const say = debug ? (message: string) => terminal.err(`${message}\n`) : () => undefined;
  return { stage: say, info: say, debug: say };
}

/** The terminal of the process. A reader that stops listening (`| head`) is no error. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    colors: takesColors(process.env, process.stdout.isTTY),
  };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** https://no-color.org and https://force-color.org: set and not empty is what counts. */
function takesColors({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  return isTerminal && TERM !== "dumb";
}

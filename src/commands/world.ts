import { createClock } from "../io/clock.ts";
import { createEnvironment } from "../io/environment.ts";
import { createFiles } from "../io/files.ts";
import { http } from "../io/http.ts";
import type { Interruption } from "../io/interruption.ts";
import type { Clock, Environment, Files, Http, Log } from "../io/ports.ts";
import type { Terminal } from "../io/terminal.ts";
import type { Presentation } from "./flags.ts";

/** Every port of a run. */
export interface World {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly files: Files;
  readonly http: Http;
  readonly log: Log;
  readonly interruption: Interruption;
  /** The folder in which the command was called, absolute. */
  readonly folder: string;
}

/** The world of a real run: each port with its one adapter. */
export function openWorld({ debug }: Presentation, terminal: Terminal, interruption: Interruption): World {
  return {
    environment: createEnvironment(),
    clock: createClock(),
    files: createFiles(),
    http,
    log: { debug: debug === true ? (message) => terminal.err(`${message}\n`) : () => undefined },
    interruption,
    folder: process.cwd(),
  };
}

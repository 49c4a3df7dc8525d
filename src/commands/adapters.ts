import { createClock } from "../io/clock.ts";
import { createEnvironment } from "../io/environment.ts";
import { createFiles } from "../io/files.ts";
import { http } from "../io/http.ts";
import type { Interruption } from "../io/interruption.ts";
import type { Terminal } from "../io/terminal.ts";
import type { Presentation } from "./flags.ts";
import type { World } from "./world.ts";

/** The world of a real run: each port with its one adapter. */
export function openWorld({ debug }: Presentation, terminal: Terminal, interruption: Interruption): World {
  return {
    environment: createEnvironment(),
    clock: createClock(),
    files: createFiles(),
    http,
    log: { debug: debug ? (message) => terminal.err(`${message}\n`) : () => undefined },
    interruption,
    folder: process.cwd(),
  };
}

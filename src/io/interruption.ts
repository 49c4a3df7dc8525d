import { RegcredError } from "../errors.ts";

/** Lets a run be stopped between two writes, and at once everywhere else. */
export interface Interruption {
  /** While `work` runs, an interruption is only noted; {@link Interruption.check} then stops it at a good place. */
  guard<T>(work: () => Promise<T>): Promise<T>;
  /** @throws RegcredError `interrupted`, when an interruption was noted. */
  check(): void;
}

/**
 * Listens for SIGINT and SIGTERM.
 *
 * @param quit ends the process at once; called where nothing is being written, and at a second signal.
 */
export function listenForSignals(quit: (error: RegcredError) => void): Interruption {
  let guards = 0;
  let noted = false;
  const interrupt = (): void => {
    if (guards === 0 || noted) quit(interrupted());
    noted = true;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  return {
    guard: async (work) => {
      guards += 1;
      try {
        return await work();
      } finally {
        guards -= 1;
      }
    },
    check: () => {
      if (noted) throw interrupted();
    },
  };
}

function interrupted(): RegcredError {
  const message = "interrupted: nothing is half-written";
  const hint = "run the same command again; it goes on where this one stopped";
  return new RegcredError({ code: "interrupted", message, hint }, { exitCode: 130 });
}

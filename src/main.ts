#!/usr/bin/env node
import { showError } from "./commands/show.ts";
import { listenForSignals } from "./io/interruption.ts";
import { processTerminal } from "./io/terminal.ts";

const argv = process.argv.slice(2);
const terminal = processTerminal();
const interruption = listenForSignals((interrupted) =>
  process.exit(showError(interrupted, argv, terminal, new Date())),
);
process.exitCode = await openDoor();
// A name server that does not answer would keep the process for seconds, and nothing is left to wait for but the
// output.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));

/** Which door, by the arguments: `action main` and `action post` are those of dist/action/. */
async function openDoor(): Promise<number> {
  if (argv[0] === "action") {
    const { runAction } = await import("./action.ts");
    return await runAction(argv[1] === "post" ? "post" : "main", interruption);
  }
  const { runCli } = await import("./cli.ts");
  return await runCli(argv, terminal, interruption);
}

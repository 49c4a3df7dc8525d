#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { showError } from "./commands/show.ts";
import { listenForSignals } from "./io/interruption.ts";
import { processTerminal } from "./io/terminal.ts";

// Which door, by the arguments: so far the command line alone.
const argv = process.argv.slice(2);
const terminal = processTerminal();
const interruption = listenForSignals((interrupted) =>
  process.exit(showError(interrupted, argv, terminal, new Date())),
);
process.exitCode = await runCli(argv, terminal, interruption);
// A name server that does not answer would keep the process for seconds, and nothing is left to wait for but the
// output.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));

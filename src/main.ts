#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { listenForSignals } from "./io/interruption.ts";
import { processTerminal } from "./io/terminal.ts";

// Which door, by the arguments: so far the command line alone.
const interruption = listenForSignals(() => process.exit(130));
process.exitCode = await runCli(process.argv.slice(2), processTerminal(), interruption);

import { CommanderError } from "commander";
import type { Command } from "commander";
import type { Outcome } from "./commands/outcome.ts";
import { runPipeline } from "./commands/pipeline.ts";
import { buildProgram } from "./commands/program.ts";
import type { Call } from "./commands/program.ts";
import { showError, showOutcome } from "./commands/show.ts";
import { openWorld } from "./commands/world.ts";
import type { World } from "./commands/world.ts";
import { RegcredError } from "./errors.ts";
import type { Interruption } from "./io/interruption.ts";
import { logTo } from "./io/terminal.ts";
import type { Terminal } from "./io/terminal.ts";
import { version } from "./version.ts";

/** The command line: arguments -> command -> text, exit code. */
export async function runCli(argv: readonly string[], terminal: Terminal, interruption: Interruption): Promise<number> {
  try {
    const call = parse(argv, terminal);
    return call === null ? 0 : await run(call, terminal, interruption);
  } catch (error) {
    return showError(error, argv, terminal, new Date());
  }
}

/** What the arguments ask for; null when that was the help or the version, which is printed already. */
function parse(argv: readonly string[], terminal: Terminal): Call | null {
  const calls: Call[] = [];
  const program = buildProgram(version, terminal, (call) => calls.push(call));
  try {
    program.parse(argv.length === 0 ? ["--help"] : argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return null;
    throw error instanceof CommanderError ? badUsage(error, program, argv) : error;
  }
  return calls[0] ?? null;
}

/** What commander says, without the values that it repeats: somebody may have put a password there. */
function badUsage({ message }: CommanderError, program: Command, [first = ""]: readonly string[]): RegcredError {
  const [what = "", suggestion = ""] = message.replace(/^error: /, "").split("\n");
  const silent = what
    .replace(/(unknown option '[^=']*)=.*'/s, "$1'")
    .replace(/ argument '.*' is invalid/s, " is invalid");
  const known = program.commands.map((command) => command.name()).filter((name) => name === first);
  const hint = `${suggestion.replace(/^\((.*)\)$/, "$1 ")}${["regcred", ...known, "--help"].join(" ")} shows what there is`;
  return new RegcredError({ code: "bad-usage", message: silent, hint });
}

async function run(call: Call, terminal: Terminal, interruption: Interruption): Promise<number> {
  const world = openWorld({ log: logTo(terminal, call.present), mask: () => undefined, interruption });
  if (call.kind === "demo") {
    const { runDemo } = await import("./commands/demo.ts");
    return await runDemo(call, world, terminal);
  }
  const sources = new Map<string, string>();
  const outcome = await outcomeOf(call, world, sources);
  showOutcome(outcome, call.present, { terminal, now: world.clock.now(), sources });
  return outcome.exitCode;
}

async function outcomeOf(
  call: Exclude<Call, { kind: "demo" }>,
  world: World,
  sources: Map<string, string>,
): Promise<Outcome> {
  switch (call.kind) {
    case "pipeline":
      return await runPipeline(call.command, call.options, world, sources);
    case "login": {
      const { runLogin } = await import("./commands/login.ts");
      return await runLogin(call.names, call.login, call.options, world, sources);
    }
    case "logout": {
      const { runLogout } = await import("./commands/logout.ts");
      return await runLogout(call, world);
    }
  }
}

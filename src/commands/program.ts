import { Command } from "commander";
import { RegcredError } from "../errors.ts";
import type { Terminal } from "../io/terminal.ts";
import type { CommandName, PipelineCommand } from "../model.ts";
import {
  names,
  optionsOf,
  withChecks,
  withConfiguration,
  withDockerConfig,
  withOutput,
  withPlan,
  withTerminal,
} from "./flags.ts";
import type { Flags, Presentation } from "./flags.ts";
import type { LoginOptions } from "./login.ts";
import type { Options } from "./options.ts";

/** What a command line asks for. */
export type Call = { readonly present: Presentation } & (
  | { readonly kind: "pipeline"; readonly command: PipelineCommand; readonly options: Options }
  | {
      readonly kind: "login";
      readonly names: readonly string[];
      readonly login: Pick<LoginOptions, "dockerConfig" | "check">;
      readonly options: Options;
    }
  | ({ readonly kind: "logout" } & Pick<LoginOptions, "dockerConfig">)
  | { readonly kind: "demo"; readonly keep: string | undefined }
);

/** Commands that are planned and not in this version: they are refused by name, not as a typing error. */
const NOT_YET = ["images", "audit", "drift", "import", "explain", "init", "completion"];

/** The command line: help goes to the terminal, `call` receives what is asked for, and errors are thrown. */
export function buildProgram(version: string, terminal: Terminal, call: (call: Call) => void): Command {
  const program = new Command("regcred")
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: () => undefined })
    .description("Checks every container registry of a team and delivers the credentials to every cluster, encrypted.")
    .version(version, "-V, --version")
    .helpCommand(false)
    .addHelpText("after", EXAMPLES);
  const pipeline = (name: PipelineCommand, description: string): Command =>
    program
      .command(name)
      .description(description)
      .addHelpText("after", examplesOf(name))
      .action((flags: Flags) => call({ kind: "pipeline", command: name, options: optionsOf(flags), present: flags }));
  withConfiguration(pipeline("validate", "judge registries.yaml; no network, no secrets"));
  withChecks(pipeline("check", "log in to each registry and prove that its credential may pull"));
  withPlan(pipeline("plan", "say what apply would change, and write nothing")).option(
    "--exit-code",
    "exit 3 when something would change",
  );
  withPlan(pipeline("apply", "check, render, encrypt and write the pull secrets of every cluster"));
  addLogin(program, call);
  withTerminal(program.command("demo"))
    .description("see the whole way in seconds: embedded registries, throwaway keys, a scratch repository")
    .option("--keep <dir>", "leave everything in this new or empty directory")
    .addHelpText("after", "\nExamples:\n  regcred demo\n  regcred demo --keep /tmp/regcred-demo")
    .action((flags: Flags) => call({ kind: "demo", keep: flags.keep, present: flags }));
  for (const name of NOT_YET) refuse(program.command(name, { hidden: true }));
  return program;
}

function addLogin(program: Command, call: (call: Call) => void): void {
  const login = program
    .command("login")
    .description("log in to every registry in one step: write docker's config.json")
    .argument("[names...]", "only these registries; default: all", names);
  withDockerConfig(withChecks(login))
    .option("--check", "prove each credential first, and write only what passed")
    .addHelpText("after", examplesOf("login"))
    .action((chosen: readonly string[], flags: Flags) => {
      const login = { dockerConfig: flags.dockerConfig, check: flags.check ?? false };
      call({ kind: "login", names: chosen, login, options: optionsOf(flags), present: flags });
    });
  withDockerConfig(withOutput(program.command("logout")))
    .description("undo what login did: config.json is as it was before")
    .addHelpText("after", examplesOf("logout"))
    .action((flags: Flags) => call({ kind: "logout", dockerConfig: flags.dockerConfig, present: flags }));
}

function refuse(command: Command): void {
  command
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      const message = `the command ${command.name()} is not built yet`;
      throw new RegcredError({ code: "not-supported-yet", message, hint: "regcred --help lists those that are" });
    });
}

const EXAMPLES = `
Examples:
  regcred demo                          the whole way, with nothing to set up
  regcred validate                      judge the registries.yaml of this repository
  regcred check --registry docker-hub   prove that one credential may pull
  regcred plan --exit-code              exit 3 when something would change
  regcred apply --dir ../gitops         write the encrypted pull secrets
  regcred login                         log docker, podman, helm and their kin in to every registry

Environment, beside what registries.yaml names:
  REGCRED_FINGERPRINT_KEY            64 or more hex digits: tells what changed (plan, apply)
  REGCRED_FINGERPRINT_KEY_PREVIOUS   the key before it, while it is changed
  SOPS_AGE_KEY, SOPS_AGE_KEY_FILE    age identities: open SOPS files, and tell what changed without a key
  GITHUB_TOKEN                       for the pull request that \`gitops\` asks for

Exit codes:
  0    done
  1    something failed or was held; the rest was done
  2    bad usage or bad configuration; nothing was done
  3    changes are pending (plan --exit-code)
  130  interrupted; nothing is half-written`;

const VARIABLES = `

Environment:
  REGCRED_FINGERPRINT_KEY  tells what changed; without it every file is written anew
  GITHUB_TOKEN             makes the pull request, where the file has gitops
  GITHUB_API_URL           of a GitHub Enterprise server`;

function examplesOf(name: CommandName): string {
  const examples: Readonly<Record<CommandName, readonly string[]>> = {
    validate: ["regcred validate", "regcred validate --config team/registries.yaml --output json"],
    check: ["regcred check", "regcred check --registry docker-hub,harbor --timeout 5s"],
    plan: ["regcred plan", "regcred plan --cluster prod-eu --exit-code"],
    apply: [
      "regcred apply",
      "regcred apply --dir ../gitops --output json",
      "GITHUB_TOKEN=$(gh auth token) regcred apply",
    ],
    login: ["regcred login", "regcred login docker-hub harbor --check", "regcred login --docker-config /tmp/docker"],
    logout: ["regcred logout", "regcred logout --docker-config /tmp/docker"],
  };
  const variables = name === "plan" || name === "apply" ? VARIABLES : "";
  return `\nExamples:\n${examples[name].map((line) => `  ${line}`).join("\n")}${variables}`;
}

import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { DEFAULTS, FAIL_ON } from "./options.ts";
import type { FailOn, Options } from "./options.ts";
import { COUNT, FAILURES, namesOf, TIMEOUT } from "./values.ts";
import type { Form } from "./values.ts";

/** How the outcome is shown. */
export interface Presentation {
  /** Text unless told. */
  readonly output?: "text" | "json";
  /** Unless `--no-color`. */
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** What commander hands to a command; an option that the command does not have is absent. */
export interface Flags extends Presentation {
  readonly config?: string;
  readonly registry?: readonly string[];
  readonly cluster?: readonly string[];
  readonly dir?: string;
  readonly keep?: string;
  readonly dockerConfig?: string;
  readonly check?: boolean;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly allowFile?: readonly string[];
  readonly adopt?: boolean;
  readonly allowRemovals?: boolean;
  readonly failOn?: readonly FailOn[];
  readonly exitCode?: boolean;
}

/** The options of every command. */
export function withTerminal(command: Command): Command {
  return command
    .option("--no-color", "print without colours")
    .option("--debug", "say more on stderr, with stack traces");
}

/** The options of every command that has an outcome to show. */
export function withOutput(command: Command): Command {
  return withTerminal(command)
    .addOption(new Option("-o, --output <form>", "what goes to stdout").choices(["text", "json"]).default("text"))
    .option("--quiet", "print problems and nothing else");
}

/** The option of `login` and `logout`. */
export function withDockerConfig(command: Command): Command {
  return command.option("--docker-config <dir>", "the folder of config.json; default: $DOCKER_CONFIG, or ~/.docker");
}

/** The options of every command that reads a configuration. */
export function withConfiguration(command: Command): Command {
  return withOutput(command)
    .option("-c, --config <file>", "default: registries.yaml or .yml, here or in .github/")
    .option("--fail-on <what>", `also fail on ${FAIL_ON.join(", ")} (held always fails)`, failOn)
    .option("--allow-file <path>", "let `file` sources read this file outside the repository (repeatable)", names);
}

/** The options of every command that logs in to registries. */
export function withChecks(command: Command): Command {
  return withConfiguration(command)
    .option("--registry <name>", "only this registry (repeatable, comma-separated)", names)
    .option("--concurrency <n>", "checks side by side", count, DEFAULTS.concurrency)
    .option("--timeout <duration>", "for each check, such as 5s or 1m; default: what the file says", timeout);
}

/** The options of `plan` and `apply`. */
export function withPlan(command: Command): Command {
  return withChecks(command)
    .option(
      "--cluster <name>",
      "only this cluster (repeatable, comma-separated); a narrowed run removes nothing",
      names,
    )
    .option(
      "--dir <dir>",
      "the GitOps checkout or directory; default: a pull request where the file has gitops, else the repository's root",
    )
    .option("--adopt", "replace files at our paths that regcred did not write")
    .option("--allow-removals", "let go of a cluster's last file, or of over a fifth when it has more than five");
}

export function optionsOf(flags: Flags): Options {
  return {
    config: flags.config,
    scope: { clusters: flags.cluster ?? [], registries: flags.registry ?? [] },
    dir: flags.dir,
    repository: undefined,
    base: undefined,
    token: undefined,
    concurrency: flags.concurrency ?? DEFAULTS.concurrency,
    timeout: flags.timeout,
    allowFiles: flags.allowFile ?? [],
    adopt: flags.adopt ?? false,
    allowRemovals: flags.allowRemovals ?? false,
    failOn: flags.failOn ?? [],
    exitCode: flags.exitCode ?? false,
  };
}

/** Collects names of repeated options, arguments and comma-separated lists. */
export function names(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...namesOf(value)];
}

function failOn(value: string, before: readonly FailOn[] = []): readonly FailOn[] {
  return [...before, ...formed(FAILURES, value)];
}

function count(value: string): number {
  return formed(COUNT, value);
}

function timeout(value: string): number {
  return formed(TIMEOUT, value);
}

function formed<Value>({ rule, parse }: Form<Value>, value: string): Value {
  const parsed = parse(value);
  if (parsed === undefined) throw new InvalidArgumentError(`It is ${rule}.`);
  return parsed;
}

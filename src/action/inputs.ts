import type { LoginOptions } from "../commands/login.ts";
import { DEFAULTS } from "../commands/options.ts";
import type { Options } from "../commands/options.ts";
import { COUNT, FAILURES, namesOf, TIMEOUT } from "../commands/values.ts";
import type { Form } from "../commands/values.ts";
import type { Problem } from "../errors.ts";
import { RegcredError } from "../errors.ts";
import type { Runner } from "../io/actions.ts";
import { nearest } from "../nearest.ts";
import { Secret } from "../secret.ts";
import { COMMANDS, INPUTS, LATER_COMMANDS } from "./names.ts";
import type { Command, InputName } from "./names.ts";

/** What a step asks for. */
export interface Call {
  readonly command: Command;
  /** `apply` writes nothing. */
  readonly dryRun: boolean;
  readonly options: Options;
  readonly trustedRefs: readonly string[];
  readonly login: Pick<LoginOptions, "dockerConfig" | "check">;
  /** Inputs that do nothing. */
  readonly warnings: readonly Problem[];
}

type Read = <Value, Absent>(name: InputName, form: Form<Value>, absent: Absent) => Value | Absent;

/**
 * Reads the inputs of a step. Values are never repeated in a problem: somebody may have put a password there.
 *
 * @throws RegcredError `bad-usage` and `not-supported-yet`, with all that is wrong at once.
 */
export function readCall(runner: Runner): Call {
  const problems: Problem[] = [...refused(runner)];
  const read: Read = (name, form, absent) => {
    const text = runner.input(name);
    if (text === "") return absent;
    const value = form.parse(text);
    if (value === undefined) problems.push(badInput(name, text, form.rule));
    return value ?? absent;
  };
  const command = read("command", COMMAND, "apply");
  const call: Call = {
    command,
    dryRun: read("dry-run", BOOLEAN, false),
    options: readOptions(read),
    trustedRefs: read("trusted-refs", REFS, []),
    login: { dockerConfig: read("docker-config", TEXT, undefined), check: read("check", BOOLEAN, false) },
    warnings: idle(command, runner),
  };
  const [first, ...rest] = [...problems, ...contradictions(call)];
  if (first !== undefined) throw new RegcredError([first, ...rest]);
  return call;
}

function readOptions(read: Read): Options {
  return {
    ...DEFAULTS,
    config: read("config", TEXT, undefined),
    scope: { clusters: read("clusters", LIST, []), registries: read("registries", LIST, []) },
    dir: read("dir", TEXT, undefined),
    repository: read("repository", TEXT, undefined),
    base: read("base", TEXT, undefined),
    token: read("token", SECRET, undefined),
    concurrency: read("concurrency", COUNT, DEFAULTS.concurrency),
    timeout: read("timeout", TIMEOUT, undefined),
    allowFiles: read("allow-file", LIST, []),
    adopt: read("adopt", BOOLEAN, false),
    allowRemovals: read("allow-removals", BOOLEAN, false),
    failOn: read("fail-on", FAILURES, []),
  };
}

const TEXT: Form<string> = { rule: "a text", parse: (text) => text };
const SECRET: Form<Secret> = { rule: "a secret", parse: (text) => new Secret(text) };
const LIST: Form<readonly string[]> = { rule: "a list", parse: namesOf };

/** The words of YAML 1.2's core schema, which are those of `@actions/core` too. */
const BOOLEAN: Form<boolean> = {
  rule: "true or false",
  parse: (text) =>
    /^(?:true|True|TRUE)$/.test(text) ? true : /^(?:false|False|FALSE)$/.test(text) ? false : undefined,
};

/** A tag or branch cannot be told from a pull request by its name alone, and GitHub names those itself. */
const REFS: Form<readonly string[]> = {
  rule: "a list of branches, or of refs other than those of pull requests",
  parse: (text) => (namesOf(text).some((name) => name.startsWith("refs/pull")) ? undefined : namesOf(text)),
};

/** Those of later versions are refused elsewhere. */
const COMMAND: Form<Command> = {
  rule: `one of ${COMMANDS.join(", ")}`,
  parse: (text) => COMMANDS.find((name) => name === text) ?? (isLater(text) ? "apply" : undefined),
};

function isLater(command: string): boolean {
  return LATER_COMMANDS.some((name) => name === command);
}

/** What this version knows by name, and cannot do yet. */
function refused(runner: Runner): readonly Problem[] {
  const inputs = Object.entries(INPUTS).filter(([name, readers]) => readers.length === 0 && runner.input(name) !== "");
  const command = runner.input("command");
  const what = [
    ...inputs.map(([name]) => `the input ${name}`),
    ...(isLater(command) ? [`the command ${command}`] : []),
  ];
  return what.map((thing) => ({
    code: "not-supported-yet",
    message: `${thing} is not built yet`,
    hint: thing.includes("app-") ? APP_TOKEN : "leave it out, or use a later version",
  }));
}

const APP_TOKEN = "make a token of it with actions/create-github-app-token, and give that as `token`";

function badInput(name: InputName, text: string, rule: string): Problem {
  return { code: "bad-usage", message: `the input ${name} is not ${rule}`, hint: meantBy(name, text) };
}

/** Only what is near a known word is a word; anything else may be a secret that went astray. */
function meantBy(name: InputName, text: string): string {
  if (name === "command" && text === "logout") return "login logs out by itself when the job ends";
  const meant = name === "command" ? nearest(text, COMMANDS) : undefined;
  return meant === undefined ? "mend it under `with:` in the workflow" : `did you mean ${meant}?`;
}

/** A dry run that goes the whole way would be the worst of surprises. */
function contradictions({ command, dryRun }: Call): readonly Problem[] {
  if (!dryRun || command !== "login") return [];
  const message = "the input dry-run means nothing to login, which would write its credentials";
  return [{ code: "bad-usage", message, hint: "use the command check, which writes nothing" }];
}

/** Inputs that nobody knows, and those that the command does not read. GitHub fills in defaults, which are none. */
function idle(command: Command, runner: Runner): readonly Problem[] {
  const names = Object.keys(INPUTS);
  const readers = new Map<string, readonly Command[]>(Object.entries(INPUTS));
  const unread = names.filter((name) => {
    const by = readers.get(name) ?? [];
    return !by.includes(command) && !/^(?:false)?$/i.test(runner.input(name));
  });
  const unknown = runner.inputNames().filter((name) => !readers.has(name));
  return [
    ...unknown.map((name) => unknownInput(name, nearest(name, names))),
    ...unread.map((name) => unreadInput(name, command)),
  ];
}

/** What people bring from other actions: `username` and `password`, `title` and `branch`. */
const NO_SUCH_INPUT = "secrets go under `env:`, everything else into registries.yaml; action.yml lists the inputs";

function unknownInput(name: string, meant: string | undefined): Problem {
  const hint = meant === undefined ? NO_SUCH_INPUT : `did you mean ${meant}?`;
  return { code: "unknown-input", message: `there is no input ${name}, so nothing reads it`, hint };
}

function unreadInput(name: string, command: Command): Problem {
  return {
    code: "unknown-input",
    message: `the command ${command} does not read the input ${name}`,
    hint: "leave it out",
  };
}

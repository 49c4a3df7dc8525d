import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { EOL, tmpdir } from "node:os";
import { join } from "node:path";
import type { Secret } from "../secret.ts";
import { writeError } from "./file-errors.ts";
import { maskedLines } from "./masks.ts";

// GitHub's runner, as `@actions/core` 3.0.1 speaks to it: a test holds the two equal. It is not imported because that
// takes as long as starting Node.js twice (2026-11).

/** What the runner gives to a step, and takes from it. */
export interface Runner {
  /** An input, trimmed; empty where it was not given. */
  input(name: string): string;
  /** The names of all inputs that the step has, in lower case; also of those that the action does not know. */
  inputNames(): readonly string[];
  /** What the main step saved for the post step; empty where it did not. */
  state(name: string): string;
  /** On the disk when it returns: the post step has it even where this process is killed. */
  saveState(name: string, value: string): void;
  setOutput(name: string, value: string): void;
  /** Adds to the job's summary, where the runner shows one. */
  addSummary(markdown: string): void;
  /** Hides a secret in all that is printed from now on. */
  mask(secret: Secret): void;
  /** Gives a command such as `error` or `group`. Nothing in the message or the properties can become another one. */
  command(name: string, message?: string, properties?: CommandProperties): void;
  /** Prints text, in which the runner also finds commands. */
  print(text: string): void;
  /** Writes files that live as long as the job, for nobody but its user, and gives their paths in the same order. */
  keep(files: readonly TemporaryFile[]): Promise<readonly string[]>;
}

/** Those that are undefined are left out. */
export type CommandProperties = Readonly<Record<string, string | number | undefined>>;

export interface TemporaryFile {
  readonly name: string;
  readonly text: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The runner that started this process. */
export function connectRunner(variables: Variables = process.env, print = printToStdout): Runner {
  const masked = new Set<string>();
  const command: Runner["command"] = (name, message = "", properties = {}) =>
    print(`${commandLine(name, message, properties)}${EOL}`);
  const hide = (line: string): void => {
    if (!masked.has(line)) command("add-mask", line);
    masked.add(line);
  };
  return {
    input: (name) => (variables[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim(),
    inputNames: () => inputNames(variables),
    state: (name) => variables[`STATE_${name}`] ?? "",
    saveState: (name, value) => append(variables["GITHUB_STATE"], assignment(name, value)),
    setOutput: (name, value) => append(variables["GITHUB_OUTPUT"], assignment(name, value)),
    addSummary: (markdown) => append(variables["GITHUB_STEP_SUMMARY"], markdown),
    mask: (secret) => maskedLines(secret.reveal()).forEach(hide),
    command,
    print,
    keep: (files) => keep(variables["RUNNER_TEMP"], files),
  };
}

/** On one stream, so that masks come before what they hide. */
function printToStdout(text: string): void {
  process.stdout.write(text);
}

/** The runner writes them in upper case; an input is found in either. */
function inputNames(variables: Variables): readonly string[] {
  const given = Object.keys(variables).filter((name) => name.startsWith("INPUT_") && variables[name] !== "");
  return given.map((name) => name.slice("INPUT_".length).toLowerCase());
}

function commandLine(name: string, message: string, properties: CommandProperties): string {
  const words = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name}${words.length === 0 ? "" : ` ${words.join(",")}`}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** The value lies between two lines that nobody can foresee, so that nothing in it can set another name. */
function assignment(name: string, value: string): string {
  const delimiter = `ghadelimiter_${randomUUID()}`;
  return [`${name}<<${delimiter}`, value, delimiter, ""].join(EOL);
}

/** A runner that takes no such thing names no file for it. */
function append(path: string | undefined, text: string): void {
  if (path === undefined || path === "") return;
  try {
    appendFileSync(path, text);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Each call makes a folder of its own, so that two steps of a job keep theirs. */
async function keep(temporary = tmpdir(), files: readonly TemporaryFile[]): Promise<readonly string[]> {
  try {
    const folder = await mkdtemp(join(temporary, "regcred-"));
    const kept = files.map(async ({ name, text }) => {
      await writeFile(join(folder, name), text, { mode: 0o600, flag: "wx" });
      return join(folder, name);
    });
    return await Promise.all(kept);
  } catch (error) {
    throw writeError(temporary, error);
  }
}

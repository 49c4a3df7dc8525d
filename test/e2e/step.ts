import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./process.ts";
import type { Ended, Running } from "./process.ts";
import type { Folder } from "./scene.ts";

/** A job of a workflow in a checkout, as GitHub's runner has it. */
export interface Job {
  /** Starts the Action's main or post step. */
  start(step: "main" | "post", inputs?: Inputs): Running;
  /** Runs it to its end. */
  run(step: "main" | "post", inputs?: Inputs): Promise<Step>;
  /** What the steps so far saved for the post step. */
  state(): Readonly<Record<string, string>>;
  readonly commit: string;
  remove(): void;
}

type Inputs = Readonly<Record<string, string>>;

export interface Step extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Setting {
  /** `push` to `refs/heads/main`, unless told. */
  readonly event?: string;
  readonly ref?: string;
  /** What the event tells beside the default branch. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly commit?: string;
  /** More variables; undefined for those that the runner leaves out. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** What the runner fills in where a step gives no input. */
const DEFAULTS = { command: "apply", "dry-run": "false", adopt: "false", "allow-removals": "false", check: "false" };

/** Makes the folder a checkout with one commit, unless it is one, and prepares a job in it. */
export function openJob(folder: Folder, setting: Setting = {}): Job {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "regcred-job-")));
  const commit = commitOf(folder);
  const file = (name: string) => join(temporary, name);
  const payload = { repository: { default_branch: "main" }, ...setting.payload };
  writeFileSync(file("event.json"), JSON.stringify(payload));
  const commands = { GITHUB_OUTPUT: "output", GITHUB_STATE: "state", GITHUB_STEP_SUMMARY: "summary" } as const;
  const variables = {
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: setting.event ?? "push",
    GITHUB_EVENT_PATH: file("event.json"),
    GITHUB_REF: setting.ref ?? "refs/heads/main",
    GITHUB_REPOSITORY: "acme/gitops",
    GITHUB_SHA: setting.commit ?? commit,
    GITHUB_WORKSPACE: folder.path,
    HOME: temporary,
    RUNNER_TEMP: temporary,
    ...Object.fromEntries(Object.entries(commands).map(([name, path]) => [name, file(path)])),
    ...setting.variables,
  };
  const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : "");
  const job: Job = {
    commit,
    start: (step, inputs = {}) => {
      for (const name of ["output", "summary"]) writeFileSync(file(name), "");
      const given = Object.entries({ ...DEFAULTS, ...inputs }).map(([name, value]) => [variableOf(name), value]);
      const saved = Object.entries(job.state()).map(([name, value]) => [`STATE_${name}`, value]);
      const env = { ...variables, ...Object.fromEntries([...given, ...(step === "post" ? saved : [])]) };
      return start([], { cwd: folder.path, env: definedOf(env), entry: entryOf(step) });
    },
    run: async (step, inputs) => {
      const ended = await job.start(step, inputs).ended;
      return { ...ended, outputs: assignments(read("output")), summary: read("summary") };
    },
    state: () => assignments(read("state")),
    remove: () => rmSync(temporary, { recursive: true, force: true }),
  };
  return job;
}

function entryOf(step: string): string {
  return join(import.meta.dirname, `../../dist/action/${step}.js`);
}

/** The runner keeps hyphens. */
function variableOf(input: string): string {
  return `INPUT_${input.toUpperCase()}`;
}

function definedOf(variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const defined = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(defined);
}

function commitOf({ path }: Folder): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.invalid"];
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-C", path, ...who, ...words], { encoding: "utf8" }).trim();
  if (!existsSync(join(path, ".git"))) {
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "all");
  }
  return git("rev-parse", "HEAD");
}

/** `name<<DELIMITER`, the lines of the value, `DELIMITER`: as the runner reads them. */
function assignments(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/^([^\n]*?)<<([^\n]+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries(Array.from(found, ([, name = "", , value = ""]) => [name, value]));
}

/** A command that the runner would find in what a step printed. */
export interface Command {
  readonly name: string;
  readonly properties: string;
  readonly message: string;
}

/** Every one of them, wherever it came from. */
export function commandsIn({ stdout, stderr }: Ended): readonly Command[] {
  const lines = `${stdout}\n${stderr}`.split("\n");
  return lines.flatMap((line) => {
    const [, name = "", properties = "", message = ""] = /^\s*::([^\s:]+) ?(.*?)::(.*)$/.exec(line) ?? [];
    const old = line.includes("##[") && name === "" ? [{ name: "##[", properties: "", message: line }] : [];
    return name === "" ? old : [{ name, properties, message }];
  });
}

/** What people see of the log: masks are not shown, and hide what they name; nor is what is for debugging. */
export function shownOf(ended: Ended): string {
  const masks = commandsIn(ended).filter(({ name }) => name === "add-mask");
  const lines = ended.stdout.split("\n").filter((line) => !/^::(?:add-mask|debug)::/.test(line));
  return masks.reduce((text, { message }) => text.replaceAll(decoded(message), "***"), lines.join("\n"));
}

function decoded(message: string): string {
  return message.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
}
